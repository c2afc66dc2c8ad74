import React, { useEffect, useRef, useState } from 'react';
import { isUnsaved } from '../contexts';
import { showLine } from '../textLines';
import type { IContextActions, IContextDraft } from '../tokens';
import { ActionButton } from './ActionButton';
import { ConflictChoice, TheirText } from './Conflict';
import { Findings } from './Findings';
import { usePanelServices } from './services';

/** A context's text, edited in place. Each key stroke goes into the draft, which outlives this. */
export function ContextEditor(props: {
  draft: IContextDraft;
  isEnabled: boolean;
  actions: IContextActions;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { draft, isEnabled, actions } = props;
  const { datasetId } = draft;
  const [text, setText] = useState(draft.text);
  const [question, setQuestion] = useState<'none' | 'escape' | 'drop'>('none');
  const area = useRef<HTMLTextAreaElement>(null);
  // The panel is drawn again a frame later, so the draft given here may lack the last key strokes.
  const hasUnsaved = isUnsaved({ ...draft, text });
  useFocusAtFirst(area);
  const drop = () => {
    actions.drop(datasetId);
  };
  const save = () => {
    actions.save(datasetId);
  };
  const keepOn = () => {
    setQuestion('none');
    area.current?.focus();
  };
  const leave = (asked: 'escape' | 'drop') => {
    if (hasUnsaved) {
      setQuestion(asked);
    } else {
      drop();
    }
  };

  return (
    <div
      className="jp-AutoDash-editor"
      data-testid="autodash-editor"
      data-lm-suppress-shortcuts="true"
      onKeyDown={event => {
        if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          event.stopPropagation();
          if (isEnabled && draft.theirs === null) {
            save();
          }
        } else if (event.key === 'Escape') {
          event.stopPropagation();
          leave('escape');
        }
      }}
    >
      {draft.error !== '' && (
        <p className="jp-AutoDash-error" role="alert" data-testid="autodash-edit-error">
          {draft.error}
        </p>
      )}
      <div className="jp-AutoDash-tools">
        {draft.theirs === null ? (
          <ActionButton
            label={draft.isSaving ? trans.__('Saving…') : trans.__('Save')}
            title={trans.__('Save (Ctrl+S)')}
            testId="autodash-save"
            isMain
            disabled={!isEnabled || draft.isSaving}
            onClick={save}
          />
        ) : (
          <ConflictChoice
            isEnabled={isEnabled && !draft.isSaving}
            onOverwrite={save}
            onTake={() => {
              actions.edit(datasetId);
            }}
          />
        )}
        <ActionButton
          label={trans.__('Cancel')}
          title={trans.__('Leave the text as it was (Esc)')}
          testId="autodash-leave"
          disabled={draft.isSaving}
          onClick={() => {
            leave('drop');
          }}
        />
        <p className="jp-AutoDash-editorStatus" role="status">
          {question === 'escape' && hasUnsaved
            ? trans.__('This text is not saved: Save keeps it, Cancel drops it.')
            : ''}
        </p>
      </div>
      {question === 'drop' && <DropQuestion onDrop={drop} onKeep={keepOn} />}
      {draft.theirs !== null && <TheirText theirs={draft.theirs} />}
      <Findings
        findings={draft.findings}
        onGoto={line => {
          if (area.current !== null) {
            showLine(area.current, line);
          }
        }}
      />
      <label>
        <span>
          {draft.theirs === null ? trans.__('Text of the context') : trans.__('Your text')}
        </span>
        <textarea
          ref={area}
          data-testid="autodash-text"
          aria-label={trans.__('Text of the context')}
          value={text}
          spellCheck={false}
          rows={18}
          onChange={event => {
            setText(event.target.value);
            setQuestion('none');
            actions.type(datasetId, event.target.value);
          }}
        />
      </label>
    </div>
  );
}

function DropQuestion(props: { onDrop: () => void; onKeep: () => void }): React.JSX.Element {
  const { trans } = usePanelServices();
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    keep.current?.focus();
  }, []);
  return (
    <div className="jp-AutoDash-question" role="alertdialog" aria-label={trans.__('Unsaved text')}>
      <p>{trans.__('What you changed is not saved.')}</p>
      <ActionButton
        ref={keep}
        label={trans.__('Keep editing')}
        title={trans.__('Go on with the text')}
        onClick={props.onKeep}
      />
      <ActionButton
        label={trans.__('Drop it')}
        title={trans.__('Leave the context as it was')}
        testId="autodash-drop"
        onClick={props.onDrop}
      />
    </div>
  );
}

/** The text gets the focus when it was just asked for, not when it comes back into view. */
function useFocusAtFirst(area: React.RefObject<HTMLTextAreaElement>): void {
  useEffect(() => {
    if (document.activeElement === document.body) {
      area.current?.focus();
      area.current?.setSelectionRange(0, 0);
      area.current?.scrollTo({ top: 0 });
    }
  }, [area]);
}
