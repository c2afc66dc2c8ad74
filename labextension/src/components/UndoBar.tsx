import { redoIcon, undoIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { IStep } from '../protocol';
import { describeStep, stepToRedo, stepToUndo } from '../timelineRows';
import type { IAutoDashNotebook } from '../tokens';
import { usePanelServices } from './services';
import { StatusLine } from './StatusLine';

/** Undo and redo, each saying what it will do, and what came of the last one. */
export function UndoBar(props: { notebook: IAutoDashNotebook }): React.JSX.Element {
  const { trans } = usePanelServices();
  const { model, actions, name } = props.notebook;
  const { timeline } = model;
  const isReady = model.status === 'connected' && !model.pending.some(request => request.waiting);
  return (
    <header className="jp-AutoDash-header">
      <div className="jp-AutoDash-headerRow">
        <h2 className="jp-AutoDash-notebook" title={name}>
          {name}
        </h2>
        <button
          type="button"
          className="jp-AutoDash-button"
          data-testid="autodash-undo"
          disabled={!isReady || !timeline.can_undo}
          title={
            timeline.can_undo
              ? tooltip(trans.__('Undo'), stepToUndo(timeline))
              : trans.__('Nothing to undo')
          }
          onClick={actions.undo}
        >
          <undoIcon.react tag="span" />
          {trans.__('Undo')}
        </button>
        <button
          type="button"
          className="jp-AutoDash-button"
          data-testid="autodash-redo"
          disabled={!isReady || !timeline.can_redo}
          title={
            timeline.can_redo
              ? tooltip(trans.__('Redo'), stepToRedo(timeline))
              : trans.__('Nothing to redo')
          }
          onClick={actions.redo}
        >
          <redoIcon.react tag="span" />
          {trans.__('Redo')}
        </button>
      </div>
      <StatusLine model={model} onCancel={actions.cancel} />
    </header>
  );
}

function tooltip(verb: string, step: IStep | null): string {
  return step === null ? verb : `${verb} ${describeStep(step)}`;
}
