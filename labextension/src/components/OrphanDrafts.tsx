import React from 'react';
import type { IContextActions, IContextDraft } from '../tokens';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';

/** Unsaved texts whose dataset is gone: to be copied, or dropped. */
export function OrphanDrafts(props: {
  drafts: readonly IContextDraft[];
  actions: IContextActions;
}): React.JSX.Element | null {
  const { trans } = usePanelServices();
  return props.drafts.length === 0 ? null : (
    <ul className="jp-AutoDash-list" data-testid="autodash-orphans">
      {props.drafts.map(draft => (
        <li key={draft.datasetId} className="jp-AutoDash-editor">
          <p className="jp-AutoDash-error">
            {trans.__('%1 is not here any more; this text for it is not saved.', draft.name)}
          </p>
          <textarea
            readOnly
            rows={6}
            value={draft.text}
            aria-label={trans.__('Unsaved text for %1', draft.name)}
          />
          <div className="jp-AutoDash-tools">
            <ActionButton
              label={trans.__('Drop it')}
              title={trans.__('Forget this text')}
              onClick={() => {
                props.actions.drop(draft.datasetId);
              }}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}
