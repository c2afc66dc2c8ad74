import { editIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { IDataset } from '../protocol';
import type { IAutoDashActions } from '../tokens';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';

/** What can be done with a context that is read: edit it, write it anew, choose another. */
export const ContextTools = React.forwardRef<
  HTMLButtonElement,
  {
    dataset: IDataset;
    names: readonly string[];
    isEnabled: boolean;
    actions: IAutoDashActions;
  }
>(function ContextTools(props, editRef) {
  const { trans } = usePanelServices();
  const { dataset, names, isEnabled, actions } = props;
  const datasetId = dataset.dataset_id;
  return (
    <div
      className="jp-AutoDash-tools"
      role="group"
      aria-label={trans.__('The context of %1', dataset.name)}
    >
      <ActionButton
        ref={editRef}
        label={trans.__('Edit')}
        title={trans.__('Edit this context')}
        icon={<editIcon.react tag="span" />}
        testId="autodash-edit"
        disabled={!isEnabled}
        onClick={() => {
          actions.contexts.edit(datasetId);
        }}
      />
      <ActionButton
        label={trans.__('Regenerate')}
        title={trans.__('Write this context anew; what a person wrote stays')}
        icon={<refreshIcon.react tag="span" />}
        testId="autodash-regenerate"
        disabled={!isEnabled}
        onClick={() => {
          actions.regenerate(datasetId);
        }}
      />
      {names.length > 1 && (
        <select
          className="jp-AutoDash-select"
          data-testid="autodash-use"
          aria-label={trans.__('The context that counts')}
          title={trans.__('The context that counts')}
          disabled={!isEnabled}
          value={names[0]}
          onChange={event => {
            actions.contexts.use(datasetId, event.target.value);
          }}
        >
          {[...names].sort().map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
});
