import type { IDataset, IRequestEvent, IRequests, IResults } from './messages';

export * from './messages';

export type ContextStatus = IDataset['context_status'];

export type Outcome = IRequestEvent['status'];

/** What a page may ask for. */
export type Action = keyof IRequests;

/** What comes of a request; most bring no more than a line of text. */
export type Result<A extends Action> = A extends keyof IResults ? IResults[A] : null;

export type RequestMessage = {
  [A in Action]: { type: 'request'; request_id: string; action: A; params: IRequests[A] };
}[Action];
