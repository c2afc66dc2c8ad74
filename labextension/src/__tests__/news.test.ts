import { describe, expect, it } from 'vitest';
import { withDataset, withText } from '../datasetNews';
import { NO_DETAILS, withFindingCounts, withoutDetails } from '../details';
import { JobNews } from '../jobNews';
import { AutoDashModel } from '../model';
import { withTimelineNews } from '../timelineNews';
import { dataset, state, step, timeline, timelineEvent } from './fixtures';

describe('news of a timeline', () => {
  const known = timeline(2, [step(1), step(2)]);
  const ids = (steps: readonly { step_id: number }[]) => steps.map(one => one.step_id);

  it('adds what is new, and tells the new position', () => {
    const now = withTimelineNews(known, { ...timeline(3, [step(3)]), removed: [] });
    expect(ids(now.steps)).toEqual([1, 2, 3]);
    expect(now.position).toBe(3);
  });

  it('replaces what changed, and forgets what went', () => {
    const changed = step(2, 1, ['x: 1 → 2']);
    const now = withTimelineNews(known, { ...timeline(2, [changed]), removed: [1] });
    expect(now.steps).toEqual([changed]);
  });

  it('says the same twice without harm', () => {
    const news = { ...timeline(3, [step(3)]), removed: [1] };
    expect(withTimelineNews(withTimelineNews(known, news), news).steps).toHaveLength(2);
  });

  it('leaves the steps alone where only the position changed', () => {
    expect(withTimelineNews(known, { ...timeline(1), removed: [] }).steps).toBe(known.steps);
  });
});

describe('news of datasets', () => {
  const written = (start: number, text: string) => ({
    sequence: 1,
    type: 'context_written' as const,
    dataset_id: 'sample_a',
    start,
    text,
    progress: { done: 1, total: 2, message: 'writing' }
  });

  it('writes a context on, and again from where it says', () => {
    let datasets = withDataset([], dataset('a', { context: 'One' }));
    datasets = withText(datasets, written(3, ' row 🐧'));
    datasets = withText(datasets, written(3, ' row 🐧 is'));
    expect(datasets[0]?.context).toBe('One row 🐧 is');
    expect(datasets[0]?.progress?.message).toBe('writing');
    expect(withText(datasets, written(0, 'Anew'))[0]?.context).toBe('Anew');
  });

  it('passes over a dataset that it does not know', () => {
    const datasets = [dataset('b')];
    expect(withText(datasets, written(0, 'x'))).toBe(datasets);
  });

  it('counts none where nothing is to be mended', () => {
    const counts = { counts: [{ dataset_id: 'a', count: 2 }] };
    const details = withFindingCounts(NO_DETAILS, ['a', 'b'], counts, NO_DETAILS);
    expect([...details.toMend]).toEqual([
      ['a', 2],
      ['b', 0]
    ]);
  });
});

describe('an answer about a dataset that changed meanwhile', () => {
  it('is not taken for the last word', () => {
    const counts = { counts: [{ dataset_id: 'a', count: 2 }] };
    const changed = withoutDetails(NO_DETAILS, 'a');
    expect(withFindingCounts(changed, ['a'], counts, NO_DETAILS).toMend.has('a')).toBe(false);
    expect(withFindingCounts(changed, ['a'], counts, changed).toMend.get('a')).toBe(2);
  });
});

describe('the end of a job', () => {
  function job(telling: 'all' | 'failures' | 'none', seconds: number, end: 'completed' | 'failed') {
    let now = 0;
    const news = new JobNews(() => now);
    news.look([dataset('a', { context_status: 'generating' })], telling, 20_000);
    now = seconds * 1000;
    const ended = [dataset('a', { context_status: end, error: 'no answer' })];
    return news.look(ended, telling, 20_000).map(one => one.error);
  }

  it('is told where it failed, or took long', () => {
    expect(job('all', 1, 'failed')).toEqual(['no answer']);
    expect(job('all', 30, 'completed')).toEqual([null]);
  });

  it('is not told where it was quick, or nobody wants to know', () => {
    expect(job('all', 3, 'completed')).toEqual([]);
    expect(job('failures', 30, 'completed')).toEqual([]);
    expect(job('failures', 3, 'failed')).toEqual(['no answer']);
    expect(job('none', 30, 'failed')).toEqual([]);
  });

  it('is not told of what had ended before anyone looked', () => {
    expect(new JobNews().look([dataset('a', { context_status: 'failed' })], 'all', 0)).toEqual([]);
  });
});

describe('a flood of events', () => {
  it('of ten thousand is taken in, each once, without a copy of all that is known for each', () => {
    const model = new AutoDashModel();
    const datasets = Array.from({ length: 1000 }, (_, place) => dataset(`d${place}`));
    const steps = Array.from({ length: 5000 }, (_, place) => step(place + 1));
    model.replaceState(state({ datasets, timeline: timeline(5000, steps) }));
    for (let sequence = 1; sequence <= 10_000; sequence += 1) {
      model.apply(timelineEvent(sequence, timeline(5000, [], sequence % 2 === 0)));
    }
    expect(model.timeline.steps).toBe(steps);
    expect(model.timeline.busy).toBe(true);
  });
});
