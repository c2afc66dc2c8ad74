import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { keepDrafts } from './keptDrafts';
import { KernelPort } from './kernelPort';
import { NotebookKernel } from './notebookKernel';
import type { IAutoDash, IAutoDashNotebook } from './tokens';

/**
 * Keeps a `NotebookKernel` for every open notebook, and knows which notebook is in front.
 *
 * Each is followed from the moment it opens, since what its kernel opens later would be missed.
 * Several views of one notebook share a session, and so what is known of its kernel.
 */
export class FocusedNotebook implements IAutoDash {
  constructor(tracker: INotebookTracker) {
    this._tracker = tracker;
    tracker.forEach(panel => {
      this._follow(panel);
    });
    tracker.widgetAdded.connect((_, panel) => {
      this._follow(panel);
    });
    tracker.currentChanged.connect(() => {
      this._currentChanged.emit(this.current);
    });
  }

  get current(): IAutoDashNotebook | null {
    const panel = this._tracker.currentWidget;
    return panel === null ? null : this.of(panel);
  }

  get currentChanged(): ISignal<this, IAutoDashNotebook | null> {
    return this._currentChanged;
  }

  /** What is known of a notebook's kernel. */
  of(panel: NotebookPanel): IAutoDashNotebook {
    return this._follow(panel);
  }

  private _follow(panel: NotebookPanel): NotebookKernel {
    const session = panel.sessionContext;
    let notebook = this._notebooks.get(session);
    if (notebook === undefined) {
      notebook = new NotebookKernel(session, kernel => new KernelPort(kernel));
      this._notebooks.set(session, notebook);
      keepDrafts(notebook.model, session.path, window.sessionStorage);
    }
    return notebook;
  }

  private readonly _tracker: INotebookTracker;
  private readonly _notebooks = new WeakMap<object, NotebookKernel>();
  private readonly _currentChanged = new Signal<this, IAutoDashNotebook | null>(this);
}
