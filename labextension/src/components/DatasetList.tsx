import React, { useMemo, useState } from 'react';
import { orphans } from '../contexts';
import { DATASETS_WITHOUT_SEARCH, searchDatasets } from '../datasetSearch';
import type { IDataset } from '../protocol';
import type { IAutoDashActions, IAutoDashModel } from '../tokens';
import { DatasetRow } from './DatasetRow';
import { Disclosure } from './Disclosure';
import { OrphanDrafts } from './OrphanDrafts';
import { SearchBox } from './SearchBox';
import { usePanelServices } from './services';
import { VirtualList } from './VirtualList';

/**
 * The kernel's datasets. The only one is open from the start, and one whose text is being edited;
 * otherwise a person opens them.
 */
export function DatasetList(props: {
  model: IAutoDashModel;
  actions: IAutoDashActions;
  isEnabled: boolean;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { model, actions, isEnabled } = props;
  const { datasets } = model;
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [words, setWords] = useState('');
  const isSearchable = datasets.length > DATASETS_WITHOUT_SEARCH;
  const found = useMemo(
    () => (isSearchable ? searchDatasets(datasets, words) : datasets),
    [datasets, isSearchable, words]
  );
  const isOpen = (dataset: IDataset) => toggled.get(dataset.dataset_id) ?? datasets.length === 1;
  // What is being edited is open, and stays so when it is saved or dropped.
  const edited = [...model.contexts.drafts.keys()].filter(id => !toggled.has(id));
  if (edited.length > 0) {
    setToggled(new Map([...toggled, ...edited.map(id => [id, true] as const)]));
  }
  return (
    <Disclosure
      title={trans.__('Datasets')}
      level={3}
      count={datasets.length}
      className="jp-AutoDash-section jp-AutoDash-datasets"
      name="datasets"
    >
      {() => (
        <>
          {isSearchable && <SearchBox words={words} found={found.length} onChange={setWords} />}
          <OrphanDrafts drafts={orphans(model.contexts, datasets)} actions={actions.contexts} />
          {datasets.length === 0 ? (
            <NoDataset />
          ) : (
            <VirtualList
              items={found}
              keyOf={idOf}
              estimate={ROW_HEIGHT}
              label={trans.__('Datasets')}
              renderRow={(dataset, row, tabIndex) => (
                <DatasetRow
                  row={row}
                  tabIndex={tabIndex}
                  dataset={dataset}
                  model={model}
                  actions={actions}
                  isEnabled={isEnabled}
                  isOpen={isOpen(dataset)}
                  onToggle={() => {
                    setToggled(new Map(toggled).set(dataset.dataset_id, !isOpen(dataset)));
                  }}
                />
              )}
            />
          )}
        </>
      )}
    </Disclosure>
  );
}

/** A closed row's height, in pixels. */
const ROW_HEIGHT = 51;

function idOf(dataset: IDataset): string {
  return dataset.dataset_id;
}

function NoDataset(): React.JSX.Element {
  const { trans, insertCode } = usePanelServices();
  const example = '%load_dataset sample:penguins';
  return (
    <div className="jp-AutoDash-hint" data-testid="autodash-no-dataset">
      <p>{trans.__('No dataset yet. Right-click a file in the file browser, or run in a cell:')}</p>
      <code className="jp-AutoDash-example">{example}</code>
      <button
        type="button"
        className="jp-AutoDash-link"
        onClick={() => {
          insertCode(example);
        }}
      >
        {trans.__('Insert code')}
      </button>
    </div>
  );
}
