import React, { useState } from 'react';
import { orphans } from '../contexts';
import { DATASETS_WITHOUT_SEARCH, searchDatasets } from '../datasetSearch';
import type { IDataset } from '../protocol';
import type { IAutoDashActions, IAutoDashModel } from '../tokens';
import { DatasetRow } from './DatasetRow';
import { OrphanDrafts } from './OrphanDrafts';
import { SearchBox } from './SearchBox';
import { Section } from './Section';
import { usePanelServices } from './services';

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
  const found = isSearchable ? searchDatasets(datasets, words) : datasets;
  const isOpen = (dataset: IDataset) => toggled.get(dataset.dataset_id) ?? datasets.length === 1;
  // What is being edited is open, and stays so when it is saved or dropped.
  const edited = [...model.contexts.drafts.keys()].filter(id => !toggled.has(id));
  if (edited.length > 0) {
    setToggled(new Map([...toggled, ...edited.map(id => [id, true] as const)]));
  }
  return (
    <Section title={trans.__('Datasets')} count={datasets.length} className="jp-AutoDash-datasets">
      {isSearchable && <SearchBox words={words} found={found.length} onChange={setWords} />}
      <OrphanDrafts drafts={orphans(model.contexts, datasets)} actions={actions.contexts} />
      {datasets.length === 0 ? (
        <p className="jp-AutoDash-hint">
          {trans.__('No dataset yet. Run in a cell, for example:')}
          <code className="jp-AutoDash-example">%load_dataset sample:penguins</code>
        </p>
      ) : (
        <ul className="jp-AutoDash-list">
          {found.map(dataset => (
            <DatasetRow
              key={dataset.dataset_id}
              dataset={dataset}
              model={model}
              actions={actions}
              isEnabled={isEnabled}
              isOpen={isOpen(dataset)}
              onToggle={() => {
                setToggled(new Map(toggled).set(dataset.dataset_id, !isOpen(dataset)));
              }}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}
