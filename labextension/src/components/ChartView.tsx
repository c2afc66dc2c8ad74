import React from 'react';
import type { IChart } from '../protocol';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';
import { VegaLite } from './VegaLite';

/** Below it a reading is a guess, and the others are worth a look. */
const SURE = 0.5;

/** A chart, how its sentence was read, and what else the sentence may mean. */
export function ChartView(props: {
  chart: IChart;
  onChoose: (reading: number) => void;
  onClose: () => void;
}): React.JSX.Element {
  const { trans, insertCode } = usePanelServices();
  const { chart } = props;
  return (
    <figure className="jp-AutoDash-chartView" data-testid="autodash-chart">
      <figcaption>{chart.title}</figcaption>
      <VegaLite spec={chart.spec} title={chart.title} />
      <div className="jp-AutoDash-tools">
        <ActionButton
          label={trans.__('Insert code')}
          title={trans.__('Put a cell that draws this chart into the notebook')}
          testId="autodash-chart-insert"
          onClick={() => {
            insertCode(chart.code);
          }}
        />
        <ActionButton
          label={trans.__('Close')}
          title={trans.__('Close the chart')}
          onClick={props.onClose}
        />
      </div>
      <details open>
        <summary>
          {chart.confidence < SURE
            ? trans.__('How it was read: not sure')
            : trans.__('How it was read')}
        </summary>
        <ul data-testid="autodash-chart-explanation">
          {chart.explanation.split('\n').map((line, place) => (
            <li key={place}>{line}</li>
          ))}
        </ul>
      </details>
      {chart.readings.length > 1 && (
        <div className="jp-AutoDash-readings" role="group" aria-label={trans.__('Other readings')}>
          {chart.readings.map((title, reading) => (
            <button
              key={reading}
              type="button"
              className="jp-AutoDash-reading"
              data-testid="autodash-chart-reading"
              aria-pressed={reading === chart.reading}
              onClick={() => {
                props.onChoose(reading);
              }}
            >
              {title}
            </button>
          ))}
        </div>
      )}
    </figure>
  );
}
