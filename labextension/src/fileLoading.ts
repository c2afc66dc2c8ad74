import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isOneLine, loadFileCode } from './code';
import type { FocusedNotebook } from './focusedNotebook';
import { insertAndRun, loadExtension } from './notebookCells';
import type { IAutoDashModel } from './tokens';

/** So long, in milliseconds, a kernel is given to say whether it has AutoDash. */
const PATIENCE = 5000;

/** What loading files works with. */
export interface IFileLoadingParts {
  readonly app: JupyterFrontEnd;
  readonly autodash: FocusedNotebook;
  readonly tracker: INotebookTracker;
  readonly trans: TranslationBundle;
}

/**
 * Load files into the notebook in front, each by a cell of its own; without a notebook, offer to
 * open one beside the first file.
 */
export async function loadFiles(parts: IFileLoadingParts, paths: readonly string[]): Promise<void> {
  const { app, tracker, trans } = parts;
  const [first] = paths;
  if (first === undefined) {
    return;
  }
  const refused = paths.find(path => !isOneLine(path));
  if (refused !== undefined) {
    Notification.error(
      trans.__('A name with a line break in it can’t be loaded; rename the file.')
    );
    return;
  }
  const panel = tracker.currentWidget ?? (await offerNotebook(parts, first));
  if (panel === null) {
    return;
  }
  app.shell.activateById(panel.id);
  await ensureAutoDash(parts, panel);
  for (const path of paths) {
    const local = app.serviceManager.contents.localPath(path);
    await insertAndRun(panel, loadFileCode(local, panel.context.localPath));
  }
}

/** Run the cell that loads the extension, unless the kernel has it; to load it twice does no harm. */
async function ensureAutoDash(parts: IFileLoadingParts, panel: NotebookPanel): Promise<void> {
  await panel.sessionContext.ready;
  const { model } = parts.autodash.of(panel);
  await untilSettled(model);
  if (model.status !== 'connected') {
    await loadExtension(panel);
  }
}

function untilSettled(model: IAutoDashModel): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (model.status === 'connected' || model.status === 'no-autodash') {
        end();
      }
    };
    const end = () => {
      window.clearTimeout(timer);
      model.changed.disconnect(look);
      resolve();
    };
    const timer = window.setTimeout(end, PATIENCE);
    model.changed.connect(look);
    look();
  });
}

async function offerNotebook(
  { app, trans }: IFileLoadingParts,
  path: string
): Promise<NotebookPanel | null> {
  const answer = await showDialog({
    title: trans.__('Load “%1”', PathExt.basename(path)),
    body: trans.__('A dataset is loaded by a notebook, and none is open.'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('New Notebook') })
    ]
  });
  if (!answer.button.accept) {
    return null;
  }
  const panel = (await app.commands.execute('notebook:create-new', {
    cwd: PathExt.dirname(path),
    kernelName: 'python3'
  })) as NotebookPanel;
  await panel.context.ready;
  return panel;
}
