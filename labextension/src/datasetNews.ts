import type { IContextWrittenEvent, IDataset } from './protocol';

/** A known dataset keeps its place; a new one comes first. */
export function withDataset(datasets: readonly IDataset[], dataset: IDataset): readonly IDataset[] {
  const place = datasets.findIndex(known => known.dataset_id === dataset.dataset_id);
  return place < 0 ? [dataset, ...datasets] : datasets.with(place, dataset);
}

/** More of a context is written. The same piece may come twice: it says from where it counts. */
export function withText(
  datasets: readonly IDataset[],
  written: IContextWrittenEvent
): readonly IDataset[] {
  const place = datasets.findIndex(known => known.dataset_id === written.dataset_id);
  const dataset = datasets[place];
  if (dataset === undefined) {
    return datasets;
  }
  const context = (dataset.context ?? '').slice(0, written.start) + written.text;
  return datasets.with(place, { ...dataset, context, progress: written.progress });
}
