import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { autodashIcon } from '../icons';
import type { ConnectionStatus } from '../tokens';
import { usePanelServices } from './services';

export type EmptyStatus = Exclude<ConnectionStatus, 'connected'> | 'no-notebook';

interface IEmptyText {
  readonly title: string;
  readonly text: string;
  readonly isWorking?: boolean;
}

/** What the panel says while it has nothing to list. */
export function EmptyState(props: {
  status: EmptyStatus;
  notebookName?: string;
}): React.JSX.Element {
  const { trans, loadExtension, canLoadExtension } = usePanelServices();
  const canLoad = canLoadExtension();
  const { title, text, isWorking } = emptyText(props.status, trans, canLoad);
  return (
    <div className="jp-AutoDash-empty" data-testid="autodash-empty" data-status={props.status}>
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
      {props.status === 'no-autodash' && canLoad && (
        <>
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            data-testid="autodash-load-extension"
            onClick={loadExtension}
          >
            {trans.__('Load AutoDash')}
          </button>
          <p className="jp-AutoDash-hint">
            {trans.__('Runs a cell with')} <code>%load_ext autodash_jupyter</code>
          </p>
        </>
      )}
    </div>
  );
}

function emptyText(status: EmptyStatus, trans: TranslationBundle, canLoad: boolean): IEmptyText {
  switch (status) {
    case 'no-notebook':
      return {
        title: trans.__('No notebook open'),
        text: trans.__('Open a notebook to see its datasets, and to undo its cells.')
      };
    case 'no-kernel':
      return {
        title: trans.__('No kernel'),
        text: trans.__('Choose a kernel for this notebook, and its datasets appear here.')
      };
    case 'dead':
      return {
        title: trans.__('The kernel has died'),
        text: trans.__('Restart it, then load the extension again. Saved datasets are still there.')
      };
    case 'starting':
      return {
        title: trans.__('The kernel is starting'),
        text: trans.__('This takes a moment.'),
        isWorking: true
      };
    case 'restarting':
      return {
        title: trans.__('The kernel is restarting'),
        text: trans.__('Saved datasets are still there when it is back.'),
        isWorking: true
      };
    case 'connecting':
      return {
        title: trans.__('Asking the kernel'),
        text: trans.__('If a cell is running, the answer may come after it.'),
        isWorking: true
      };
    case 'disconnected':
      return {
        title: trans.__('Connection lost'),
        text: trans.__('The panel comes back by itself when the server does.'),
        isWorking: true
      };
    case 'newer-protocol':
      return {
        title: trans.__('Update the AutoDash extension'),
        text: trans.__(
          'This kernel runs a newer AutoDash than this page. Upgrade autodash-jupyter where JupyterLab is installed, then reload the page.'
        )
      };
    case 'no-autodash':
      return canLoad
        ? {
            title: trans.__('AutoDash is not loaded'),
            text: trans.__('Load it to list this notebook’s datasets and to undo its cells.')
          }
        : {
            title: trans.__('AutoDash is not loaded'),
            text: trans.__('It works in notebooks with a Python kernel.')
          };
  }
}
