// Generated from autodash_jupyter/panel_protocol by generate_protocol.py: change it there.

/** The version of the protocol that this page speaks. */
export const PROTOCOL = 2;
export const REQUESTS_TARGET = 'autodash.requests';
export const EVENTS_TARGET = 'autodash.events';

/** The request is taken on; `waiting` tells whether it waits for the running cell. */
export interface IAcceptedAnswer {
  readonly type: 'accepted';
  readonly request_id: string;
  readonly waiting: boolean;
}

/** The chart that a sentence asks for, in one of the readings it allows. */
export interface IChart {
  readonly title: string;
  /** Vega-Lite 5, its rows inlined. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** How the sentence was read, a line for each piece. */
  readonly explanation: string;
  /** How sure the reading is, 0 to 1. */
  readonly confidence: number;
  readonly context_used: boolean;
  /** What the sentence may mean, likeliest first: the titles of the charts that can be asked for. */
  readonly readings: readonly string[];
  /** Which of them this one is. */
  readonly reading: number;
  /** A cell that draws the same chart. */
  readonly code: string;
}

/** One column of a dataset, as its profile saw it. */
export interface IColumn {
  readonly name: string;
  readonly dtype: string;
  /** What it holds, in a word. */
  readonly role: string;
  /** The share of cells without a value, 0 to 1. */
  readonly missing: number;
  /** How many values lie in each of equal bins; empty where there are none to count. */
  readonly histogram: readonly number[];
}

/** A dataset's columns, in its own order. */
export interface IColumns {
  readonly columns: readonly IColumn[];
  /** How many more there are. */
  readonly left_out: number;
}

/** What differs between two revisions of a context, field by field. */
export interface IComparison {
  readonly before: number;
  readonly after: number;
  readonly differences: readonly IDifference[];
  /** How many more there are. */
  readonly left_out: number;
}

/** What somebody else saved meanwhile. */
export interface IConflict {
  readonly text: string;
  readonly revision: number;
}

/** Another context counts for a dataset, or another revision of it. */
export interface IContextChangedEvent {
  readonly sequence: number;
  readonly type: 'context_changed';
  readonly dataset_id: string;
}

