import React from 'react';
import type { IContextDraft } from '../tokens';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';

/** What somebody else saved meanwhile, beside one's own text: one of the two is to be chosen. */
export function Conflict(props: {
  theirs: NonNullable<IContextDraft['theirs']>;
  isEnabled: boolean;
  onOverwrite: () => void;
  onTake: () => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { theirs, isEnabled, onOverwrite, onTake } = props;
  const title = trans.__('Revision %1, which somebody else saved', theirs.revision);
  return (
    <section className="jp-AutoDash-conflict" data-testid="autodash-conflict" aria-label={title}>
      <div className="jp-AutoDash-tools">
        <ActionButton
          label={trans.__('Save mine over it')}
          title={trans.__('Save my text as the next revision; theirs stays among the revisions')}
          testId="autodash-overwrite"
          isMain
          disabled={!isEnabled}
          onClick={onOverwrite}
        />
        <ActionButton
          label={trans.__('Take theirs')}
          title={trans.__('Edit what somebody else saved, in place of my text')}
          testId="autodash-take"
          disabled={!isEnabled}
          onClick={onTake}
        />
      </div>
      <h4>{title}</h4>
      <pre tabIndex={0} aria-label={trans.__('What somebody else saved')}>
        {theirs.text}
      </pre>
    </section>
  );
}
