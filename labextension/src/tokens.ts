import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Action, IDataset, ITimeline } from './protocol';

/**
 * Where the talk with a notebook's kernel stands.
 *
 * - `no-kernel`: the notebook has none, or it is shutting down
 * - `starting`, `restarting`: a kernel is on its way
 * - `connecting`: the kernel was asked, and has not answered yet
 * - `disconnected`: the page lost the server; what is shown is what was last heard
 * - `no-autodash`: the kernel runs without the extension
 * - `newer-protocol`: the kernel's AutoDash is newer than this page's
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
  | 'connected';

/** A request that the kernel has not finished. */
export interface IPendingRequest {
  readonly requestId: string;
  readonly action: Action;
  /** Whether it waits for the running cell. */
  readonly waiting: boolean;
}

/** What came of the last request, in one line. */
export interface INotice {
  readonly kind: 'done' | 'failed' | 'cancelled';
  readonly message: string;
}

/** The datasets of a notebook's kernel, newest first. */
export interface IDatasets {
  readonly datasets: readonly IDataset[];
}

/** The steps of a notebook's kernel, and where its variables stand among them. */
export interface ITimelineModel {
  readonly timeline: ITimeline;
}

/** What is known of one notebook's kernel. Read it again whenever `changed` is emitted. */
export interface IAutoDashModel extends IDatasets, ITimelineModel {
  readonly changed: ISignal<IAutoDashModel, void>;
  readonly status: ConnectionStatus;
  readonly pending: readonly IPendingRequest[];
  readonly notice: INotice | null;
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
