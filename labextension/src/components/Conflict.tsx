import React from 'react';
import type { IContextDraft } from '../tokens';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';

/** Where somebody else saved meanwhile: one of the two texts is to be chosen. */
export function ConflictChoice(props: {
  isEnabled: boolean;
  onOverwrite: () => void;
  onTake: () => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  return (
    <>
      <ActionButton
        label={trans.__('Save mine over it')}
        title={trans.__('Save my text as the next revision; theirs stays among the revisions')}
        testId="autodash-overwrite"
        isMain
        disabled={!props.isEnabled}
        onClick={props.onOverwrite}
      />
      <ActionButton
        label={trans.__('Take theirs')}
        title={trans.__('Edit what somebody else saved, in place of my text')}
        testId="autodash-take"
        disabled={!props.isEnabled}
        onClick={props.onTake}
      />
    </>
  );
}

/** What somebody else saved meanwhile. */
export function TheirText(props: {
  theirs: NonNullable<IContextDraft['theirs']>;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { text, revision } = props.theirs;
  const title = trans.__('Revision %1, which somebody else saved', revision);
  return (
    <section className="jp-AutoDash-conflict" data-testid="autodash-conflict" aria-label={title}>
      <h4>{title}</h4>
      <pre tabIndex={0} aria-label={trans.__('What somebody else saved')}>
        {text}
      </pre>
    </section>
  );
}
