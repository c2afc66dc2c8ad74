import React from 'react';
import { autodashIcon } from '../icons';
import type { EmptyStatus } from './emptyTexts';
import { emptyText } from './emptyTexts';
import { usePanelServices } from './services';

/** What the panel says while it has nothing to list, and what helps. */
export function EmptyState(props: {
  status: EmptyStatus;
  notebookName?: string;
  failure?: string;
  onRetry?: () => void;
}): React.JSX.Element {
  const { trans, loadExtension, canLoadExtension, execute } = usePanelServices();
  const { status, failure = '' } = props;
  const { title, text, isWorking, help, hint } = emptyText(status, trans, {
    canLoad: canLoadExtension(),
    failure
  });
  const act = () => {
    if (help?.does === 'load-extension') {
      loadExtension();
    } else if (help?.does === 'retry') {
      props.onRetry?.();
    } else if (help !== undefined) {
      execute(help.does);
    }
  };
  return (
    <div className="jp-AutoDash-empty" data-testid="autodash-empty" data-status={status}>
      {props.notebookName !== undefined && (
        <p className="jp-AutoDash-emptyNotebook" title={props.notebookName}>
          {props.notebookName}
        </p>
      )}
      {isWorking === true ? (
        <span className="jp-AutoDash-spinner jp-AutoDash-spinner-large" aria-hidden="true" />
      ) : (
        <autodashIcon.react tag="span" className="jp-AutoDash-emptyIcon" aria-hidden="true" />
      )}
      <div role="status">
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {help !== undefined && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          data-testid={`autodash-${help.testId}`}
          onClick={act}
        >
          {help.label}
        </button>
      )}
      {hint !== undefined && (
        <p className="jp-AutoDash-hint">
          {hint.text} <code>{hint.code}</code>
        </p>
      )}
    </div>
  );
}
