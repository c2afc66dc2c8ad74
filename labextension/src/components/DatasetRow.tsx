import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useId } from 'react';
import type { IDataset } from '../protocol';
import type { IAutoDashActions, IAutoDashModel, IDetailActions } from '../tokens';
import { isUnsaved } from '../contexts';
import { ContextSection } from './ContextSection';
import { dragCode } from './drag';
import { StatusChip } from './StatusChip';
import { usePanelServices } from './services';
import type { IRowProps } from './VirtualList';

/** One dataset: name, shape and status; opened, its context. */
export function DatasetRow(props: {
  row: IRowProps;
  tabIndex: 0 | -1;
  dataset: IDataset;
  model: IAutoDashModel;
  actions: IAutoDashActions;
  isEnabled: boolean;
  isOpen: boolean;
  onToggle: () => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { dataset, model, actions, isOpen } = props;
  const bodyId = useId();
  const Caret = isOpen ? caretDownIcon.react : caretRightIcon.react;
  const rows = dataset.row_count.toLocaleString('en');
  const columns = dataset.column_count.toLocaleString('en');
  const toMend = useFindingCount(dataset, model, actions.details);
  return (
    <div
      {...props.row}
      className="jp-AutoDash-dataset"
      data-testid="autodash-dataset"
      data-name={dataset.name}
      data-status={dataset.context_status}
    >
      <button
        type="button"
        className="jp-AutoDash-datasetHead"
        aria-expanded={isOpen}
        aria-controls={bodyId}
        data-row-head=""
        tabIndex={props.tabIndex}
        onPointerDown={event => {
          const { name } = dataset;
          dragCode(event, name, { cell: `${name}.head()`, expression: name });
        }}
        onClick={props.onToggle}
      >
        <Caret tag="span" />
        <span className="jp-AutoDash-datasetName" title={dataset.name}>
          {dataset.name}
        </span>
        <span
          className="jp-AutoDash-shape"
          title={trans.__('%1 rows, %2 columns', rows, columns)}
        >{`${rows} × ${columns}`}</span>
        <span className="jp-AutoDash-source" title={dataset.filename}>
          {dataset.filename}
        </span>
        {isUnsaved(model.contexts.drafts.get(dataset.dataset_id)) ? (
          <span className="jp-AutoDash-chip" data-status="unsaved">
            <span className="jp-AutoDash-chipMark" aria-hidden="true" />
            {trans.__('unsaved text')}
          </span>
        ) : (
          <StatusChip status={dataset.context_status} toMend={toMend} />
        )}
      </button>
      <Progress dataset={dataset} />
      {dataset.context_status === 'failed' && (
        <div className="jp-AutoDash-failure">
          <p role="alert">{dataset.error ?? trans.__('The context could not be written.')}</p>
          <button
            type="button"
            className="jp-AutoDash-link"
            data-testid="autodash-retry"
            onClick={() => {
              actions.regenerate(dataset.dataset_id);
            }}
          >
            {trans.__('Retry')}
          </button>
        </div>
      )}
      <div id={bodyId} hidden={!isOpen}>
        {isOpen && (
          <ContextSection
            dataset={dataset}
            model={model}
            actions={actions}
            isEnabled={props.isEnabled}
          />
        )}
      </div>
    </div>
  );
}

/** How much of a context is to be mended; it is asked for when its row comes into view. */
function useFindingCount(
  dataset: IDataset,
  model: IAutoDashModel,
  actions: IDetailActions
): number {
  const { dataset_id: datasetId, context_status: status } = dataset;
  const read = model.contexts.revisions.get(datasetId);
  const known =
    read?.isOutdated === false ? read.findings.length : model.details.toMend.get(datasetId);
  const changes = model.details.changes.get(datasetId);
  const isToAsk = known === undefined && status === 'completed' && model.status === 'connected';
  useEffect(() => {
    if (isToAsk) {
      actions.countFindings(datasetId);
    }
    // A dataset that changed while the answer was on its way is asked for again.
  }, [actions, datasetId, isToAsk, changes]);
  return known ?? 0;
}

/** How far the writing of the context is, while it is being written. */
function Progress(props: { dataset: IDataset }): React.JSX.Element | null {
  const { trans } = usePanelServices();
  const { context_status: status, progress, name } = props.dataset;
  if (status !== 'generating' || progress === null) {
    return null;
  }
  const { done, total, message } = progress;
  return (
    <div className="jp-AutoDash-progress">
      <progress
        value={total > 0 ? done : undefined}
        max={Math.max(total, 1)}
        aria-label={trans.__('Writing the context of %1', name)}
      />
      <span title={message}>{message}</span>
    </div>
  );
}
