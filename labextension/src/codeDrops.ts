import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { Contents } from '@jupyterlab/services';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Drag } from '@lumino/dragdrop';
import { isLoadable, isOneLine, loadFileCode } from './code';
import { insertCode } from './notebookCells';

/** What the panel's own rows carry: code for a cell, and what of it stands within code. */
export const CODE_MIME = 'application/vnd.autodash.code';

/** What the file browser's rows carry: paths. */
const FILES_MIME = 'application/x-jupyter-icontents';
const TARGET_CLASS = 'jp-AutoDash-dropTarget';

export interface IDraggedCode {
  /** A cell's code. */
  readonly cell: string;
  /** What is put where it is dropped into code. */
  readonly expression: string;
}

/**
 * Let files and the panel's rows be dropped on notebooks, where they become code.
 *
 * The events are taken before the notebook and the dock see them, which would open a file in a tab.
 */
export function acceptDrops(tracker: INotebookTracker, contents: Contents.IManager): void {
  tracker.forEach(panel => {
    new CodeDrops(panel, contents);
  });
  tracker.widgetAdded.connect((_, panel) => {
    new CodeDrops(panel, contents);
  });
}

class CodeDrops {
  constructor(panel: NotebookPanel, contents: Contents.IManager) {
    this._panel = panel;
    this._contents = contents;
    for (const type of ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop']) {
      panel.content.node.addEventListener(type, this, true);
    }
  }

  handleEvent(event: Event): void {
    const dragged = event as Drag.Event;
    const { mimeData } = dragged;
    if (!mimeData.hasData(CODE_MIME) && this._paths(dragged).length === 0) {
      return;
    }
    dragged.preventDefault();
    dragged.stopPropagation();
    this._markTarget(null);
    if (event.type === 'lm-dragleave') {
      return;
    }
    dragged.dropAction = dragged.proposedAction;
    if (event.type === 'lm-drop') {
      this._drop(dragged);
    } else {
      this._markTarget(this._cellAt(dragged));
    }
  }

  private _drop(event: Drag.Event): void {
    const cell = this._cellAt(event);
    const below = cell === null ? this._panel.content.widgets.length - 1 : this._indexOf(cell);
    if (!event.mimeData.hasData(CODE_MIME)) {
      const codes = this._paths(event).map(path =>
        loadFileCode(this._contents.localPath(path), this._panel.context.localPath)
      );
      insertCode(this._panel, codes.join('\n'), below);
      return;
    }
    const code = event.mimeData.getData(CODE_MIME) as IDraggedCode;
    if (cell?.model.type === 'code' && isEditor(event.target)) {
      insertInto(cell as CodeCell, code.expression, event);
    } else {
      insertCode(this._panel, code.cell, below);
    }
  }

  private _paths(event: Drag.Event): string[] {
    const paths = (event.mimeData.getData(FILES_MIME) ?? []) as string[];
    return paths.filter(path => isLoadable(path) && isOneLine(path));
  }

  private _cellAt(event: Drag.Event): Cell | null {
    const target = event.target as Node | null;
    return this._panel.content.widgets.find(cell => cell.node.contains(target)) ?? null;
  }

  private _indexOf(cell: Cell): number {
    return this._panel.content.widgets.indexOf(cell);
  }

  private _markTarget(cell: Cell | null): void {
    for (const { node } of this._panel.content.widgets) {
      node.classList.toggle(TARGET_CLASS, node === cell?.node);
    }
  }

  private readonly _panel: NotebookPanel;
  private readonly _contents: Contents.IManager;
}

function isEditor(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.cm-content') !== null;
}

/** Put an expression into a cell's code, where the pointer is. */
function insertInto(cell: CodeCell, expression: string, { clientX, clientY }: Drag.Event): void {
  const { editor } = cell;
  if (editor === null) {
    return;
  }
  const place = editor.getPositionForCoordinate({
    ...{ left: clientX, right: clientX, top: clientY, bottom: clientY },
    ...{ x: clientX, y: clientY, width: 0, height: 0 }
  });
  const offset = place === null ? cell.model.sharedModel.source.length : editor.getOffsetAt(place);
  cell.model.sharedModel.updateSource(offset, offset, expression);
  editor.setCursorPosition(
    editor.getPositionAt(offset + expression.length) ?? editor.getCursorPosition()
  );
  editor.focus();
}
