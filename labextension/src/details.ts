import type { IColumns, IFindingCounts } from './protocol';
import type { IChartBox, IDetails } from './tokens';

export const NO_CHART: IChartBox = {
  datasetId: '',
  sentence: '',
  isAsking: false,
  chart: null,
  error: ''
};

/** Nothing is known yet. */
export const NO_DETAILS: IDetails = {
  columns: new Map(),
  toMend: new Map(),
  changes: new Map(),
  chart: NO_CHART
};

export function withColumns(details: IDetails, datasetId: string, columns: IColumns): IDetails {
  return { ...details, columns: new Map(details.columns).set(datasetId, columns) };
}

/**
 * How much is to be mended, of the datasets that didn't change since `before`, when they were asked
 * for; one that isn't among the counts has no context.
 */
export function withFindingCounts(
  details: IDetails,
  asked: readonly string[],
  { counts }: IFindingCounts,
  before: IDetails
): IDetails {
  const isStill = (datasetId: string) =>
    details.changes.get(datasetId) === before.changes.get(datasetId);
  const toMend = new Map(details.toMend);
  for (const datasetId of asked.filter(isStill)) {
    toMend.set(datasetId, 0);
  }
  for (const { dataset_id: datasetId, count } of counts) {
    if (isStill(datasetId)) {
      toMend.set(datasetId, count);
    }
  }
  return { ...details, toMend };
}

/** A dataset changed, or its context: what is known of either is out of date. */
export function withoutDetails(details: IDetails, datasetId: string): IDetails {
  const columns = new Map(details.columns);
  const toMend = new Map(details.toMend);
  columns.delete(datasetId);
  toMend.delete(datasetId);
  const changes = new Map(details.changes);
  changes.set(datasetId, (changes.get(datasetId) ?? 0) + 1);
  return { ...details, columns, toMend, changes };
}

/** All that was answered is out of date; a chart stays, since a person asked for it. */
export function onlyChart({ changes, chart, toMend, columns }: IDetails): IDetails {
  const known = [...changes.keys(), ...toMend.keys(), ...columns.keys()];
  const counted = new Map(known.map(datasetId => [datasetId, (changes.get(datasetId) ?? 0) + 1]));
  return { ...NO_DETAILS, changes: counted, chart };
}

export function withChart(details: IDetails, changes: Partial<IChartBox>): IDetails {
  return { ...details, chart: { ...details.chart, ...changes } };
}
