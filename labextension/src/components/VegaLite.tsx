import type { IRenderMime } from '@jupyterlab/rendermime';
import React, { useEffect, useRef, useState } from 'react';
import type { IInk } from '../chartLook';
import { drawn } from '../chartLook';
import type { IChart } from '../protocol';
import { usePanelServices } from './services';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';

/** No menu beside the chart: it leads to an editor elsewhere. */
const METADATA = { [VEGA_LITE]: { embed_options: { actions: false } } };

/** Drawn by the platform's own renderer, at the panel's width and in the theme's colours. */
export function VegaLite(props: { spec: IChart['spec']; title: string }): React.JSX.Element {
  const { trans, charts } = usePanelServices();
  const { spec, title } = props;
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const ink = useInk(host);
  const [isDrawable, setDrawable] = useState(true);
  useEffect(() => {
    if (width === 0 || ink === null) {
      return;
    }
    let renderer: IRenderMime.IRenderer | null = null;
    let isGone = false;
    const draw = async () => {
      renderer = charts.createRenderer(VEGA_LITE);
      const data = { [VEGA_LITE]: drawn(spec, width, ink) as Record<string, never> };
      await renderer.renderModel(charts.createModel({ data, metadata: METADATA }));
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
  }, [charts, spec, width, ink]);
  return (
    <>
      {!isDrawable && (
        <p className="jp-AutoDash-hint">{trans.__('This page can’t draw Vega-Lite charts.')}</p>
      )}
      <div ref={host} className="jp-AutoDash-vega" role="img" aria-label={title} tabIndex={0} />
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

/** The colours of the theme that is in force, and of the next when it is changed. */
function useInk(host: React.RefObject<HTMLElement>): IInk | null {
  const [ink, setInk] = useState<IInk | null>(null);
  useEffect(() => {
    const look = () => {
      if (host.current !== null) {
        const style = getComputedStyle(host.current);
        setInk({ text: style.color, lines: style.borderTopColor });
      }
    };
    const frame = requestAnimationFrame(look);
    const observer = new MutationObserver(look);
    observer.observe(document.body, { attributeFilter: ['data-jp-theme-name'] });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [host]);
  return ink;
}
