import type { IRenderMime } from '@jupyterlab/rendermime';
import React, { useEffect, useRef } from 'react';
import type { IDataset } from '../protocol';
import { usePanelServices } from './services';

const MARKDOWN = 'text/markdown';

/** A dataset's context, and who wrote it from what. */
export function ContextView(props: { dataset: IDataset }): React.JSX.Element {
  const { trans } = usePanelServices();
  const { context, name, written_by: writtenBy, sent } = props.dataset;
  if (context === null || context === '') {
    return (
      <p className="jp-AutoDash-hint">{trans.__('The context appears here as it is written.')}</p>
    );
  }
  return (
    <article
      className="jp-AutoDash-context"
      data-testid="autodash-context"
      aria-label={trans.__('Context of %1', name)}
    >
      <Markdown text={context} />
      {(writtenBy !== null || sent !== null) && (
        <footer>
          {writtenBy === 'profile' && (
            <p>{trans.__('Written from the profile, on this machine.')}</p>
          )}
          {writtenBy !== null && writtenBy !== 'profile' && (
            <p>{trans.__('Written by %1.', writtenBy)}</p>
          )}
          {sent !== null && sent !== '' && <p>{sent}</p>}
        </footer>
      )}
    </article>
  );
}

/** Markdown from outside, drawn by the platform's renderer and through its sanitizer. */
function Markdown(props: { text: string }): React.JSX.Element {
  const { rendermime } = usePanelServices();
  const host = useRef<HTMLDivElement>(null);
  const renderer = useRef<IRenderMime.IRenderer | null>(null);
  useEffect(() => {
    const created = rendermime.createRenderer(MARKDOWN);
    renderer.current = created;
    host.current?.replaceChildren(created.node);
    return () => {
      renderer.current = null;
      created.dispose();
    };
  }, [rendermime]);
  useEffect(() => {
    const model = rendermime.createModel({ data: { [MARKDOWN]: props.text }, trusted: false });
    renderer.current?.renderModel(model).catch((reason: unknown) => {
      console.error('AutoDash could not draw a context', reason);
    });
  }, [rendermime, props.text]);
  return <div ref={host} />;
}
