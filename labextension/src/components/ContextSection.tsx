import React, { useEffect, useRef } from 'react';
import type { IDataset } from '../protocol';
import type { IAutoDashActions, IAutoDashModel } from '../tokens';
import { Columns } from './Columns';
import { ContextEditor } from './ContextEditor';
import { ContextTools } from './ContextTools';
import { ContextView } from './ContextView';
import { Findings } from './Findings';
import { Revisions } from './Revisions';

/** A dataset's context: to be read, or to be edited. */
export function ContextSection(props: {
  dataset: IDataset;
  model: IAutoDashModel;
  actions: IAutoDashActions;
  isEnabled: boolean;
}): React.JSX.Element {
  const { dataset, model, isEnabled } = props;
  const { contexts } = props.actions;
  const datasetId = dataset.dataset_id;
  const known = model.contexts.revisions.get(datasetId);
  const draft = model.contexts.drafts.get(datasetId);
  const edit = useRef<HTMLButtonElement>(null);
  const isConnected = model.status === 'connected';
  const isOutdated = known?.isOutdated ?? true;
  useEffect(() => {
    if (isConnected && isOutdated) {
      contexts.read(datasetId);
    }
    // `known` is another record whenever it is out of date anew.
  }, [contexts, datasetId, isConnected, isOutdated, known]);
  useFocusAfter(draft !== undefined, edit);

  if (draft !== undefined) {
    return (
      <ContextEditor
        key={draft.round}
        draft={draft}
        isEnabled={isEnabled && isConnected}
        actions={contexts}
      />
    );
  }
  const isGenerating = dataset.context_status === 'generating';
  return (
    <>
      <ContextTools
        ref={edit}
        dataset={dataset}
        names={known?.names ?? []}
        isEnabled={isEnabled && isConnected && !isGenerating}
        actions={props.actions}
      />
      {!isGenerating && known !== undefined && <Findings findings={known.findings} />}
      <Columns dataset={dataset} model={model} actions={props.actions.details} />
      <ContextView dataset={dataset} known={isGenerating ? undefined : known} />
      {known !== undefined && known.revisions.length > 0 && (
        <Revisions
          datasetId={datasetId}
          known={known}
          comparison={model.contexts.comparisons.get(datasetId)}
          isEnabled={isEnabled && isConnected && !isGenerating}
          actions={contexts}
        />
      )}
    </>
  );
}

/** When what was open is closed, the focus goes back to what opened it, unless it went elsewhere. */
function useFocusAfter(isOpen: boolean, opener: React.RefObject<HTMLElement>): void {
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && document.activeElement === document.body) {
      opener.current?.focus({ preventScroll: true });
    }
    wasOpen.current = isOpen;
  }, [isOpen, opener]);
}
