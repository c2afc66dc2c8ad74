import { describe, expect, it } from 'vitest';
import { contextActions } from '../contextActions';
import { isUnsaved, orphans } from '../contexts';
import { KernelConnection } from '../kernelConnection';
import { AutoDashModel } from '../model';
import type { IContextRevisions, ISaveResult } from '../protocol';
import { dataset, FakeKernel, settle, state, timeline } from './fixtures';

const ID = 'sample_a';
const REVISIONS: IContextRevisions = {
  revision: 2,
  names: ['a'],
  authors: 'a person',
  page: '# a',
  findings: [],
  revisions: []
};

async function connect(kernel = new FakeKernel(), busy = false) {
  const model = new AutoDashModel();
  const connection = new KernelConnection(kernel, model);
  await settle();
  kernel.answerState(0, state({ datasets: [dataset('a')], timeline: timeline(0, [], busy) }));
  return { kernel, model, contexts: contextActions(model, connection.request) };
}

async function edit() {
  const connected = await connect();
  const { kernel, model, contexts } = connected;
  contexts.edit(ID);
  kernel.answerLast({ text: 'given', revision: 2, findings: [] });
  return { ...connected, draft: () => model.contexts.drafts.get(ID) };
}

let sequence = 0;
function outcome(kernel: FakeKernel, status: 'done' | 'failed', result: ISaveResult | null): void {
  const request_id = kernel.sent.at(-1)?.request_id ?? '';
  kernel.event({
    sequence: (sequence += 1),
    type: 'request',
    request_id,
    status,
    message: status,
    result
  });
}

async function save(text: string) {
  const editing = await edit();
  sequence = 0;
  editing.contexts.type(ID, text);
  editing.contexts.save(ID);
  return editing;
}

describe('editing a context', () => {
  it('begins with the text and the revision that the kernel gives', async () => {
    const { draft, model } = await edit();
    expect(draft()).toMatchObject({ text: 'given', given: 'given', revision: 2, name: 'a' });
    expect(isUnsaved(draft())).toBe(false);
    expect(model.pending).toEqual([]);
    expect(model.notice).toBeNull();
  });

  it('is saved as a revision of the one that was edited, and then is over', async () => {
    const { kernel, draft, model } = await save('mine');
    expect(kernel.sent.at(-1)).toMatchObject({
      action: 'save_context',
      params: { dataset_id: ID, text: 'mine', revision: 2 }
    });
    expect(draft()?.isSaving).toBe(true);
    outcome(kernel, 'done', { revision: 3, findings: [] });
    expect(draft()).toBeUndefined();
    expect(model.notice?.kind).toBe('done');
  });

  it('keeps what was typed while the text was being saved', async () => {
    const { kernel, contexts, draft } = await save('mine');
    contexts.type(ID, 'mine, and more');
    outcome(kernel, 'done', { revision: 3, findings: [] });
    expect(draft()).toMatchObject({ text: 'mine, and more', given: 'mine', revision: 3 });
    expect(isUnsaved(draft())).toBe(true);
  });

  it('shows both texts in a conflict, and saves over theirs only when asked again', async () => {
    const { kernel, contexts, draft, model } = await save('mine');
    outcome(kernel, 'failed', { conflict: { text: 'theirs', revision: 3 } });
    expect(draft()).toMatchObject({ text: 'mine', theirs: { text: 'theirs', revision: 3 } });
    expect(model.notice).toBeNull();
    contexts.save(ID);
    expect(kernel.sent.at(-1)?.params).toMatchObject({ text: 'mine', revision: 3 });
  });

  it('takes theirs, in a new round of the editor', async () => {
    const { kernel, contexts, draft } = await save('mine');
    outcome(kernel, 'failed', { conflict: { text: 'theirs', revision: 3 } });
    const before = draft()?.round ?? 0;
    contexts.edit(ID);
    kernel.answerLast({ text: 'theirs', revision: 3, findings: [] });
    expect(draft()).toMatchObject({ text: 'theirs', theirs: null, round: before + 1, error: '' });
  });

  it('takes a conflict with its own text for saved, since the outcome of the first save was lost', async () => {
    const { kernel, draft } = await save('mine');
    outcome(kernel, 'failed', { conflict: { text: 'mine', revision: 3 } });
    expect(draft()).toBeUndefined();
  });

  it('keeps a text that cannot be read, with the lines that are wrong', async () => {
    const { kernel, draft } = await save('nonsense');
    const finding = { severity: 'failed', message: 'Line 2: what?', line: 2 } as const;
    outcome(kernel, 'failed', { findings: [finding] });
    expect(draft()).toMatchObject({ text: 'nonsense', error: 'failed', findings: [finding] });
    expect(draft()?.isSaving).toBe(false);
  });

  it('is not replaced by an answer that comes when more was typed', async () => {
    const { kernel, contexts, draft } = await edit();
    contexts.edit(ID);
    contexts.type(ID, 'typed meanwhile');
    kernel.answerLast({ text: 'given again', revision: 2, findings: [] });
    expect(draft()?.text).toBe('typed meanwhile');
  });

  it('outlives the kernel, and its dataset', async () => {
    const { contexts, draft, model } = await edit();
    contexts.type(ID, 'mine');
    model.setStatus('restarting');
    expect(draft()?.text).toBe('mine');
    expect(orphans(model.contexts, [dataset('b')]).map(each => each.text)).toEqual(['mine']);
    expect(orphans(model.contexts, [dataset('a')])).toEqual([]);
    contexts.drop(ID);
    expect(draft()).toBeUndefined();
  });

  it('does not wait for an outcome that nobody will tell', async () => {
    const { draft, model } = await save('mine');
    model.setStatus('disconnected');
    expect(draft()).toMatchObject({ text: 'mine', isSaving: false });
  });
});

