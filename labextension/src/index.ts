import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { addCommands, CommandIds } from './commands';
import { FocusedNotebook } from './focusedNotebook';
import { contextRendermime } from './markdown';
import { AutoDashPanel } from './panel';
import { IAutoDash } from './tokens';

/** The panel's place in the sidebar: below the platform's own. */
const SIDEBAR_RANK = 600;

const plugin: JupyterFrontEndPlugin<IAutoDash> = {
  id: 'autodash-jupyter:plugin',
  description: 'Datasets, their contexts, and an undo for every cell, in the sidebar.',
  autoStart: true,
  provides: IAutoDash,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): IAutoDash => {
    const trans = (translator ?? nullTranslator).load('autodash_jupyter');
    const autodash = new FocusedNotebook(tracker);
    const { commands } = app;
    const panel = new AutoDashPanel(autodash, {
      trans,
      rendermime: contextRendermime(rendermime),
      loadExtension: () => {
        void commands.execute(CommandIds.loadExtension);
      },
      canLoadExtension: () => commands.isEnabled(CommandIds.loadExtension)
    });
    app.shell.add(panel, 'left', { rank: SIDEBAR_RANK });
    restorer?.add(panel, panel.id);
    addCommands({ app, autodash, panel, tracker, trans, palette });
    return autodash;
  }
};

export default plugin;
export * from './tokens';
