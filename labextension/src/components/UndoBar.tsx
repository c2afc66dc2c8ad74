import { redoIcon, undoIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IStep } from '../protocol';
import { describeStep, stepToRedo, stepToUndo } from '../timelineRows';
import type { IAutoDashNotebook } from '../tokens';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';
import { StatusLine } from './StatusLine';

/** Undo and redo, each saying what it will do, and what came of the last one. */
export function UndoBar(props: {
  notebook: IAutoDashNotebook;
  isEnabled: boolean;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { model, actions, name } = props.notebook;
  const { timeline } = model;
  const canUndo = timeline.can_undo;
  const canRedo = timeline.can_redo;
  return (
    <header className="jp-AutoDash-header">
      <div className="jp-AutoDash-headerRow">
        <h2 className="jp-AutoDash-notebook" title={name}>
          {name}
        </h2>
        <ActionButton
          label={trans.__('Undo')}
          title={
            canUndo
              ? whatOf(trans.__('Undo'), stepToUndo(timeline), trans)
              : trans.__('Nothing to undo')
          }
          icon={<undoIcon.react tag="span" />}
          testId="autodash-undo"
          disabled={!props.isEnabled || !canUndo}
          onClick={actions.undo}
        />
        <ActionButton
          label={trans.__('Redo')}
          title={
            canRedo
              ? whatOf(trans.__('Redo'), stepToRedo(timeline), trans)
              : trans.__('Nothing to redo')
          }
          icon={<redoIcon.react tag="span" />}
          testId="autodash-redo"
          disabled={!props.isEnabled || !canRedo}
          onClick={actions.redo}
        />
      </div>
      <StatusLine model={model} onCancel={actions.cancel} />
    </header>
  );
}

function whatOf(verb: string, step: IStep | null, trans: TranslationBundle): string {
  return step === null ? verb : `${verb} ${describeStep(step, trans)}`;
}
