import { describe, expect, it } from 'vitest';
import { withDraft, withoutDraft, withText } from '../contexts';
import type { DraftStorage } from '../keptDrafts';
import { keepDrafts } from '../keptDrafts';
import { AutoDashModel } from '../model';
import { dataset } from './fixtures';

class TabStorage implements DraftStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

function typing(storage: DraftStorage, text: string): AutoDashModel {
  const model = new AutoDashModel();
  keepDrafts(model, 'a.ipynb', storage);
  const given = { text: 'given', revision: 1, findings: [] };
  model.changeContexts(contexts => withText(contexts, dataset('a'), given));
  model.changeContexts(contexts => withDraft(contexts, 'sample_a', { text, isSaving: true }));
  return model;
}

describe('keepDrafts', () => {
  it('brings an unsaved text back in a new page of the same notebook, and in no other', () => {
    const storage = new TabStorage();
    typing(storage, 'mine');
    const [reloaded, other] = [new AutoDashModel(), new AutoDashModel()];
    keepDrafts(reloaded, 'a.ipynb', storage);
    keepDrafts(other, 'b.ipynb', storage);
    expect(reloaded.contexts.drafts.get('sample_a')).toMatchObject({
      text: 'mine',
      revision: 1,
      isSaving: false
    });
    expect(other.contexts.drafts.size).toBe(0);
  });

  it('keeps nothing of a text that is as it was given, or was saved or dropped', () => {
    const storage = new TabStorage();
    typing(storage, 'given');
    expect(storage.items.size).toBe(0);
    const model = typing(storage, 'mine');
    expect(storage.items.size).toBe(1);
    model.changeContexts(contexts => withoutDraft(contexts, 'sample_a'));
    expect(storage.items.size).toBe(0);
  });

  it('begins with none where the storage holds something else', () => {
    const storage = new TabStorage();
    storage.setItem('autodash-jupyter:drafts:a.ipynb', '{"not": "a list"}');
    const model = new AutoDashModel();
    keepDrafts(model, 'a.ipynb', storage);
    expect(model.contexts.drafts.size).toBe(0);
  });
});
