import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { allOutdated, NO_CONTEXTS, noneSaving, onlyDrafts, outdated } from './contexts';
import { codeOf } from './code';
import { withDataset, withText } from './datasetNews';
import { NO_CHART, NO_DETAILS, onlyChart, withoutDetails } from './details';
import type { Action, IDataset, IRequests, IState, ITimeline, KernelEvent } from './protocol';
import { withTimelineNews } from './timelineNews';
import type {
  ConnectionStatus,
  IAutoDashModel,
  IContexts,
  IDetails,
  INotice,
  IPendingRequest
} from './tokens';

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

  get contexts(): IContexts {
    return this._contexts;
  }

  get details(): IDetails {
    return this._details;
  }

  get pending(): readonly IPendingRequest[] {
    return this._pending;
  }

  get notice(): INotice | null {
    return this._notice;
  }

  get failure(): string {
    return this._failure;
  }

  /** The connection has come to this status; one that ends the kernel's life forgets its data. */
  setStatus(status: ConnectionStatus): void {
    const keepsData =
      status === 'connected' || status === 'connecting' || status === 'disconnected';
    if (!keepsData) {
      this._datasets = [];
      this._timeline = EMPTY_TIMELINE;
      this._notice = null;
      this._contexts = onlyDrafts(this._contexts);
      this._details = NO_DETAILS;
    }
    if (status !== 'connected') {
      this._forgetPending();
    }
    this._status = status;
    this._changed.emit();
  }

  /** Show this state, whole, in place of what was known. */
  replaceState(state: IState): void {
    this._datasets = state.datasets;
    this._timeline = state.timeline;
    this._status = 'connected';
    this._contexts = allOutdated(this._contexts);
    this._details = onlyChart(this._details);
    if (!state.timeline.busy) {
      // No cell runs, so nothing waits; an outcome that was lost must not be waited for.
      this._forgetPending();
    }
    this._changed.emit();
  }

  /** Take in one event. Events for requests of other pages change nothing here. */
  apply(event: KernelEvent): void {
    switch (event.type) {
      case 'dataset':
        this._datasets = withDataset(this._datasets, event.dataset);
        this._details = withoutDetails(this._details, event.dataset.dataset_id);
        break;
      case 'context_written':
        this._datasets = withText(this._datasets, event);
        break;
      case 'dataset_removed':
        this._datasets = this._datasets.filter(known => known.dataset_id !== event.dataset_id);
        break;
      case 'context_changed':
        this._contexts = outdated(this._contexts, event.dataset_id);
        this._details = withoutDetails(this._details, event.dataset_id);
        break;
      case 'timeline':
        this._timeline = withTimelineNews(this._timeline, event.timeline);
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

  /** Replace what is known of contexts by what `change` makes of it. */
  changeContexts(change: (contexts: IContexts) => IContexts): void {
    this._contexts = change(this._contexts);
    this._changed.emit();
  }

  /** Replace what is known of datasets by what `change` makes of it. */
  changeDetails(change: (details: IDetails) => IDetails): void {
    this._details = change(this._details);
    this._changed.emit();
  }

  /** The kernel can't tell its state. */
  setFailure(why: string): void {
    this._failure = why;
    this.setStatus('failed');
  }

  /** A request was sent, or is held back until the running cell is over. */
  requestSent<A extends Action>(
    requestId: string,
    action: A,
    params: IRequests[A],
    waiting: boolean
  ): void {
    const code = codeOf(action, params, this._datasets);
    this._pending = [...this._pending, { requestId, action, waiting, code }];
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

  /** A question of this page was answered: there is nothing to tell of it. */
  requestAnswered(requestId: string): void {
    this._pending = this._pending.filter(request => request.requestId !== requestId);
    this._changed.emit();
  }

  private _finish(requestId: string, notice: INotice): void {
    const finished = this._pending.find(request => request.requestId === requestId);
    if (finished === undefined) {
      return;
    }
    this._pending = this._pending.filter(request => request !== finished);
    // Why a text could not be saved is said where it is edited.
    const isSaidElsewhere = finished.action === 'save_context' && notice.kind === 'failed';
    const code = notice.kind === 'done' ? finished.code : null;
    this._notice = isSaidElsewhere ? null : { ...notice, code };
    this._noticePosition = null;
  }

  private _forgetPending(): void {
    this._pending = [];
    this._contexts = noneSaving(this._contexts);
    if (this._details.chart.isAsking) {
      this._details = { ...this._details, chart: NO_CHART };
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
  private _contexts: IContexts = NO_CONTEXTS;
  private _details: IDetails = NO_DETAILS;
  private _failure = '';
  private _pending: readonly IPendingRequest[] = [];
  private _notice: INotice | null = null;
  private _noticePosition: number | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
