import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';

export const LOAD_EXTENSION = '%load_ext autodash_jupyter';

/**
 * Put code into a notebook: into the active cell if it is empty, else into a new one below it, or
 * below the cell with the index `below`. The cell becomes the active one.
 */
export function insertCode(panel: NotebookPanel, code: string, below?: number): void {
  const notebook = panel.content;
  if (below !== undefined) {
    notebook.activeCellIndex = below;
  }
  notebook.deselectAll();
  const active = notebook.activeCell?.model;
  const isEmpty = active?.type === 'code' && active.sharedModel.source.trim() === '';
  if (!isEmpty || below !== undefined) {
    NotebookActions.insertBelow(notebook);
  }
  notebook.activeCell?.model.sharedModel.setSource(code);
}

/** Put code into a notebook, and run it. */
export async function insertAndRun(panel: NotebookPanel, code: string): Promise<void> {
  insertCode(panel, code);
  await NotebookActions.run(panel.content, panel.sessionContext);
}

/**
 * Run the cell that loads the extension, or make one at the top: a person sees what ran, and the
 * notebook still tells the story. What was the active cell stays so.
 */
export async function loadExtension(panel: NotebookPanel): Promise<void> {
  const notebook = panel.content;
  const active = notebook.activeCell;
  const known = notebook.widgets.findIndex(
    cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim() === LOAD_EXTENSION
  );
  notebook.activeCellIndex = Math.max(known, 0);
  notebook.deselectAll();
  if (known < 0) {
    NotebookActions.insertAbove(notebook);
    notebook.activeCell?.model.sharedModel.setSource(LOAD_EXTENSION);
  }
  const isRunning = NotebookActions.run(notebook, panel.sessionContext);
  const place = active === null ? -1 : notebook.widgets.indexOf(active);
  if (place >= 0) {
    notebook.activeCellIndex = place;
  }
  await isRunning;
}

/** A new notebook doesn't name its language until its kernel has answered. */
export function isPython(panel: NotebookPanel | null): boolean {
  const language = panel?.content.model?.defaultKernelLanguage;
  return language !== undefined && /^(i?python.*)?$/i.test(language);
}
