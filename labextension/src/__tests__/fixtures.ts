import type { JSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ICommMessage, IKernelPort } from '../kernelPort';
import type { Answer, IDataset, IState, IStep, ITimeline, KernelEvent } from '../protocol';
import { EVENTS_TARGET, PROTOCOL, REQUESTS_TARGET } from '../protocol';

export function dataset(name: string, changes: Partial<IDataset> = {}): IDataset {
  return {
    dataset_id: `sample_${name}`,
    name,
    filename: `${name}.csv`,
    row_count: 344,
    column_count: 8,
    context_status: 'completed',
    progress: null,
    context: `# ${name}`,
    error: null,
    written_by: 'profile',
    sent: null,
    created_at: '2026-01-01T00:00:00Z',
    ...changes
  };
}

export function step(stepId: number, parent = stepId - 1, changes: string[] = []): IStep {
  return {
    step_id: stepId,
    parent,
    label: `cell ${stepId}`,
    recorded_at: '2026-01-01T00:00:00Z',
    seconds: 0.1,
    changes
  };
}

export function timeline(position: number, steps: IStep[] = [], busy = false): ITimeline {
  return {
    position,
    can_undo: position > 0,
    can_redo: steps.some(known => known.parent === position),
    busy,
    steps
  };
}

/** News of a timeline: all its steps are told as new ones. */
export function timelineEvent(
  sequence: number,
  now: ITimeline,
  removed: number[] = []
): KernelEvent {
  return { sequence, type: 'timeline', timeline: { ...now, removed } };
}

/** A request of this id is done. */
export function doneEvent(sequence: number, request_id: string, message: string): KernelEvent {
  return { sequence, type: 'request', request_id, status: 'done', message, result: null };
}

export function state(changes: Partial<IState> = {}): IState {
  return { datasets: [], timeline: timeline(0), ...changes };
}

interface ISentRequest {
  request_id: string;
  action: string;
  params: JSONObject;
}

/** A kernel made of two comms, which does what a test tells it to. */
export class FakeKernel implements IKernelPort {
  constructor(options: { eventsId?: string | null; reachesBusyKernel?: boolean } = {}) {
    this.eventsId = options.eventsId === undefined ? 'events-1' : options.eventsId;
    this._reaches = options.reachesBusyKernel ?? true;
  }

  readonly received = new Signal<this, ICommMessage>(this);
  readonly accepted: string[] = [];
  /** The ids of the requests comms that are open, oldest first. */
  readonly pages: string[] = [];
  readonly sent: ISentRequest[] = [];
  eventsId: string | null;
  isDisposed = false;

  accept(target: string): void {
    this.accepted.push(target);
  }

  findComms(target: string): Promise<string[]> {
    return Promise.resolve(
      target === EVENTS_TARGET && this.eventsId !== null ? [this.eventsId] : []
    );
  }

  reachesBusyKernel(): Promise<boolean> {
    return Promise.resolve(this._reaches);
  }

  openComm(target: string, data: JSONObject): string {
    if (target !== REQUESTS_TARGET || data.protocol !== PROTOCOL) {
      throw new Error(`a page never opens ${target} with ${JSON.stringify(data)}`);
    }
    this._opened += 1;
    const commId = `page-${this._opened}`;
    this.pages.push(commId);
    return commId;
  }

  sendComm(commId: string, data: JSONObject): void {
    if (!this.pages.includes(commId)) {
      throw new Error(`${commId} is not open`);
    }
    this.sent.push(data as unknown as ISentRequest);
  }

  closeComm(commId: string): void {
    this.pages.splice(this.pages.indexOf(commId), 1);
  }

  dispose(): void {
    this.isDisposed = true;
    Signal.clearData(this);
  }

  /** The kernel loads the extension and opens its events comm. */
  hello(eventsId: string): void {
    this.eventsId = eventsId;
    this._emit('comm_open', eventsId, {}, EVENTS_TARGET);
  }

  answer(answer: Answer): void {
    this._emit('comm_msg', this.pages.at(-1) ?? '', answer as unknown as JSONObject);
  }

  /** Answer the last request with what it asked for. */
  answerLast(result: Extract<Answer, { type: 'answer' }>['result']): void {
    this.answer({ type: 'answer', request_id: this.sent.at(-1)?.request_id ?? '', result });
  }

  answerState(sequence: number, shown: IState = state(), protocol = PROTOCOL): void {
    const events_comm_id = this.eventsId ?? '';
    this.answer({ type: 'state', protocol, sequence, events_comm_id, state: shown });
  }

  event(event: KernelEvent): void {
    this._emit('comm_msg', this.eventsId ?? '', event as unknown as JSONObject);
  }

  close(commId: string): void {
    this._emit('comm_close', commId, {});
  }

  private _emit(
    type: ICommMessage['type'],
    commId: string,
    data: JSONObject,
    target: string | null = null
  ): void {
    this.received.emit({ type, commId, target, data });
  }

  private readonly _reaches: boolean;
  private _opened = 0;
}

/** Texts as they are written, their places filled in. */
export const english = {
  __: (text: string, ...values: unknown[]): string =>
    text.replace(/%(\d)/g, (_, place: string) => String(values[Number(place) - 1]))
};

/** Let everything that was promised come true. */
export async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 0));
}
