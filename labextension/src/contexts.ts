import type {
  IComparison,
  IContextRevisions,
  IContextText,
  IDataset,
  ISaveResult
} from './protocol';
import type { IContextDraft, IContexts, IKnownRevisions } from './tokens';

/** Nothing is known yet. */
export const NO_CONTEXTS: IContexts = {
  revisions: new Map(),
  comparisons: new Map(),
  drafts: new Map()
};

/** Whether a text would be lost if its draft were dropped. */
export function isUnsaved(draft: IContextDraft | undefined): boolean {
  return draft !== undefined && (draft.text !== draft.given || draft.theirs !== null);
}

/** The drafts whose dataset is gone, and whose text is unsaved. */
export function orphans(contexts: IContexts, datasets: readonly IDataset[]): IContextDraft[] {
  const known = new Set(datasets.map(dataset => dataset.dataset_id));
  return [...contexts.drafts.values()].filter(
    draft => !known.has(draft.datasetId) && isUnsaved(draft)
  );
}

export function withRevisions(
  contexts: IContexts,
  datasetId: string,
  revisions: IContextRevisions
): IContexts {
  return putRevisions(contexts, datasetId, { ...revisions, isOutdated: false });
}

/**
 * A context changed, so what is known of it is out of date. It stays in view until it is read again,
 * unless the dataset has the newer text. The record is another one each time, so
 * that an answer which was on its way is not taken for the last word.
 */
export function outdated(contexts: IContexts, datasetId: string): IContexts {
  const known = contexts.revisions.get(datasetId);
  return known === undefined
    ? contexts
    : putRevisions(contexts, datasetId, { ...known, isOutdated: true });
}

/** All that is known of the kernel's contexts is out of date. */
export function allOutdated(contexts: IContexts): IContexts {
  return [...contexts.revisions.keys()].reduce(outdated, contexts);
}

/** The kernel is gone, and what it said with it; what a person wrote stays. */
export function onlyDrafts(contexts: IContexts): IContexts {
  return { ...NO_CONTEXTS, drafts: contexts.drafts };
}

/** Nobody will say any more what came of saving. */
export function noneSaving(contexts: IContexts): IContexts {
  return [...contexts.drafts.keys()].reduce(
    (changed, datasetId) => withDraft(changed, datasetId, { isSaving: false }),
    contexts
  );
}

export function withComparison(
  contexts: IContexts,
  datasetId: string,
  comparison: IComparison | null
): IContexts {
  return { ...contexts, comparisons: put(contexts.comparisons, datasetId, comparison) };
}

/** Begin to edit a text, in place of what was edited before. */
export function withText(
  contexts: IContexts,
  dataset: Pick<IDataset, 'dataset_id' | 'name'>,
  given: IContextText
): IContexts {
  const { dataset_id: datasetId, name } = dataset;
  const before = contexts.drafts.get(datasetId);
  const draft: IContextDraft = {
    datasetId,
    name,
    text: given.text,
    given: given.text,
    revision: given.revision,
    round: (before?.round ?? 0) + 1,
    findings: given.findings,
    theirs: null,
    isSaving: false,
    error: ''
  };
  const drafts = put(contexts.drafts, datasetId, draft);
  return withComparison({ ...contexts, drafts }, datasetId, null);
}

/** Change a draft, if there still is one. */
export function withDraft(
  contexts: IContexts,
  datasetId: string,
  changes: Partial<IContextDraft>
): IContexts {
  const draft = contexts.drafts.get(datasetId);
  return draft === undefined
    ? contexts
    : { ...contexts, drafts: put(contexts.drafts, datasetId, { ...draft, ...changes }) };
}

export function withoutDraft(contexts: IContexts, datasetId: string): IContexts {
  return { ...contexts, drafts: put(contexts.drafts, datasetId, null) };
}

/**
 * Take in what came of saving `sent`. What was typed after that is not saved, and stays a draft:
 * of the new revision.
 */
export function withSaveResult(
  contexts: IContexts,
  datasetId: string,
  sent: string,
  error: string,
  result: ISaveResult | null
): IContexts {
  const draft = contexts.drafts.get(datasetId);
  if (draft === undefined) {
    return contexts;
  }
  const conflict = result?.conflict;
  if (conflict?.text === sent) {
    return withoutDraft(contexts, datasetId); // it was saved before, and nobody said so
  }
  if (conflict !== undefined) {
    return withDraft(contexts, datasetId, {
      isSaving: false,
      error,
      theirs: conflict,
      findings: []
    });
  }
  if (error !== '') {
    const findings = result?.findings ?? draft.findings;
    return withDraft(contexts, datasetId, { isSaving: false, error, findings });
  }
  if (draft.text === sent) {
    return withoutDraft(contexts, datasetId);
  }
  return withDraft(contexts, datasetId, {
    isSaving: false,
    error: '',
    theirs: null,
    given: sent,
    revision: result?.revision ?? draft.revision,
    findings: result?.findings ?? []
  });
}

function putRevisions(
  contexts: IContexts,
  datasetId: string,
  revisions: IKnownRevisions
): IContexts {
  return { ...contexts, revisions: put(contexts.revisions, datasetId, revisions) };
}

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  const changed = new Map(map);
  if (value === null) {
    changed.delete(key);
  } else {
    changed.set(key, value);
  }
  return changed;
}
