import React from 'react';
import { clockTime } from '../moments';
import type { ITimeline } from '../protocol';
import type { ITimelineRow } from '../timelineRows';
import { firstLine, timelineRows } from '../timelineRows';
import { Section } from './Section';
import { usePanelServices } from './services';

/** So many changes of a step are listed; the rest are counted. */
const CHANGES_SHOWN = 3;

/** The steps, newest on top; a click puts the variables into the state after one. */
export function Timeline(props: {
  timeline: ITimeline;
  isEnabled: boolean;
  onGoto: (stepId: number) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const rows = timelineRows(props.timeline);
  return (
    <Section
      title={trans.__('Timeline')}
      count={props.timeline.steps.length}
      className="jp-AutoDash-timeline"
      testId="autodash-timeline"
    >
      {rows.length === 0 ? (
        <p className="jp-AutoDash-hint">
          {trans.__('Each cell that changes a variable becomes a step here, and can be undone.')}
        </p>
      ) : (
        <ol className="jp-AutoDash-list">
          {rows.map(row => (
            <TimelineEntry
              key={row.stepId}
              row={row}
              isEnabled={props.isEnabled}
              onGoto={props.onGoto}
            />
          ))}
        </ol>
      )}
    </Section>
  );
}

function TimelineEntry(props: {
  row: ITimelineRow;
  isEnabled: boolean;
  onGoto: (stepId: number) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { stepId, step, isCurrent, isUndone } = props.row;
  const tooltip = isCurrent ? trans.__('The variables are in this state') : gotoText();
  function gotoText(): string {
    return stepId === 0
      ? trans.__('Go back to the start')
      : trans.__('Put the variables into the state after step %1', stepId);
  }
  return (
    <li
      className="jp-AutoDash-step"
      data-testid="autodash-step"
      data-step-id={stepId}
      data-current={isCurrent}
      data-undone={isUndone}
    >
      <button
        type="button"
        aria-current={isCurrent ? 'step' : undefined}
        disabled={!props.isEnabled || isCurrent}
        title={tooltip}
        onClick={() => {
          props.onGoto(stepId);
        }}
      >
        <span className="jp-AutoDash-stepMark" aria-hidden="true" />
        {step === null ? (
          <span className="jp-AutoDash-stepStart">
            {stepId === 0 ? trans.__('Start') : trans.__('After step %1', stepId)}
          </span>
        ) : (
          <>
            <code className="jp-AutoDash-stepLabel" title={step.label}>
              {firstLine(step.label)}
            </code>
            <time dateTime={step.recorded_at}>{clockTime(step.recorded_at)}</time>
            <Changes changes={step.changes} />
            {isUndone && <span className="jp-AutoDash-srOnly">{trans.__('undone')}</span>}
          </>
        )}
      </button>
    </li>
  );
}

function Changes(props: { changes: readonly string[] }): React.JSX.Element {
  const { trans } = usePanelServices();
  const shown = props.changes.slice(0, CHANGES_SHOWN);
  const others = props.changes.length - shown.length;
  return (
    <span className="jp-AutoDash-changes" title={props.changes.join('\n')}>
      {shown.map((change, index) => (
        <span key={index}>{change}</span>
      ))}
      {others > 0 && <span>{trans.__('and %1 more', others)}</span>}
    </span>
  );
}