/** A context by its name. */
export interface IContextName {
  readonly dataset_id: string;
  readonly name: string;
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

/** A context's text as its author wrote it, to be edited. */
export interface IContextText {
  readonly text: string;
  /** What it is a revision of; 0 where nothing is saved yet. */
  readonly revision: number;
  readonly findings: readonly IFinding[];
}

/** More of a context is written: from `start` on (in UTF-16 units) its text is `text`. */
export interface IContextWrittenEvent {
  readonly sequence: number;
  readonly type: 'context_written';
  readonly dataset_id: string;
  readonly start: number;
  readonly text: string;
  readonly progress: IProgress | null;
}

/** One dataset, and its context as it is now, or as far as it is written. */
export interface IDataset {
  readonly dataset_id: string;
  /** The variable that stands for it, else its own name. */
  readonly name: string;
  readonly filename: string;
  readonly row_count: number;
  readonly column_count: number;
  readonly context_status: 'pending' | 'generating' | 'completed' | 'failed' | 'not_found';
  readonly progress: IProgress | null;
  /** The context as Markdown; left out of a state once it is written, since a page asks for it. */
  readonly context: string | null;
  readonly error: string | null;
  /** `profile`, or the name of the language model. */
  readonly written_by: string | null;
  /** What was sent to which host. */
  readonly sent: string | null;
  readonly created_at: string;
}

/** A dataset is new, or anything of it changed. */
export interface IDatasetEvent {
  readonly sequence: number;
  readonly type: 'dataset';
  readonly dataset: IDataset;
}

/** A dataset is gone. */
export interface IDatasetRemovedEvent {
  readonly sequence: number;
  readonly type: 'dataset_removed';
  readonly dataset_id: string;
}

/** A field that differs between two revisions. */
export interface IDifference {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before: string;
  readonly after: string;
}

/** A text to save; `revision` is the one that was edited: another one in its place is a conflict. */
export interface IEditedText {
  readonly dataset_id: string;
  readonly text: string;
  readonly revision: number;
}

/** What is wrong with a context, or worth a look. */
export interface IFinding {
  readonly severity: 'failed' | 'warning';
  readonly message: string;
  /** The line of the context's text, from 1. */
  readonly line: number | null;
}

/** How much of a dataset's context is to be mended. */
export interface IFindingCount {
  readonly dataset_id: string;
  readonly count: number;
}

/** How much is to be mended, of the datasets that were asked for and are still there. */
export interface IFindingCounts {
  readonly counts: readonly IFindingCount[];
}

/** The extension is being unloaded. */
export interface IGoodbyeEvent {
  readonly sequence: number;
  readonly type: 'goodbye';
}

/** Nothing more to say. */
export type INoParams = Record<string, never>;

/** The dataset that is meant. */
export interface IOneDataset {
  readonly dataset_id: string;
}

/** The request that is meant. */
export interface IOneRequest {
  readonly request_id: string;
}

/** A revision of a dataset's context. */
export interface IOneRevision {
  readonly dataset_id: string;
  readonly revision: number;
}

/** A step to go to. */
export interface IOneStep {
  readonly step_id: number;
}

/** How far the writing of a context is. */
export interface IProgress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** Why the request is not taken on; the id is empty where the state itself can't be told. */
export interface IRefusedAnswer {
  readonly type: 'refused';
  readonly request_id: string;
  readonly message: string;
}

/** What came of a request that was accepted. */
export interface IRequestEvent {
  readonly sequence: number;
  readonly type: 'request';
  readonly request_id: string;
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly message: string;
  readonly result: ISaveResult | null;
}

/** What a page may ask for, with the parameters of each. */
export interface IRequests {
  readonly state: INoParams;
  readonly undo: ISteps;
  readonly redo: ISteps;
  readonly goto: IOneStep;
  readonly regenerate: IOneDataset;
  readonly cancel: IOneRequest;
  readonly context_text: IOneDataset;
  readonly context_revisions: IOneDataset;
  readonly compare_revisions: ITwoRevisions;
  readonly save_context: IEditedText;
  readonly restore_revision: IOneRevision;
  readonly use_context: IContextName;
  readonly count_findings: ISomeDatasets;
  readonly columns: IOneDataset;
  readonly visualize: ISentence;
}

/** What was asked for; `result` is what `Results` gives for the action. */
export interface IResultAnswer {
  readonly type: 'answer';
  readonly request_id: string;
  readonly result: IContextText | IContextRevisions | IComparison | IFindingCounts | IColumns | IChart;
}

/** What comes of those requests that bring more than a line of text. */
export interface IResults {
  readonly context_text: IContextText;
  readonly context_revisions: IContextRevisions;
  readonly compare_revisions: IComparison;
  readonly save_context: ISaveResult;
  readonly count_findings: IFindingCounts;
  readonly columns: IColumns;
  readonly visualize: IChart;
}

/** One saved revision of a context. */
export interface IRevision {
  readonly revision: number;
  readonly saved_at: string;
  readonly author: string;
  readonly cause: string;
}

/** Saved with these findings; or not, for a conflict or because the text can't be read. */
export interface ISaveResult {
  readonly revision?: number;
  readonly findings?: readonly IFinding[];
  readonly conflict?: IConflict;
}

/** A chart in words; `reading` 0 is the likeliest of what they may mean. */
export interface ISentence {
  readonly dataset_id: string;
  readonly sentence: string;
  readonly reading: number;
}

/** The datasets that are meant. */
export interface ISomeDatasets {
  readonly dataset_ids: readonly string[];
}

/** All a page shows of one kernel. */
export interface IState {
  /** Newest first. */
  readonly datasets: readonly IDataset[];
  readonly timeline: ITimeline;
}

/** The whole state, and where the events stand that follow it. */
export interface IStateAnswer {
  readonly type: 'state';
  readonly protocol: number;
  readonly sequence: number;
  readonly events_comm_id: string;
  readonly state: IState;
}

/** One cell that changed variables. */
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

/** How many steps to go. */
export interface ISteps {
  readonly steps: number;
}

/** Where the variables stand, and the steps they came by. */
export interface ITimeline {
  /** The step whose state the variables are in; 0 is the start. */
  readonly position: number;
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  /** Whether a cell is running. */
  readonly busy: boolean;
  /** Oldest first. */
  readonly steps: readonly IStep[];
}

/** A cell began or ended, or the variables were moved. */
export interface ITimelineEvent {
  readonly sequence: number;
  readonly type: 'timeline';
  readonly timeline: ITimelineNews;
}

/** Where the variables stand now; `steps` are only those that are new or changed. */
export interface ITimelineNews {
  readonly position: number;
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  readonly busy: boolean;
  readonly steps: readonly IStep[];
  readonly removed: readonly number[];
}

/** Two revisions of a dataset's context. */
export interface ITwoRevisions {
  readonly dataset_id: string;
  readonly before: number;
  readonly after: number;
}

export type Answer =
  | IStateAnswer
  | IResultAnswer
  | IAcceptedAnswer
  | IRefusedAnswer;

export type KernelEvent =
  | IDatasetEvent
  | IContextWrittenEvent
  | IDatasetRemovedEvent
  | IContextChangedEvent
  | ITimelineEvent
  | IRequestEvent
  | IGoodbyeEvent;
