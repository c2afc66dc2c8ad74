import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { autodashIcon } from './icons';
import type { AutoDashPanel } from './panel';
import type { IAutoDash } from './tokens';

export const CommandIds = {
  undo: 'autodash:undo',
  redo: 'autodash:redo',
  showPanel: 'autodash:show-panel',
  loadExtension: 'autodash:load-extension'
} as const;

const LOAD_EXTENSION = '%load_ext autodash_jupyter';

/** What `addCommands` works with. */
export interface ICommandParts {
  readonly app: JupyterFrontEnd;
  readonly autodash: IAutoDash;
  readonly panel: AutoDashPanel;
  readonly tracker: INotebookTracker;
  readonly trans: TranslationBundle;
  readonly palette: ICommandPalette | null;
}

/** Add the panel's commands, and list them in the palette. */
export function addCommands(parts: ICommandParts): void {
  const { app, autodash, panel, tracker, trans, palette } = parts;
  const { commands, shell } = app;

  commands.addCommand(CommandIds.undo, {
    label: trans.__('Undo the Last Step (AutoDash)'),
    caption: trans.__('Put the variables back to before the last step'),
    isEnabled: () => autodash.current?.model.timeline.can_undo ?? false,
    execute: () => autodash.current?.actions.undo()
  });
  commands.addCommand(CommandIds.redo, {
    label: trans.__('Redo the Next Step (AutoDash)'),
    caption: trans.__('Put the variables forward to after the step that was undone'),
    isEnabled: () => autodash.current?.model.timeline.can_redo ?? false,
    execute: () => autodash.current?.actions.redo()
  });
  commands.addCommand(CommandIds.showPanel, {
    label: trans.__('Show AutoDash'),
    caption: trans.__('Show the datasets and the timeline of the notebook in front'),
    icon: autodashIcon,
    execute: () => {
      shell.activateById(panel.id);
    }
  });
  commands.addCommand(CommandIds.loadExtension, {
    label: trans.__('Load AutoDash in This Notebook'),
    caption: trans.__('Run the cell with %1; add one at the top if there is none', LOAD_EXTENSION),
    isEnabled: () => isPython(tracker.currentWidget),
    execute: async () => {
      if (tracker.currentWidget !== null) {
        await loadExtension(tracker.currentWidget);
      }
    }
  });

  const category = trans.__('AutoDash');
  for (const command of Object.values(CommandIds)) {
    palette?.addItem({ command, category });
  }
}

/**
 * Run the cell that loads the extension, or make one at the top: a person sees what ran, and the
 * notebook still tells the story.
 */
async function loadExtension(panel: NotebookPanel): Promise<void> {
  const notebook = panel.content;
  const known = notebook.widgets.findIndex(
    cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim() === LOAD_EXTENSION
  );
  notebook.activeCellIndex = Math.max(known, 0);
  notebook.deselectAll();
  if (known < 0) {
    NotebookActions.insertAbove(notebook);
    notebook.activeCell?.model.sharedModel.setSource(LOAD_EXTENSION);
  }
  await NotebookActions.run(notebook, panel.sessionContext);
}

/** A new notebook doesn't name its language until its kernel has answered. */
function isPython(panel: NotebookPanel | null): boolean {
  const language = panel?.content.model?.defaultKernelLanguage;
  return language !== undefined && /^(i?python.*)?$/i.test(language);
}
