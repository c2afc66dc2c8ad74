import type { TranslationBundle } from '@jupyterlab/translation';
import type { IStep, ITimeline } from './protocol';

/** One line of the timeline as it is drawn. */
export interface ITimelineRow {
  readonly stepId: number;
  /** `null` is the state before the oldest step that is kept. */
  readonly step: IStep | null;
  readonly isCurrent: boolean;
  /** Whether the present state lacks this step: it was undone, or lies on another branch. */
  readonly isUndone: boolean;
}

/** The timeline's lines, newest on top, down to the state before the oldest of the last `most` steps. */
export function timelineRows(timeline: ITimeline, most = Infinity): ITimelineRow[] {
  const inEffect = ancestors(timeline);
  const steps = timeline.steps.slice(-most);
  const rows = steps
    .map(step => ({
      stepId: step.step_id,
      step,
      isCurrent: step.step_id === timeline.position,
      isUndone: !inEffect.has(step.step_id)
    }))
    .reverse();
  const oldest = steps[0];
  if (oldest === undefined) {
    return [];
  }
  const isAtStart = timeline.position === oldest.parent;
  return [...rows, { stepId: oldest.parent, step: null, isCurrent: isAtStart, isUndone: false }];
}

/** The step that undo takes back: the present one. */
export function stepToUndo(timeline: ITimeline): IStep | null {
  return timeline.steps.find(step => step.step_id === timeline.position) ?? null;
}

/** The step that redo brings back: the latest of those that followed the present one. */
export function stepToRedo(timeline: ITimeline): IStep | null {
  return timeline.steps.findLast(step => step.parent === timeline.position) ?? null;
}

/** A step's number and what it did, in one line. */
export function describeStep(step: IStep, trans: Pick<TranslationBundle, '__'>): string {
  const [first, ...others] = step.changes;
  const did = first ?? firstLine(step.label);
  return others.length === 0
    ? trans.__('step %1: %2', step.step_id, did)
    : trans.__('step %1: %2, and %3 more', step.step_id, did, others.length);
}

/** The first line of a cell that holds code, with an ellipsis where more follow. */
export function firstLine(code: string): string {
  const lines = code.split('\n').filter(line => line.trim() !== '');
  const first = lines[0]?.trim() ?? '';
  return lines.length > 1 ? `${first} …` : first;
}

/** The present step and all it followed. */
function ancestors(timeline: ITimeline): Set<number> {
  const parents = new Map(timeline.steps.map(step => [step.step_id, step.parent]));
  const found = new Set<number>();
  let stepId: number | undefined = timeline.position;
  while (stepId !== undefined && !found.has(stepId)) {
    found.add(stepId);
    stepId = parents.get(stepId);
  }
  return found;
}
