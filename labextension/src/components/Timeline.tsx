import React, { useMemo } from 'react';
import { clockTime } from '../moments';
import type { ITimeline } from '../protocol';
import type { ITimelineRow } from '../timelineRows';
import { firstLine, timelineRows } from '../timelineRows';
import { Disclosure } from './Disclosure';
import { usePanelServices } from './services';
import type { IRowProps } from './VirtualList';
import { VirtualList } from './VirtualList';

/** So many changes of a step are listed; the rest are counted. */
const CHANGES_SHOWN = 3;

/** The steps, newest on top; a click puts the variables into the state after one. */
export function Timeline(props: {
  timeline: ITimeline;
  isEnabled: boolean;
  onGoto: (stepId: number) => void;
}): React.JSX.Element {
  const { trans, settings } = usePanelServices();
  const { timeline } = props;
  const { stepsShown } = settings;
  const rows = useMemo(() => timelineRows(timeline, stepsShown), [timeline, stepsShown]);
  return (
    <Disclosure
      title={trans.__('Timeline')}
      level={3}
      count={timeline.steps.length}
      className="jp-AutoDash-section jp-AutoDash-timeline"
      name="timeline"
      testId="autodash-timeline"
    >
      {() =>
        rows.length === 0 ? (
          <p className="jp-AutoDash-hint">
            {trans.__('Each cell that changes a variable becomes a step here, and can be undone.')}
          </p>
        ) : (
          <VirtualList
            items={rows}
            keyOf={keyOf}
            estimate={ROW_HEIGHT}
            label={trans.__('Steps, newest first')}
            renderRow={(row, place, tabIndex) => (
              <TimelineEntry
                row={row}
                place={place}
                tabIndex={tabIndex}
                isEnabled={props.isEnabled}
                onGoto={props.onGoto}
              />
            )}
          />
        )
      }
    </Disclosure>
  );
}

/** The height of a step with one change, in pixels. */
const ROW_HEIGHT = 44;

function keyOf(row: ITimelineRow): string {
  return String(row.stepId);
}

function TimelineEntry(props: {
  row: ITimelineRow;
  place: IRowProps;
  tabIndex: 0 | -1;
  isEnabled: boolean;
  onGoto: (stepId: number) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { stepId, step, isCurrent, isUndone } = props.row;
  const canGo = props.isEnabled && !isCurrent;
  const tooltip = isCurrent ? trans.__('The variables are in this state') : gotoText();
  function gotoText(): string {
    return stepId === 0
      ? trans.__('Go back to the start')
      : trans.__('Put the variables into the state after step %1', stepId);
  }
  return (
    <div
      {...props.place}
      className="jp-AutoDash-step"
      data-testid="autodash-step"
      data-step-id={stepId}
      data-current={isCurrent}
      data-undone={isUndone}
    >
      <button
        type="button"
        aria-current={isCurrent ? 'step' : undefined}
        aria-disabled={!canGo}
        data-row-head=""
        tabIndex={props.tabIndex}
        title={tooltip}
        onClick={() => {
          if (canGo) {
            props.onGoto(stepId);
          }
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
    </div>
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
