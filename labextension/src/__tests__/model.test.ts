import { describe, expect, it } from 'vitest';
import { AutoDashModel } from '../model';
import type { KernelEvent } from '../protocol';
import { dataset, doneEvent, state, step, timeline, timelineEvent } from './fixtures';

function connected(...names: string[]): AutoDashModel {
  const model = new AutoDashModel();
  model.replaceState(state({ datasets: names.map(name => dataset(name)) }));
  return model;
}

const names = (model: AutoDashModel) => model.datasets.map(known => known.name);

describe('AutoDashModel', () => {
  it('puts a new dataset first and leaves a known one in its place', () => {
    const model = connected('b', 'a');
    model.apply({ sequence: 1, type: 'dataset', dataset: dataset('c') });
    model.apply({
      sequence: 2,
      type: 'dataset',
      dataset: dataset('b', { context_status: 'failed', error: 'no answer' })
    });
    expect(names(model)).toEqual(['c', 'b', 'a']);
    expect(model.datasets[1]?.error).toBe('no answer');
  });

  it('forgets a removed dataset', () => {
    const model = connected('b', 'a');
    model.apply({ sequence: 1, type: 'dataset_removed', dataset_id: 'sample_b' });
    expect(names(model)).toEqual(['a']);
  });

  it('emits once for each change, and replaces values instead of changing them', () => {
    const model = connected('a');
    const before = model.datasets;
    let emitted = 0;
    model.changed.connect(() => (emitted += 1));
    model.apply({ sequence: 1, type: 'dataset', dataset: dataset('b') });
    model.apply(timelineEvent(2, timeline(1, [step(1)])));
    expect(emitted).toBe(2);
    expect(before).toHaveLength(1);
    expect(model.timeline.position).toBe(1);
  });

  it('passes over an event of a kind it does not know', () => {
    const model = connected('a');
    model.apply({ sequence: 1, type: 'weather' } as unknown as KernelEvent);
    expect(names(model)).toEqual(['a']);
  });

  it('shows a request as waiting until its outcome comes', () => {
    const model = connected();
    model.requestSent('r1', 'undo', { steps: 1 }, false);
    model.requestAccepted('r1', true);
    expect(model.pending).toEqual([
      { requestId: 'r1', action: 'undo', waiting: true, code: '%undo' }
    ]);
    model.apply(doneEvent(1, 'r1', 'ok'));
    expect(model.pending).toEqual([]);
    expect(model.notice).toEqual({ kind: 'done', message: 'ok', code: '%undo' });
  });

  it('takes a notice away when the timeline moves on', () => {
    const model = connected();
    const steps = [step(1), step(2)];
    model.requestSent('r1', 'undo', { steps: 1 }, false);
    model.apply(doneEvent(1, 'r1', 'ok'));
    model.apply(timelineEvent(2, timeline(1, steps)));
    model.apply(timelineEvent(3, timeline(1, steps, true)));
    expect(model.notice?.message).toBe('ok');
    model.apply(timelineEvent(4, timeline(3, [...steps, step(3, 1)])));
    expect(model.notice).toBeNull();
  });

  it("says nothing of another page's request", () => {
    const model = connected();
    model.apply(doneEvent(1, 'x', 'ok'));
    expect(model.notice).toBeNull();
  });

  it('does not wait for an outcome that a resync has skipped', () => {
    const model = connected();
    model.requestSent('r1', 'undo', { steps: 1 }, false);
    model.requestAccepted('r1', true);
    model.replaceState(state({ timeline: timeline(0, [], true) }));
    expect(model.pending).toHaveLength(1);
    model.replaceState(state());
    expect(model.pending).toEqual([]);
  });

  it('keeps what it last heard while the server is away, and forgets it with the kernel', () => {
    const model = connected('a');
    model.requestSent('r1', 'undo', { steps: 1 }, false);
    model.setStatus('disconnected');
    expect(names(model)).toEqual(['a']);
    expect(model.pending).toEqual([]);
    model.setStatus('restarting');
    expect(names(model)).toEqual([]);
    expect(model.timeline.steps).toEqual([]);
  });
});