describe('what is known of a context', () => {
  it('is read without a word, even while a cell runs in a kernel that cannot be reached', async () => {
    const { kernel, model, contexts } = await connect(
      new FakeKernel({ reachesBusyKernel: false }),
      true
    );
    contexts.read(ID);
    expect(model.pending).toEqual([]);
    expect(kernel.sent.map(request => request.action)).toEqual(['context_revisions']);
    kernel.answerLast(REVISIONS);
    expect(model.contexts.revisions.get(ID)).toEqual({ ...REVISIONS, isOutdated: false });
  });

  it('is out of date when the context changes, and when the whole state comes', async () => {
    const { kernel, model, contexts } = await connect();
    contexts.read(ID);
    kernel.answerLast(REVISIONS);
    kernel.event({ sequence: 1, type: 'context_changed', dataset_id: 'another' });
    expect(model.contexts.revisions.get(ID)?.isOutdated).toBe(false);
    kernel.event({ sequence: 2, type: 'context_changed', dataset_id: ID });
    const known = model.contexts.revisions.get(ID);
    expect(known).toMatchObject({ isOutdated: true, page: '# a', authors: 'a person' });
    kernel.event({ sequence: 3, type: 'context_changed', dataset_id: ID });
    expect(model.contexts.revisions.get(ID)).not.toBe(known);
    kernel.answerState(3, state({ datasets: [dataset('a')] }));
    expect(model.contexts.revisions.get(ID)?.isOutdated).toBe(true);
  });

  it('a revision is compared with the newest, and the comparison goes when it is restored', async () => {
    const { kernel, model, contexts } = await connect();
    contexts.read(ID);
    kernel.answerLast(REVISIONS);
    contexts.compare(ID, 1);
    expect(kernel.sent.at(-1)?.params).toEqual({ dataset_id: ID, before: 1, after: 2 });
    kernel.answerLast({ before: 1, after: 2, differences: [], left_out: 0 });
    expect(model.contexts.comparisons.get(ID)?.before).toBe(1);
    contexts.restore(ID, 1);
    sequence = 0;
    outcome(kernel, 'done', null);
    expect(model.contexts.comparisons.has(ID)).toBe(false);
  });
});
