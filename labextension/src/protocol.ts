/**
 * What kernel and page say to each other, version 1. The kernel's end is
 * `autodash_jupyter/panel.py`, and `panel_contexts.py` for what concerns contexts.
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

/** What is wrong with a context, or worth a look. */
export interface IFinding {
  readonly severity: 'failed' | 'warning';
  readonly message: string;
  /** The line of the context's text, from 1. */
  readonly line: number | null;
}

/** A context's text as its author wrote it, to be edited. */
export interface IContextText {
  readonly text: string;
  /** What it is a revision of; 0 where nothing is saved yet. */
  readonly revision: number;
  readonly findings: readonly IFinding[];
}

export interface IRevision {
  readonly revision: number;
  readonly saved_at: string;
  readonly author: string;
  readonly cause: string;
}

/** A dataset's contexts, and the revisions of the one that counts. */
export interface IContextRevisions {
  /** 0 where nothing is saved yet. */
  readonly revision: number;
  /** Every context that names the dataset, the one that counts first. */
  readonly names: readonly string[];
  /** Who wrote it, in words. */
  readonly authors: string;
  /** The context as Markdown, with the present values of its metrics: text from outside. */
  readonly page: string | null;
  readonly findings: readonly IFinding[];
  /** Newest first. */
  readonly revisions: readonly IRevision[];
}

export interface IDifference {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before: string;
  readonly after: string;
}

/** What differs between two revisions of a context, field by field. */
export interface IComparison {
  readonly before: number;
  readonly after: number;
  readonly differences: readonly IDifference[];
  /** How many more there are. */
  readonly left_out: number;
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
  context_text: { dataset_id: string };
  context_revisions: { dataset_id: string };
  compare_revisions: { dataset_id: string; before: number; after: number };
  /** `revision` is the one that was edited: another one in its place is a conflict. */
  save_context: { dataset_id: string; text: string; revision: number };
  restore_revision: { dataset_id: string; revision: number };
  use_context: { dataset_id: string; name: string };
}

export type Action = keyof IRequests;

/** What comes of those requests that bring more than a line of text. */
export interface IResults {
  context_text: IContextText;
  context_revisions: IContextRevisions;
  compare_revisions: IComparison;
  save_context: ISaveResult;
}

/** Saved with these findings; or not, for a conflict or because the text can't be read. */
export interface ISaveResult {
  readonly revision?: number;
  readonly findings?: readonly IFinding[];
  readonly conflict?: { readonly text: string; readonly revision: number };
}

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
  | { type: 'answer'; request_id: string; result: IResults[keyof IResults] }
  | { type: 'accepted'; request_id: string; waiting: boolean }
  | { type: 'refused'; request_id: string; message: string };

export type Outcome = 'done' | 'failed' | 'cancelled';

/** What the kernel tells on the events comm. */
export type KernelEvent = { sequence: number } & (
  | { type: 'dataset'; dataset: IDataset }
  | { type: 'dataset_removed'; dataset_id: string }
  | { type: 'context_changed'; dataset_id: string }
  | { type: 'timeline'; timeline: ITimeline }
  | {
      type: 'request';
      request_id: string;
      status: Outcome;
      message: string;
      result?: IResults[keyof IResults] | null;
    }
  | { type: 'goodbye' }
);
