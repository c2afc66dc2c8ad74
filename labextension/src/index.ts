import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { acceptDrops } from './codeDrops';
import { addCommands, CommandIds } from './commands';
import { FocusedNotebook } from './focusedNotebook';
import { KeptLayout } from './keptLayout';
import { contextRendermime } from './markdown';
import { Notifier } from './notifications';
import { AutoDashPanel } from './panel';
import { PanelSettings } from './settings';
import { IAutoDash } from './tokens';

const PLUGIN_ID = 'autodash-jupyter:plugin';

/** The panel's place in the sidebar: below the platform's own. */
const SIDEBAR_RANK = 600;

const plugin: JupyterFrontEndPlugin<IAutoDash> = {
  id: PLUGIN_ID,
  description: 'Datasets, their contexts, and an undo for every cell, in the sidebar.',
  autoStart: true,
  provides: IAutoDash,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [
    ICommandPalette,
    IDocumentManager,
    IFileBrowserFactory,
    ILabShell,
    ILayoutRestorer,
    ISettingRegistry,
    IStateDB,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    palette: ICommandPalette | null,
    documents: IDocumentManager | null,
    browsers: IFileBrowserFactory | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    state: IStateDB | null,
    givenTranslator: ITranslator | null
  ): IAutoDash => {
    const translator = givenTranslator ?? nullTranslator;
    const trans = translator.load('autodash_jupyter');
    const autodash = new FocusedNotebook(tracker);
    const settings = new PanelSettings();
    const layout = new KeptLayout();
    const { commands, shell } = app;
    const panel = new AutoDashPanel(autodash, settings, {
      trans,
      layout,
      rendermime: contextRendermime(rendermime),
      charts: rendermime,
      insertCode: code => {
        void commands.execute(CommandIds.insertCode, { code });
      },
      execute: command => {
        if (commands.hasCommand(command)) {
          void commands.execute(command);
        }
      },
      loadExtension: () => {
        void commands.execute(CommandIds.loadExtension);
      },
      canLoadExtension: () => commands.isEnabled(CommandIds.loadExtension)
    });
    // Notebook 7 keeps its own panels on the left, where a table of contents may be open already.
    shell.add(panel, labShell === null ? 'right' : 'left', { rank: SIDEBAR_RANK });
    restorer?.add(panel, panel.id);
    addCommands({
      ...{ app, autodash, panel, tracker, trans, translator, palette, browsers, documents }
    });
    acceptDrops(tracker, app.serviceManager.contents);
    new Notifier(settings, trans, () => {
      shell.activateById(panel.id);
    }).follow(autodash);

    const restored = Promise.all([
      registry === null ? null : settings.follow(registry, PLUGIN_ID),
      state === null ? null : layout.restore(state)
    ]);
    restored.then(
      () => {
        panel.update();
        if (settings.values.showOnStart) {
          void app.restored.then(() => {
            shell.activateById(panel.id);
          });
        }
      },
      (reason: unknown) => {
        console.warn('AutoDash could not read its settings or its layout', reason);
      }
    );
    return autodash;
  }
};

export default plugin;
export * from './tokens';
