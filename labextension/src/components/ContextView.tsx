import type { IRenderMime } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef } from 'react';
import type { IContextRevisions, IDataset } from '../protocol';
import type { IKnownRevisions } from '../tokens';
import { usePanelServices } from './services';

const MARKDOWN = 'text/markdown';

/** A dataset's context, and who wrote it from what; `known` is what the kernel said of it, if it did. */
export function ContextView(props: {
  dataset: IDataset;
  known: IKnownRevisions | undefined;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { dataset, known } = props;
  const read = known?.page ?? null;
  const text = known?.isOutdated === true ? (dataset.context ?? read) : (read ?? dataset.context);
  if (text === null || text === '') {
    return (
      <p className="jp-AutoDash-hint">
        {dataset.context_status === 'completed'
          ? trans.__('Reading the context…')
          : trans.__('The context appears here as it is written.')}
      </p>
    );
  }
  const { sent } = dataset;
  return (
    <article
      className="jp-AutoDash-context"
      data-testid="autodash-context"
      aria-label={trans.__('Context of %1', dataset.name)}
    >
      <Markdown text={text} />
      <footer data-testid="autodash-origin">
        <p>{origin(dataset, known, trans)}</p>
        {sent !== null && sent !== '' && <p>{sent}</p>}
      </footer>
    </article>
  );
}

/** Who wrote the context. */
function origin(
  dataset: IDataset,
  known: IContextRevisions | undefined,
  trans: TranslationBundle
): string {
  if (known !== undefined && known.authors !== '') {
    return trans.__('Revision %1, written by %2.', known.revision, known.authors);
  }
  const { written_by: writtenBy } = dataset;
  if (writtenBy === null) {
    return '';
  }
  return writtenBy === 'profile'
    ? trans.__('Written from the profile, on this machine.')
    : trans.__('Written by %1.', writtenBy);
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
