import type { IStep, ITimeline, ITimelineNews } from './protocol';

/** Take news of a timeline in. Steps stay in the order of their numbers. */
export function withTimelineNews(timeline: ITimeline, news: ITimelineNews): ITimeline {
  const { removed, steps, ...whereabouts } = news;
  return { ...whereabouts, steps: withSteps(timeline.steps, steps, removed) };
}

function withSteps(
  known: readonly IStep[],
  changed: readonly IStep[],
  removed: readonly number[]
): readonly IStep[] {
  if (changed.length === 0 && removed.length === 0) {
    return known;
  }
  const last = known.at(-1)?.step_id ?? -1;
  if (removed.length === 0 && changed.every(step => step.step_id > last)) {
    return [...known, ...changed]; // by far the most frequent news: a cell has run
  }
  const steps = new Map(known.map(step => [step.step_id, step]));
  for (const step of changed) {
    steps.set(step.step_id, step);
  }
  for (const stepId of removed) {
    steps.delete(stepId);
  }
  return [...steps.values()].sort((a, b) => a.step_id - b.step_id);
}
