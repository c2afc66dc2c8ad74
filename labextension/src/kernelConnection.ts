import type { JSONObject } from '@lumino/coreutils';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { EventSequence } from './eventSequence';
import type { ICommMessage, IKernelPort } from './kernelPort';
import type { AutoDashModel } from './model';
import type { Action, Answer, IRequests, KernelEvent, RequestMessage, Result } from './protocol';
import { EVENTS_TARGET, PROTOCOL, REQUESTS_TARGET } from './protocol';
import type { IAutoDashActions, INotice } from './tokens';

/** What is done with what comes of a request. */
export interface IFollowUp<A extends Action> {
  /** The kernel answered what was asked. */
  readonly answered?: (result: Result<A>) => void;
  /** The kernel did what was asked, or did not. */
  readonly ended?: (notice: INotice, result: Result<A> | null) => void;
  /** A person didn't ask for it, so nothing is said of it, nor is it held back. */
  readonly isQuiet?: boolean;
}

/** Ask the kernel for something; returns whether it could be asked. */
export type Ask = <A extends Exclude<Action, 'state' | 'cancel'>>(
  action: A,
  params: IRequests[A],
  followUp?: IFollowUp<A>
) => boolean;

/**
 * The talk with one kernel, from finding AutoDash in it to the kernel's or the page's end.
 *
 * It never runs code and never polls. It asks once whether the kernel has an events comm; if not,
 * it waits for the one the kernel opens when the extension is loaded. Then it listens to that comm
 * and opens its own for requests, which the kernel answers with its whole state. What it learns
 * goes into the model.
 */
