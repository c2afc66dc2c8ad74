import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Action, IDataset, IState, ITimeline, KernelEvent } from './protocol';
import type { ConnectionStatus, IAutoDashModel, INotice, IPendingRequest } from './tokens';

const EMPTY_TIMELINE: ITimeline = {
  position: 0,
  can_undo: false,
  can_redo: false,
  busy: false,
  steps: []
};

/**
 * What is known of one notebook's kernel: plain values and one signal, with no talk to anyone.
 *
 * Every value is replaced, never changed in place, so a component may compare by identity.
 */
export class AutoDashModel implements IAutoDashModel {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get status(): ConnectionStatus {
    return this._status;
  }

  get datasets(): readonly IDataset[] {
    return this._datasets;
  }

  get timeline(): ITimeline {
    return this._timeline;
  }

  get pending(): readonly IPendingRequest[] {
    return this._pending;
  }

  get notice(): INotice | null {
    return this._notice;
  }

  /** The connection has come to this status; one that ends the kernel's life forgets its data. */
  setStatus(status: ConnectionStatus): void {
    const keepsData =
      status === 'connected' || status === 'connecting' || status === 'disconnected';
    if (!keepsData) {
      this._datasets = [];
      this._timeline = EMPTY_TIMELINE;
      this._notice = null;
    }
    if (status !== 'connected') {
      this._pending = [];
    }
    this._status = status;
    this._changed.emit();
  }

  /** Show this state, whole, in place of what was known. */
  replaceState(state: IState): void {
    this._datasets = state.datasets;
    this._timeline = state.timeline;
    this._status = 'connected';
    if (!state.timeline.busy) {
      // No cell runs, so nothing waits; an outcome that was lost must not be waited for.
      this._pending = [];
    }
    this._changed.emit();
  }

  /** Take in one event. Events for requests of other pages change nothing here. */
  apply(event: KernelEvent): void {
    switch (event.type) {
      case 'dataset':
        this._datasets = withDataset(this._datasets, event.dataset);
        break;
      case 'dataset_removed':
        this._datasets = this._datasets.filter(known => known.dataset_id !== event.dataset_id);
        break;
      case 'timeline':
        this._timeline = event.timeline;
        this._ageNotice();
        break;
      case 'request':
        this._finish(event.request_id, { kind: event.status, message: event.message });
        break;
      case 'goodbye':
        this.setStatus('no-autodash');
        return;
      default:
        // A later kernel of the same protocol may tell more; what is unknown is passed over.
        return;
    }
    this._changed.emit();
  }

  /** A request was sent, or is held back until the running cell is over. */
  requestSent(requestId: string, action: Action, waiting: boolean): void {
    this._pending = [...this._pending, { requestId, action, waiting }];
    this._notice = null;
    this._changed.emit();
  }

  /** The kernel took a request on; `waiting` tells whether it waits for the running cell. */
  requestAccepted(requestId: string, waiting: boolean): void {
    this._pending = this._pending.map(request =>
      request.requestId === requestId ? { ...request, waiting } : request
    );
    this._changed.emit();
  }

  /** A request of this page came to an end without an event. */
  requestEnded(requestId: string, notice: INotice): void {
    this._finish(requestId, notice);
    this._changed.emit();
  }

  private _finish(requestId: string, notice: INotice): void {
    const others = this._pending.filter(request => request.requestId !== requestId);
    if (others.length < this._pending.length) {
      this._pending = others;
      this._notice = notice;
      this._noticePosition = null;
    }
  }

  /** A notice speaks of the position that it is first seen with; it goes when that is left. */
  private _ageNotice(): void {
    this._noticePosition ??= this._timeline.position;
    if (this._noticePosition !== this._timeline.position) {
      this._notice = null;
    }
  }

  private _status: ConnectionStatus = 'no-kernel';
  private _datasets: readonly IDataset[] = [];
  private _timeline: ITimeline = EMPTY_TIMELINE;
  private _pending: readonly IPendingRequest[] = [];
  private _notice: INotice | null = null;
  private _noticePosition: number | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

/** A known dataset keeps its place; a new one comes first. */
function withDataset(datasets: readonly IDataset[], dataset: IDataset): readonly IDataset[] {
  const isKnown = datasets.some(known => known.dataset_id === dataset.dataset_id);
  return isKnown
    ? datasets.map(known => (known.dataset_id === dataset.dataset_id ? dataset : known))
    : [dataset, ...datasets];
}
