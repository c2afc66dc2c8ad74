import React, { useState } from 'react';
import type { IDataset } from '../protocol';
import type { IAutoDashModel, IDetailActions } from '../tokens';
import { ActionButton } from './ActionButton';
import { ChartView } from './ChartView';
import { Disclosure } from './Disclosure';
import { usePanelServices } from './services';

/** A box to ask for a chart in words, and the chart that came of it. */
export function ChartBox(props: {
  model: IAutoDashModel;
  actions: IDetailActions;
  isEnabled: boolean;
}): React.JSX.Element | null {
  const { trans } = usePanelServices();
  const { model, actions, isEnabled } = props;
  if (model.datasets.length === 0) {
    return null;
  }
  const { chart, isAsking, error, datasetId, sentence } = model.details.chart;
  return (
    <Disclosure
      title={trans.__('Chart')}
      level={3}
      className="jp-AutoDash-section jp-AutoDash-chart"
      name="chart"
      testId="autodash-chart-section"
    >
      {() => (
        <>
          <Question model={model} actions={actions} isEnabled={isEnabled} />
          <div role="status" className="jp-AutoDash-srOnly">
            {chart === null ? '' : chart.title}
          </div>
          {isAsking && (
            <p className="jp-AutoDash-hint">
              <span className="jp-AutoDash-spinner" aria-hidden="true" />
              {model.timeline.busy
                ? trans.__('Drawing; the running cell may hold it up')
                : trans.__('Drawing…')}
            </p>
          )}
          {error !== '' && (
            <p className="jp-AutoDash-error" role="alert" data-testid="autodash-chart-error">
              {error}
            </p>
          )}
          {chart !== null && (
            <ChartView
              chart={chart}
              onChoose={reading => {
                actions.visualize(datasetId, sentence, reading);
              }}
              onClose={actions.closeChart}
            />
          )}
        </>
      )}
    </Disclosure>
  );
}

function Question(props: {
  model: IAutoDashModel;
  actions: IDetailActions;
  isEnabled: boolean;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { model, actions, isEnabled } = props;
  const { datasets, details } = model;
  const [chosen, setChosen] = useState(details.chart.datasetId);
  const [sentence, setSentence] = useState(details.chart.sentence);
  const dataset = datasets.find(one => one.dataset_id === chosen) ?? datasets[0];
  const canAsk = isEnabled && sentence.trim() !== '' && dataset !== undefined;
  return (
    <form
      className="jp-AutoDash-chartQuestion"
      onSubmit={event => {
        event.preventDefault();
        if (canAsk) {
          actions.visualize(dataset.dataset_id, sentence.trim());
        }
      }}
    >
      {datasets.length > 1 && (
        <DatasetChoice
          datasets={datasets}
          chosen={dataset?.dataset_id ?? ''}
          onChoose={setChosen}
        />
      )}
      <input
        type="text"
        data-testid="autodash-chart-sentence"
        data-lm-suppress-shortcuts="true"
        maxLength={500}
        aria-label={trans.__('Ask for a chart')}
        placeholder={trans.__('average price by region')}
        value={sentence}
        onChange={event => {
          setSentence(event.target.value);
        }}
      />
      <ActionButton
        label={trans.__('Draw')}
        title={trans.__('Draw the chart that these words ask for')}
        testId="autodash-chart-draw"
        type="submit"
        disabled={!canAsk}
      />
    </form>
  );
}

/** So many datasets are offered to choose from: the newest. */
const MOST_OFFERED = 200;

function DatasetChoice(props: {
  datasets: readonly IDataset[];
  chosen: string;
  onChoose: (datasetId: string) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  return (
    <select
      className="jp-AutoDash-select"
      data-testid="autodash-chart-dataset"
      aria-label={trans.__('Dataset of the chart')}
      value={props.chosen}
      onChange={event => {
        props.onChoose(event.target.value);
      }}
    >
      {props.datasets.slice(0, MOST_OFFERED).map(({ dataset_id: datasetId, name }) => (
        <option key={datasetId} value={datasetId}>
          {name}
        </option>
      ))}
    </select>
  );
}
