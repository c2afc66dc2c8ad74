import React from 'react';
import type { IAutoDashModel } from '../tokens';
import { usePanelServices } from './services';

/** One line that is always there: what is waited for, else what runs, else what happened last. */
export function StatusLine(props: {
  model: IAutoDashModel;
  onCancel: (requestId: string) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { status, timeline, pending, notice } = props.model;
  const waiting = pending.find(request => request.waiting);
  const isInterrupted = status !== 'connected';
  const isBusy = timeline.busy || waiting !== undefined;
  return (
    <div className="jp-AutoDash-statusLine">
      {isInterrupted ? (
        <span className="jp-AutoDash-statusText" role="status">
          <span className="jp-AutoDash-spinner" aria-hidden="true" />
          {trans.__('Reconnecting to the kernel')}
        </span>
      ) : (
        isBusy && (
          <span
            className="jp-AutoDash-statusText jp-AutoDash-busy"
            data-testid="autodash-busy"
            data-waiting={waiting !== undefined}
          >
            <span className="jp-AutoDash-spinner" aria-hidden="true" />
            {waiting === undefined
              ? trans.__('A cell is running')
              : trans.__('Waiting for the running cell')}
          </span>
        )
      )}
      {waiting !== undefined && !isInterrupted && (
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
      <span
        className="jp-AutoDash-statusText jp-AutoDash-message"
        data-testid="autodash-message"
        data-kind={notice?.kind}
        role="status"
        title={notice?.message}
        hidden={isBusy || isInterrupted}
      >
        {notice === null ? '' : noticeText(notice.message, notice.kind, trans.__('Cancelled'))}
      </span>
    </div>
  );
}

function noticeText(message: string, kind: string, cancelled: string): string {
  return message === '' && kind === 'cancelled' ? cancelled : message;
}
