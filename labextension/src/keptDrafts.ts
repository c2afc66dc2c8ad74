import type { AutoDashModel } from './model';
import { isUnsaved } from './contexts';
import type { IContextDraft } from './tokens';

const PREFIX = 'autodash-jupyter:drafts:';

/** What is needed of the browser's storage for one tab. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Keep a notebook's unsaved texts through a reload, and through closing and opening the notebook.
 *
 * They stay in the page's own tab until they are saved or dropped.
 */
export function keepDrafts(model: AutoDashModel, path: string, storage: DraftStorage): void {
  const key = PREFIX + path;
  model.changeContexts(contexts => ({ ...contexts, drafts: readDrafts(storage.getItem(key)) }));
  let kept = model.contexts.drafts;
  model.changed.connect(() => {
    const { drafts } = model.contexts;
    if (drafts !== kept) {
      kept = drafts;
      writeDrafts(storage, key, drafts);
    }
  });
}

function readDrafts(stored: string | null): ReadonlyMap<string, IContextDraft> {
  try {
    const drafts = JSON.parse(stored ?? '[]') as IContextDraft[];
    return new Map(drafts.map(draft => [draft.datasetId, { ...draft, isSaving: false }]));
  } catch {
    return new Map();
  }
}

function writeDrafts(
  storage: DraftStorage,
  key: string,
  drafts: ReadonlyMap<string, IContextDraft>
): void {
  const unsaved = [...drafts.values()].filter(isUnsaved);
  try {
    if (unsaved.length === 0) {
      storage.removeItem(key);
    } else {
      storage.setItem(key, JSON.stringify(unsaved));
    }
  } catch (reason) {
    // Storage may be full or forbidden: the text is still in the page.
    console.warn('AutoDash could not keep an unsaved text', reason);
  }
}
