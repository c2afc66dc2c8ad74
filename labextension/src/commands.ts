import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { isLoadable } from './code';
import { loadFiles } from './fileLoading';
import type { FocusedNotebook } from './focusedNotebook';
import { autodashIcon } from './icons';
import { insertCode, isPython, LOAD_EXTENSION, loadExtension } from './notebookCells';
import type { AutoDashPanel } from './panel';

export const CommandIds = {
  undo: 'autodash:undo',
  redo: 'autodash:redo',
  showPanel: 'autodash:show-panel',
  loadDataset: 'autodash:load-dataset',
  loadFile: 'autodash:load-file',
  loadExtension: 'autodash:load-extension',
  insertCode: 'autodash:insert-code'
} as const;

/** What `addCommands` works with. */
export interface ICommandParts {
  readonly app: JupyterFrontEnd;
  readonly autodash: FocusedNotebook;
  readonly panel: AutoDashPanel;
  readonly tracker: INotebookTracker;
  readonly trans: TranslationBundle;
  readonly translator: ITranslator;
  readonly palette: ICommandPalette | null;
  readonly browsers: IFileBrowserFactory | null;
  readonly documents: IDocumentManager | null;
}

/** Add the panel's commands, and list those in the palette that need nothing to be given. */
export function addCommands(parts: ICommandParts): void {
  addTimelineCommands(parts);
  addLoadingCommands(parts);
  addNotebookCommands(parts);
  const { undo, redo, showPanel, loadDataset, loadExtension: load } = CommandIds;
  const category = parts.trans.__('AutoDash');
  for (const command of [showPanel, loadDataset, undo, redo, load]) {
    parts.palette?.addItem({ command, category });
  }
}

function addTimelineCommands({ app, autodash, panel, trans }: ICommandParts): void {
  app.commands.addCommand(CommandIds.undo, {
    label: trans.__('Undo the Last Step (AutoDash)'),
    caption: trans.__('Put the variables back to before the last step'),
    isEnabled: () => autodash.current?.model.timeline.can_undo ?? false,
    execute: () => autodash.current?.actions.undo()
  });
  app.commands.addCommand(CommandIds.redo, {
    label: trans.__('Redo the Next Step (AutoDash)'),
    caption: trans.__('Put the variables forward to after the step that was undone'),
    isEnabled: () => autodash.current?.model.timeline.can_redo ?? false,
    execute: () => autodash.current?.actions.redo()
  });
  app.commands.addCommand(CommandIds.showPanel, {
    label: trans.__('Show AutoDash'),
    caption: trans.__('Show the datasets and the timeline of the notebook in front'),
    icon: autodashIcon,
    execute: () => {
      app.shell.activateById(panel.id);
    }
  });
}

function addLoadingCommands(parts: ICommandParts): void {
  const { app, trans, translator, browsers, documents } = parts;
  const selected = () => {
    const browser = browsers?.tracker.currentWidget;
    return [...(browser?.selectedItems() ?? [])];
  };
  app.commands.addCommand(CommandIds.loadFile, {
    label: trans.__('Load as Dataset'),
    caption: trans.__('Run a cell that loads this file, in the notebook in front'),
    icon: autodashIcon,
    isVisible: () => {
      const items = selected();
      return items.length > 0 && items.every(item => isLoadable(item.path));
    },
    execute: () =>
      loadFiles(
        parts,
        selected().map(item => item.path)
      )
  });
  app.commands.addCommand(CommandIds.loadDataset, {
    label: trans.__('Load a Dataset…'),
    caption: trans.__('Choose a file, and run a cell that loads it, in the notebook in front'),
    icon: autodashIcon,
    isEnabled: () => documents !== null,
    execute: async () => {
      if (documents === null) {
        return;
      }
      const answer = await FileDialog.getOpenFiles({
        manager: documents,
        title: trans.__('Load a Dataset'),
        filter: model => (model.type === 'directory' || isLoadable(model.path) ? {} : null),
        translator
      });
      const files = (answer.value ?? []).filter(model => model.type !== 'directory');
      await loadFiles(
        parts,
        files.map(model => model.path)
      );
    }
  });
}

function addNotebookCommands({ app, tracker, trans }: ICommandParts): void {
  app.commands.addCommand(CommandIds.loadExtension, {
    label: trans.__('Load AutoDash in This Notebook'),
    caption: trans.__('Run the cell with %1; add one at the top if there is none', LOAD_EXTENSION),
    isEnabled: () => isPython(tracker.currentWidget),
    execute: async () => {
      if (tracker.currentWidget !== null) {
        await loadExtension(tracker.currentWidget);
      }
    }
  });
  app.commands.addCommand(CommandIds.insertCode, {
    label: trans.__('Insert Code'),
    isEnabled: () => tracker.currentWidget !== null,
    execute: args => {
      if (tracker.currentWidget !== null && typeof args.code === 'string') {
        insertCode(tracker.currentWidget, args.code);
      }
    }
  });
}