export class KernelConnection
  implements Omit<IAutoDashActions, 'contexts' | 'details'>, IDisposable
{
  constructor(port: IKernelPort, model: AutoDashModel) {
    this._port = port;
    this._model = model;
    port.accept(EVENTS_TARGET);
    port.received.connect(this._onMessage, this);
    model.setStatus('connecting');
    void this._findAutoDash();
  }

  get isDisposed(): boolean {
    return this._port.isDisposed;
  }

  dispose(): void {
    this._port.dispose();
  }

  undo(): void {
    this.request('undo', { steps: 1 });
  }

  redo(): void {
    this.request('redo', { steps: 1 });
  }

  goto(stepId: number): void {
    this.request('goto', { step_id: stepId });
  }

  regenerate(datasetId: string): void {
    this.request('regenerate', { dataset_id: datasetId });
  }

  retry(): void {
    this._model.setStatus('connecting');
    this._send('state', {});
  }

  readonly request: Ask = (action, params, followUp = {}) => {
    if (this._model.status !== 'connected') {
      return false;
    }
    const message = requestMessage(action, params);
    this._followUps.set(message.request_id, followUp as IFollowUp<Action>);
    if (followUp.isQuiet === true) {
      this._sendMessage(message);
      return true;
    }
    // Where a busy kernel can't be reached the request is held here, so that it can be taken back.
    const isHeld = !this._reachesBusyKernel && this._model.timeline.busy;
    this._model.requestSent(message.request_id, action, params, isHeld);
    if (isHeld) {
      this._held.set(message.request_id, message);
    } else {
      this._sendMessage(message);
    }
    return true;
  };

  cancel(requestId: string): void {
    if (this._held.delete(requestId)) {
      this._end(requestId, { kind: 'cancelled', message: '' });
    } else {
      this._send('cancel', { request_id: requestId });
    }
  }

  private async _findAutoDash(): Promise<void> {
    const found = await this._port.findComms(EVENTS_TARGET).catch(() => []);
    if (this.isDisposed || this._eventsId !== null) {
      return;
    }
    const eventsId = found.at(-1);
    if (eventsId === undefined) {
      this._model.setStatus('no-autodash');
    } else {
      await this._attach(eventsId);
    }
  }

  /** Listen to the kernel's events, and ask for the state they follow. */
  private async _attach(eventsId: string): Promise<void> {
    this._detach();
    this._eventsId = eventsId;
    this._model.setStatus('connecting');
    const reachesBusyKernel = await this._port.reachesBusyKernel();
    if (this.isDisposed || this._eventsId !== eventsId) {
      return;
    }
    this._reachesBusyKernel = reachesBusyKernel;
    this._requestsId = this._port.openComm(REQUESTS_TARGET, { protocol: PROTOCOL });
  }

  private _detach(): void {
    if (this._requestsId !== null) {
      this._port.closeComm(this._requestsId);
    }
    this._requestsId = null;
    this._eventsId = null;
    this._events.reset();
    this._held.clear();
    this._followUps.clear();
  }

  private _onMessage(_: IKernelPort, message: ICommMessage): void {
    if (message.type === 'comm_open' && message.target === EVENTS_TARGET) {
      void this._attach(message.commId);
    } else if (message.type === 'comm_close') {
      if (message.commId === this._requestsId || message.commId === this._eventsId) {
        this._leave('no-autodash');
      }
    } else if (message.commId === this._requestsId) {
      this._onAnswer(message.data as unknown as Answer);
    } else if (message.commId === this._eventsId) {
      this._onEvent(message.data as unknown as KernelEvent);
    }
  }

  private _onAnswer(answer: Answer): void {
    switch (answer.type) {
      case 'state':
        this._onState(answer);
        break;
      case 'accepted':
        this._model.requestAccepted(answer.request_id, answer.waiting);
        break;
      case 'refused':
        if (this._model.status === 'connecting') {
          this._model.setFailure(answer.message);
        }
        this._end(answer.request_id, { kind: 'failed', message: answer.message });
        break;
      case 'answer':
        this._onResult(answer.request_id, answer.result);
        break;
    }
  }

  private _onResult(requestId: string, result: unknown): void {
    this._take(requestId)?.answered?.(result as Result<Action>);
    this._model.requestAnswered(requestId);
  }

  /** A request came to an end that no event tells of. */
  private _end(requestId: string, notice: INotice): void {
    this._model.requestEnded(requestId, notice);
    this._take(requestId)?.ended?.(notice, null);
  }

  private _take(requestId: string): IFollowUp<Action> | undefined {
    const followUp = this._followUps.get(requestId);
    this._followUps.delete(requestId);
    return followUp;
  }

  private _onState(answer: Extract<Answer, { type: 'state' }>): void {
    if (answer.protocol !== PROTOCOL) {
      this._leave(answer.protocol > PROTOCOL ? 'newer-protocol' : 'older-protocol');
      return;
    }
    if (answer.events_comm_id !== this._eventsId) {
      this._eventsId = answer.events_comm_id;
      this._events.reset();
    }
    this._model.replaceState(answer.state);
    this._applyOrResync(this._events.synchronise(answer.sequence));
  }

  private _onEvent(event: KernelEvent): void {
    if (event.type === 'goodbye') {
      this._leave('no-autodash');
    } else {
      this._applyOrResync(this._events.receive(event));
    }
  }

  private _applyOrResync(events: KernelEvent[] | 'gap'): void {
    if (events === 'gap') {
      this._send('state', {});
      return;
    }
    for (const event of events) {
      this._model.apply(event);
      if (event.type === 'request') {
        const notice: INotice = { kind: event.status, message: event.message };
        this._take(event.request_id)?.ended?.(notice, event.result ?? null);
      }
    }
    this._sendHeld();
  }

  /** Stop talking, and wait for the kernel to open an events comm again. */
  private _leave(status: 'no-autodash' | 'newer-protocol' | 'older-protocol'): void {
    this._detach();
    this._model.setStatus(status);
  }

  private _sendHeld(): void {
    if (this._model.timeline.busy) {
      return;
    }
    for (const message of this._held.values()) {
      this._model.requestAccepted(message.request_id, false);
      this._sendMessage(message);
    }
    this._held.clear();
  }

  private _send<A extends Action>(action: A, params: IRequests[A]): void {
    this._sendMessage(requestMessage(action, params));
  }

  private _sendMessage(message: RequestMessage): void {
    if (this._requestsId !== null) {
      this._port.sendComm(this._requestsId, message as unknown as JSONObject);
    }
  }

  private readonly _port: IKernelPort;
  private readonly _model: AutoDashModel;
  private readonly _events = new EventSequence();
  private readonly _held = new Map<string, RequestMessage>();
  private readonly _followUps = new Map<string, IFollowUp<Action>>();
  private _eventsId: string | null = null;
  private _requestsId: string | null = null;
  private _reachesBusyKernel = false;
}

function requestMessage<A extends Action>(action: A, params: IRequests[A]): RequestMessage {
  return { type: 'request', request_id: UUID.uuid4(), action, params } as RequestMessage;
}
