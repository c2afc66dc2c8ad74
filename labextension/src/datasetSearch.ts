import type { IDataset } from './protocol';

/** So many are seen at a glance; more can be searched. */
export const DATASETS_WITHOUT_SEARCH = 8;

/** The datasets that have every one of these words in their name or file name, in their order. */
export function searchDatasets(datasets: readonly IDataset[], words: string): readonly IDataset[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return datasets.filter(dataset => {
    const text = `${dataset.name} ${dataset.filename}`.toLowerCase();
    return wanted.every(word => text.includes(word));
  });
}
