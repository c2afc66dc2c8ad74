import type { IDataset } from './protocol';

/** Which ends of background jobs a person wants to be told of. */
export type Telling = 'all' | 'failures' | 'none';

/** The end of a job. */
export interface IJobEnd {
  readonly datasetId: string;
  readonly name: string;
  readonly error: string | null;
}

/**
 * Finds out, from one look at the datasets to the next, which contexts came to their end.
 *
 * A job counts as long from `longAfter` milliseconds on: the ordinary quick ones are seen in the panel.
 */
export class JobNews {
  constructor(private readonly _now: () => number = Date.now) {}

  /** Look at the datasets; returns those whose failed or long job ended since the last look. */
  look(datasets: readonly IDataset[], telling: Telling, longAfter: number): IJobEnd[] {
    const ends: IJobEnd[] = [];
    const running = new Map<string, number>();
    for (const dataset of datasets) {
      const { dataset_id: datasetId, context_status: status, name, error } = dataset;
      const since = this._running.get(datasetId);
      if (status === 'generating') {
        running.set(datasetId, since ?? this._now());
      } else if (since !== undefined && status === 'failed' && telling !== 'none') {
        ends.push({ datasetId, name, error: error ?? '' });
      } else if (since !== undefined && status === 'completed' && telling === 'all') {
        if (this._now() - since >= longAfter) {
          ends.push({ datasetId, name, error: null });
        }
      }
    }
    this._running = running;
    return ends;
  }

  private _running: ReadonlyMap<string, number> = new Map();
}
