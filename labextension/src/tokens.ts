import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type {
  Action,
  IChart,
  IColumns,
  IComparison,
  IContextRevisions,
  IDataset,
  IFinding,
  ITimeline
} from './protocol';

/**
 * Where the talk with a notebook's kernel stands.
 *
 * - `no-kernel`: the notebook has none, or it is shutting down
 * - `starting`, `restarting`: a kernel is on its way
 * - `connecting`: the kernel was asked, and has not answered yet
 * - `disconnected`: the page lost the server; what is shown is what was last heard
 * - `no-autodash`: the kernel runs without the extension
 * - `newer-protocol`, `older-protocol`: the kernel's AutoDash is newer or older than this page's
 * - `failed`: the kernel can't tell its state; `failure` says why
 */
export type ConnectionStatus =
  | 'no-kernel'
  | 'starting'
  | 'restarting'
  | 'dead'
  | 'connecting'
  | 'disconnected'
  | 'no-autodash'
  | 'newer-protocol'
  | 'older-protocol'
  | 'failed'
  | 'connected';

/** A request that the kernel has not finished. */
export interface IPendingRequest {
  readonly requestId: string;
  readonly action: Action;
  /** Whether it waits for the running cell. */
  readonly waiting: boolean;
  /** The cell that does the same, if there is one. */
  readonly code: string | null;
}

/** What came of the last request, in one line. */
export interface INotice {
  readonly kind: 'done' | 'failed' | 'cancelled';
  readonly message: string;
  /** The cell that does the same, for the notebook to tell what was done by mouse. */
  readonly code?: string | null;
}

/** The datasets of a notebook's kernel, newest first. */
export interface IDatasets {
  readonly datasets: readonly IDataset[];
}

/** The steps of a notebook's kernel, and where its variables stand among them. */
export interface ITimelineModel {
  readonly timeline: ITimeline;
}

/** A context's text while a person edits it. It is kept until they save or drop it. */
export interface IContextDraft {
  readonly datasetId: string;
  /** The dataset's name, for where the dataset itself is gone. */
  readonly name: string;
  readonly text: string;
  /** The text that editing began with. */
  readonly given: string;
  /** The revision of that text. */
  readonly revision: number;
  /** Counts the texts that editing began with: another number, and the editor starts anew. */
  readonly round: number;
  /** Of the text given, or of what could not be saved. */
  readonly findings: readonly IFinding[];
  /** What somebody else saved meanwhile. */
  readonly theirs: { readonly text: string; readonly revision: number } | null;
  readonly isSaving: boolean;
  /** Why it could not be saved. */
  readonly error: string;
}

/** What the kernel said of a dataset's contexts; out of date where one changed since. */
export interface IKnownRevisions extends IContextRevisions {
  readonly isOutdated: boolean;
}

/** The contexts of a notebook's datasets, by the datasets' ids. */
export interface IContexts {
  readonly revisions: ReadonlyMap<string, IKnownRevisions>;
  readonly comparisons: ReadonlyMap<string, IComparison>;
  /** These outlive the kernel. */
  readonly drafts: ReadonlyMap<string, IContextDraft>;
}

/** A chart that was asked for in words, and what came of it. */
export interface IChartBox {
  readonly datasetId: string;
  readonly sentence: string;
  readonly isAsking: boolean;
  readonly chart: IChart | null;
  readonly error: string;
}

/** What the kernel said of datasets when it was asked, by the datasets' ids. */
export interface IDetails {
  readonly columns: ReadonlyMap<string, IColumns>;
  /** How much of each context is to be mended. */
  readonly toMend: ReadonlyMap<string, number>;
  /** Counts the changes of each dataset: an answer to a question from before one is out of date. */
  readonly changes: ReadonlyMap<string, number>;
  readonly chart: IChartBox;
}

/** What is known of one notebook's kernel. Read it again whenever `changed` is emitted. */
export interface IAutoDashModel extends IDatasets, ITimelineModel {
  readonly changed: ISignal<IAutoDashModel, void>;
  readonly status: ConnectionStatus;
  readonly contexts: IContexts;
  readonly details: IDetails;
  readonly pending: readonly IPendingRequest[];
  readonly notice: INotice | null;
  /** Why the kernel can't tell its state, where it can't. */
  readonly failure: string;
}

/** What can be done with the contexts of one notebook's datasets. What comes of it shows in the model. */
export interface IContextActions {
  /** Learn the revisions, findings and authors of a dataset's context. */
  readonly read: (datasetId: string) => void;
  /** Begin to edit the text that counts now; `theirs` in a conflict is dropped, and one's own text. */
  readonly edit: (datasetId: string) => void;
  readonly type: (datasetId: string, text: string) => void;
  /** Save the text, unless somebody else saved meanwhile; in a conflict, save it over theirs. */
  readonly save: (datasetId: string) => void;
  /** Drop the text. */
  readonly drop: (datasetId: string) => void;
  /** Compare a revision with the newest. */
  readonly compare: (datasetId: string, revision: number) => void;
  readonly closeComparison: (datasetId: string) => void;
  /** Save an earlier revision as the newest. */
  readonly restore: (datasetId: string, revision: number) => void;
  /** Let another context count for the dataset. */
  readonly use: (datasetId: string, name: string) => void;
}

/** What can be learned of one notebook's datasets. The answers show in the model. */
export interface IDetailActions {
  /** Learn how much of a context is to be mended. */
  readonly countFindings: (datasetId: string) => void;
  readonly readColumns: (datasetId: string) => void;
  /** Draw what a sentence asks for; `reading` 0 is the likeliest of what it may mean. */
  readonly visualize: (datasetId: string, sentence: string, reading?: number) => void;
  readonly closeChart: () => void;
}

/** What can be asked of one notebook's kernel. Answers show in the model. */
export interface IAutoDashActions {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly goto: (stepId: number) => void;
  /** Write a dataset's context anew. */
  readonly regenerate: (datasetId: string) => void;
  /** Take back a request that waits for the running cell. */
  readonly cancel: (requestId: string) => void;
  /** Ask for the state again, where the kernel could not tell it. */
  readonly retry: () => void;
  readonly contexts: IContextActions;
  readonly details: IDetailActions;
}

/** One notebook, as the panel sees it. */
export interface IAutoDashNotebook {
  /** The notebook's path: tells it from every other that is open. */
  readonly path: string;
  readonly name: string;
  readonly model: IAutoDashModel;
  readonly actions: IAutoDashActions;
}

/** The notebook in front; other extensions may require it by the token of the same name. */
export interface IAutoDash {
  readonly current: IAutoDashNotebook | null;
  readonly currentChanged: ISignal<IAutoDash, IAutoDashNotebook | null>;
}

export const IAutoDash = new Token<IAutoDash>(
  'autodash-jupyter:IAutoDash',
  "Datasets and timeline of the kernel of the notebook in front, as AutoDash's panel shows them."
);
