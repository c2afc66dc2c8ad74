/**
 * What kernel and page say to each other, version 1. The kernel's end is `autodash_jupyter/panel.py`.
 *
 * Two comms: `autodash.requests`, opened by each page, carries requests and their answers;
 * `autodash.events`, one for each kernel, only brings news, numbered without gaps.
 */

/** The version of the protocol that this page speaks. */
export const PROTOCOL = 1;

export const REQUESTS_TARGET = 'autodash.requests';
export const EVENTS_TARGET = 'autodash.events';

export type ContextStatus = 'pending' | 'generating' | 'completed' | 'failed';

export interface IProgress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

export interface IDataset {
  readonly dataset_id: string;
  readonly name: string;
  readonly filename: string;
  readonly row_count: number;
  readonly column_count: number;
  readonly context_status: ContextStatus;
  readonly progress: IProgress | null;
  /** The context as Markdown: text from outside, to be shown through the sanitizer only. */
  readonly context: string | null;
  readonly error: string | null;
  /** `profile`, or the name of the language model. */
  readonly written_by: string | null;
  /** What was sent to which host. */
  readonly sent: string | null;
  readonly created_at: string;
}

export interface IStep {
  readonly step_id: number;
  /** The step this one followed; 0 is the start. */
  readonly parent: number;
  /** The cell's code, shortened. */
  readonly label: string;
  readonly recorded_at: string;
  readonly seconds: number;
  readonly changes: readonly string[];
}

export interface ITimeline {
  /** The step whose state the variables are in; 0 is the start. */
  readonly position: number;
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  /** Whether a cell is running. */
  readonly busy: boolean;
  /** The last steps, oldest first. */
  readonly steps: readonly IStep[];
}

/** All a page shows of one kernel. */
export interface IState {
  /** Newest first. */
  readonly datasets: readonly IDataset[];
  readonly timeline: ITimeline;
}

/** What a page may ask for, with the parameters of each. */
export interface IRequests {
  state: Record<string, never>;
  undo: { steps: number };
  redo: { steps: number };
  goto: { step_id: number };
  regenerate: { dataset_id: string };
  cancel: { request_id: string };
}

export type Action = keyof IRequests;

export type RequestMessage = {
  [A in Action]: { type: 'request'; request_id: string; action: A; params: IRequests[A] };
}[Action];

/** What the kernel answers on the requests comm. */
export type Answer =
  | {
      type: 'state';
      protocol: number;
      sequence: number;
      events_comm_id: string;
      state: IState;
    }
  | { type: 'accepted'; request_id: string; waiting: boolean }
  | { type: 'refused'; request_id: string; message: string };

export type Outcome = 'done' | 'failed' | 'cancelled';

/** What the kernel tells on the events comm. */
export type KernelEvent = { sequence: number } & (
  | { type: 'dataset'; dataset: IDataset }
  | { type: 'dataset_removed'; dataset_id: string }
  | { type: 'timeline'; timeline: ITimeline }
  | { type: 'request'; request_id: string; status: Outcome; message: string }
  | { type: 'goodbye' }
);
