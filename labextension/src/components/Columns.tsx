import { addIcon } from '@jupyterlab/ui-components';
import React, { useEffect } from 'react';
import { columnCode } from '../code';
import type { IColumn, IColumns, IDataset } from '../protocol';
import type { IAutoDashModel, IDetailActions } from '../tokens';
import { Disclosure } from './Disclosure';
import { dragCode } from './drag';
import { Histogram } from './Histogram';
import { usePanelServices } from './services';

/** A dataset's columns: each can be dragged into the notebook, or inserted. */
export function Columns(props: {
  dataset: IDataset;
  model: IAutoDashModel;
  actions: IDetailActions;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { dataset, model, actions } = props;
  return (
    <Disclosure
      title={trans.__('Columns')}
      level={4}
      count={dataset.column_count}
      className="jp-AutoDash-columns"
      name="columns"
      isOpenAtFirst={false}
      testId="autodash-columns"
    >
      {() => (
        <ColumnList
          dataset={dataset}
          known={model.details.columns.get(dataset.dataset_id)}
          isConnected={model.status === 'connected'}
          actions={actions}
        />
      )}
    </Disclosure>
  );
}

function ColumnList(props: {
  dataset: IDataset;
  known: IColumns | undefined;
  isConnected: boolean;
  actions: IDetailActions;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { dataset, known, isConnected, actions } = props;
  const datasetId = dataset.dataset_id;
  const isUnknown = known === undefined;
  useEffect(() => {
    if (isConnected && isUnknown) {
      actions.readColumns(datasetId);
    }
  }, [actions, datasetId, isConnected, isUnknown]);
  if (isUnknown) {
    return <p className="jp-AutoDash-hint">{trans.__('Reading the columns…')}</p>;
  }
  return (
    <>
      <ul className="jp-AutoDash-list" aria-label={trans.__('Columns of %1', dataset.name)}>
        {known.columns.map(column => (
          <ColumnRow key={column.name} dataset={dataset} column={column} />
        ))}
      </ul>
      {known.left_out > 0 && (
        <p className="jp-AutoDash-hint">{trans.__('and %1 more', known.left_out)}</p>
      )}
    </>
  );
}

function ColumnRow(props: { dataset: IDataset; column: IColumn }): React.JSX.Element {
  const { trans, insertCode } = usePanelServices();
  const { name, dtype, role, missing, histogram } = props.column;
  const expression = columnCode(props.dataset.name, name);
  const code = { cell: `${expression}.describe()`, expression };
  return (
    <li
      className="jp-AutoDash-column"
      data-testid="autodash-column"
      title={trans.__('Drag %1 into the notebook', name)}
      onPointerDown={event => {
        dragCode(event, name, code);
      }}
    >
      <span className="jp-AutoDash-columnName">{name}</span>
      <Histogram counts={histogram} />
      <span className="jp-AutoDash-columnType">
        {role === '' || role === dtype ? dtype : `${role} · ${dtype}`}
        {missing > 0 && ` · ${trans.__('%1 missing', percent(missing))}`}
      </span>
      <button
        type="button"
        className="jp-AutoDash-iconButton"
        aria-label={trans.__('Insert code for %1', name)}
        title={trans.__('Insert %1', code.cell)}
        onPointerDown={event => {
          event.stopPropagation();
        }}
        onClick={() => {
          insertCode(code.cell);
        }}
      >
        <addIcon.react tag="span" />
      </button>
    </li>
  );
}

function percent(share: number): string {
  return share < 0.01 ? '< 1 %' : `${Math.round(100 * share)} %`;
}
