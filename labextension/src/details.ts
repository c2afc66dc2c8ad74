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
export const NO_DETAILS: IDetails = { columns: new Map(), toMend: new Map(), chart: NO_CHART };

export function withColumns(details: IDetails, datasetId: string, columns: IColumns): IDetails {
  return { ...details, columns: new Map(details.columns).set(datasetId, columns) };
}

/** How much is to be mended; a dataset that was asked for and isn't among them has no context. */
export function withFindingCounts(
  details: IDetails,
  asked: readonly string[],
  { counts }: IFindingCounts
): IDetails {
  const toMend = new Map(details.toMend);
  for (const datasetId of asked) {
    toMend.set(datasetId, 0);
  }
  for (const { dataset_id: datasetId, count } of counts) {
    toMend.set(datasetId, count);
  }
  return { ...details, toMend };
}

/** A dataset changed, or its context: what is known of either is out of date. */
export function withoutDetails(details: IDetails, datasetId: string): IDetails {
  const columns = new Map(details.columns);
  const toMend = new Map(details.toMend);
  columns.delete(datasetId);
  toMend.delete(datasetId);
  return { ...details, columns, toMend };
}

export function withChart(details: IDetails, changes: Partial<IChartBox>): IDetails {
  return { ...details, chart: { ...details.chart, ...changes } };
}
