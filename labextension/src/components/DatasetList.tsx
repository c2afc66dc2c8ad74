import React, { useState } from 'react';
import type { IDataset } from '../protocol';
import { DatasetRow } from './DatasetRow';
import { Section } from './Section';
import { usePanelServices } from './services';

/** The kernel's datasets. The only one is open from the start; otherwise a person opens them. */
export function DatasetList(props: {
  datasets: readonly IDataset[];
  onRegenerate: (datasetId: string) => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { datasets } = props;
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = (dataset: IDataset) => toggled.get(dataset.dataset_id) ?? datasets.length === 1;
  return (
    <Section title={trans.__('Datasets')} count={datasets.length} className="jp-AutoDash-datasets">
      {datasets.length === 0 ? (
        <p className="jp-AutoDash-hint">
          {trans.__('No dataset yet. Run in a cell, for example:')}
          <code className="jp-AutoDash-example">%load_dataset sample:penguins</code>
        </p>
      ) : (
        <ul className="jp-AutoDash-list">
          {datasets.map(dataset => (
            <DatasetRow
              key={dataset.dataset_id}
              dataset={dataset}
              isOpen={isOpen(dataset)}
              onToggle={() => {
                setToggled(new Map(toggled).set(dataset.dataset_id, !isOpen(dataset)));
              }}
              onRegenerate={() => {
                props.onRegenerate(dataset.dataset_id);
              }}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}
