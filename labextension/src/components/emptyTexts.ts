import type { TranslationBundle } from '@jupyterlab/translation';
import { LOAD_EXTENSION } from '../notebookCells';
import type { ConnectionStatus } from '../tokens';

export type EmptyStatus = Exclude<ConnectionStatus, 'connected'> | 'no-notebook';

export interface IEmptyText {
  readonly title: string;
  readonly text: string;
  readonly isWorking?: boolean;
  /** What a person can do about it: one of the panel's own acts, or a command of the platform. */
  readonly help?: { readonly label: string; readonly does: string; readonly testId: string };
  readonly hint?: { readonly text: string; readonly code: string };
}

/** What the panel says in a state in which it has nothing to list. */
export function emptyText(
  status: EmptyStatus,
  trans: TranslationBundle,
  known: { readonly canLoad: boolean; readonly failure: string }
): IEmptyText {
  switch (status) {
    case 'starting':
    case 'restarting':
    case 'connecting':
    case 'disconnected':
      return { ...waitingText(status, trans), isWorking: true };
    case 'newer-protocol':
    case 'older-protocol':
      return versionText(status, trans);
    case 'no-notebook':
    case 'no-kernel':
    case 'dead':
      return withoutKernelText(status, trans);
    case 'failed':
      return {
        title: trans.__('The datasets can’t be read'),
        text: known.failure,
        help: { label: trans.__('Try Again'), does: 'retry', testId: 'retry-state' }
      };
    case 'no-autodash':
      return unloadedText(known.canLoad, trans);
  }
}

function waitingText(
  status: 'starting' | 'restarting' | 'connecting' | 'disconnected',
  trans: TranslationBundle
): IEmptyText {
  switch (status) {
    case 'starting':
      return { title: trans.__('The kernel is starting'), text: trans.__('This takes a moment.') };
    case 'restarting':
      return {
        title: trans.__('The kernel is restarting'),
        text: trans.__('Saved datasets are still there when it is back.')
      };
    case 'connecting':
      return {
        title: trans.__('Asking the kernel'),
        text: trans.__('If a cell is running, the answer may come after it.')
      };
    case 'disconnected':
      return {
        title: trans.__('Connection lost'),
        text: trans.__('The panel comes back by itself when the server does.')
      };
  }
}

function withoutKernelText(
  status: 'no-notebook' | 'no-kernel' | 'dead',
  trans: TranslationBundle
): IEmptyText {
  switch (status) {
    case 'no-notebook':
      return {
        title: trans.__('No notebook open'),
        text: trans.__('Open a notebook to see its datasets, and to undo its cells.'),
        help: {
          label: trans.__('New Notebook'),
          does: 'notebook:create-new',
          testId: 'new-notebook'
        }
      };
    case 'no-kernel':
      return {
        title: trans.__('No kernel'),
        text: trans.__('Choose a kernel for this notebook, and its datasets appear here.'),
        help: {
          label: trans.__('Choose a Kernel'),
          does: 'notebook:change-kernel',
          testId: 'choose-kernel'
        }
      };
    case 'dead':
      return {
        title: trans.__('The kernel has died'),
        text: trans.__(
          'Restart it, then load the extension again. Saved datasets are still there.'
        ),
        help: {
          label: trans.__('Restart the Kernel'),
          does: 'notebook:restart-kernel',
          testId: 'restart-kernel'
        }
      };
  }
}

function versionText(
  status: 'newer-protocol' | 'older-protocol',
  trans: TranslationBundle
): IEmptyText {
  return status === 'newer-protocol'
    ? {
        title: trans.__('Update the AutoDash extension'),
        text: trans.__(
          'This kernel runs a newer AutoDash than this page. Upgrade autodash-jupyter where JupyterLab is installed, then reload the page.'
        )
      }
    : {
        title: trans.__('Update AutoDash in the kernel'),
        text: trans.__(
          'This kernel runs an older AutoDash than this page. Upgrade autodash-jupyter in the kernel’s environment, then restart the kernel.'
        ),
        help: {
          label: trans.__('Restart the Kernel'),
          does: 'notebook:restart-kernel',
          testId: 'restart-kernel'
        }
      };
}

function unloadedText(canLoad: boolean, trans: TranslationBundle): IEmptyText {
  const title = trans.__('AutoDash is not loaded');
  return canLoad
    ? {
        title,
        text: trans.__('Load it to list this notebook’s datasets and to undo its cells.'),
        help: {
          label: trans.__('Load AutoDash'),
          does: 'load-extension',
          testId: 'load-extension'
        },
        hint: { text: trans.__('Runs a cell with'), code: LOAD_EXTENSION }
      }
    : { title, text: trans.__('It works in notebooks with a Python kernel.') };
}
