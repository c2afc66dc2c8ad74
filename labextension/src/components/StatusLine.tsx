import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { ITimeline } from '../protocol';
import { describeStep, firstLine, stepToUndo } from '../timelineRows';
import type { IAutoDashModel, INotice } from '../tokens';
import { usePanelServices } from './services';

/**
 * One line that is always there: what is waited for, else what runs, else what happened last,
 * else where the variables stand.
 */
export function StatusLine(props: {
  model: IAutoDashModel;
  onCancel: (requestId: string) => void;
}): React.JSX.Element {
  const { trans, insertCode } = usePanelServices();
  const { status, timeline, pending, notice } = props.model;
  const code = notice?.code ?? null;
  const waiting = pending.find(request => request.waiting);
  const isInterrupted = status !== 'connected';
  const isBusy = !isInterrupted && (timeline.busy || waiting !== undefined);
  return (
    <div className="jp-AutoDash-statusLine">
      {isInterrupted && <Working text={trans.__('Reconnecting to the kernel')} />}
      {isBusy && (
        <Working
          testId="autodash-busy"
          isWaiting={waiting !== undefined}
          text={
            waiting === undefined
              ? trans.__('A cell is running')
              : trans.__('Waiting for the running cell')
          }
        />
      )}
      {isBusy && waiting !== undefined && (
        <button
          type="button"
          className="jp-AutoDash-link"
          data-testid="autodash-cancel"
          onClick={() => {
            props.onCancel(waiting.requestId);
          }}
        >
          {trans.__('Cancel')}
        </button>
      )}
      <Message
        isHidden={isInterrupted || isBusy}
        notice={notice}
        otherwise={whereabouts(timeline, trans)}
      />
      {code !== null && !isInterrupted && !isBusy && (
        <button
          type="button"
          className="jp-AutoDash-link"
          data-testid="autodash-insert"
          title={trans.__('Let the notebook tell it: put in a cell with %1', firstLine(code))}
          onClick={() => {
            insertCode(code);
          }}
        >
          {trans.__('Insert code')}
        </button>
      )}
    </div>
  );
}

function Working(props: { text: string; testId?: string; isWaiting?: boolean }): React.JSX.Element {
  return (
    <span
      className="jp-AutoDash-statusText jp-AutoDash-busy"
      data-testid={props.testId}
      data-waiting={props.isWaiting}
    >
      <span className="jp-AutoDash-spinner" aria-hidden="true" />
      {props.text}
    </span>
  );
}

/** What came of the last request, told to screen readers as well. */
function Message(props: {
  isHidden: boolean;
  notice: INotice | null;
  otherwise: string;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { notice, otherwise } = props;
  const told = notice?.kind === 'cancelled' ? trans.__('Cancelled') : (notice?.message ?? '');
  return (
    <>
      <span
        className="jp-AutoDash-statusText jp-AutoDash-message"
        data-testid="autodash-message"
        data-kind={notice?.kind}
        role="status"
        title={told}
        hidden={props.isHidden || told === ''}
      >
        {told}
      </span>
      <span
        className="jp-AutoDash-statusText"
        title={otherwise}
        hidden={props.isHidden || told !== ''}
      >
        {otherwise}
      </span>
    </>
  );
}

function whereabouts(timeline: ITimeline, trans: TranslationBundle): string {
  const step = stepToUndo(timeline);
  if (step !== null) {
    return trans.__('At %1', describeStep(step, trans));
  }
  return timeline.steps.length > 0 ? trans.__('Before the first step') : trans.__('No steps yet');
}
