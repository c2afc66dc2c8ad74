import type { IRenderMime } from '@jupyterlab/rendermime';
import React, { useEffect, useRef, useState } from 'react';
import { fitted } from '../chartSize';
import type { IChart } from '../protocol';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';

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

/** Drawn by the platform's own renderer, at the panel's width. */
function VegaLite(props: { spec: IChart['spec']; title: string }): React.JSX.Element {
  const { trans, charts } = usePanelServices();
  const { spec, title } = props;
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const [isDrawable, setDrawable] = useState(true);
  useEffect(() => {
    if (width === 0) {
      return;
    }
    let renderer: IRenderMime.IRenderer | null = null;
    let isGone = false;
    const draw = async () => {
      renderer = charts.createRenderer(VEGA_LITE);
      const data = { [VEGA_LITE]: fitted(spec, width) as Record<string, never> };
      await renderer.renderModel(charts.createModel({ data }));
      if (!isGone) {
        host.current?.replaceChildren(renderer.node);
        setDrawable(true);
      }
    };
    draw().catch((reason: unknown) => {
      console.error('AutoDash could not draw a chart', reason);
      setDrawable(false);
    });
    return () => {
      isGone = true;
      renderer?.dispose();
    };
  }, [charts, spec, width]);
  return (
    <>
      {!isDrawable && (
        <p className="jp-AutoDash-hint">{trans.__('This page can’t draw Vega-Lite charts.')}</p>
      )}
      <div ref={host} className="jp-AutoDash-vega" role="img" aria-label={title} />
    </>
  );
}

/** An element's width, in steps: a chart isn't drawn anew for every pixel. */
function useWidth(host: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const node = host.current;
    if (node === null) {
      return;
    }
    const observer = new ResizeObserver(() => {
      setWidth(20 * Math.floor(node.clientWidth / 20));
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
    };
  }, [host]);
  return width;
}
