import React, { useEffect, useReducer } from 'react';
import type { IAutoDashModel, IAutoDashNotebook } from '../tokens';
import { ChartBox } from './ChartBox';
import { DatasetList } from './DatasetList';
import { EmptyState } from './EmptyState';
import { Timeline } from './Timeline';
import { UndoBar } from './UndoBar';

/** The panel of one notebook, or what to do where there is nothing to show. */
export function PanelView(props: { notebook: IAutoDashNotebook | null }): React.JSX.Element {
  const { notebook } = props;
  useRedraw(notebook?.model ?? null);
  if (notebook === null) {
    return <EmptyState status="no-notebook" />;
  }
  const { model, actions } = notebook;
  if (model.status !== 'connected' && !showsLastHeard(model)) {
    return (
      <EmptyState
        status={model.status}
        notebookName={notebook.name}
        failure={model.failure}
        onRetry={actions.retry}
      />
    );
  }
  const isEnabled = model.status === 'connected' && !model.pending.some(request => request.waiting);
  return (
    <>
      <UndoBar notebook={notebook} isEnabled={isEnabled} />
      <ChartBox
        key={`chart of ${notebook.path}`}
        model={model}
        actions={actions.details}
        isEnabled={model.status === 'connected'}
      />
      <DatasetList key={notebook.path} model={model} actions={actions} isEnabled={isEnabled} />
      <Timeline timeline={model.timeline} isEnabled={isEnabled} onGoto={actions.goto} />
    </>
  );
}

/** Whether the talk is only interrupted, so that what was last heard stays in view. */
function showsLastHeard(model: IAutoDashModel): boolean {
  const isInterrupted = model.status === 'connecting' || model.status === 'disconnected';
  return isInterrupted && (model.datasets.length > 0 || model.timeline.steps.length > 0);
}

/** Draw again when the model changed, at most once a frame however many events came. */
function useRedraw(model: IAutoDashModel | null): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (model === null) {
      return;
    }
    let frame = 0;
    const schedule = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        redraw();
      });
    };
    model.changed.connect(schedule);
    schedule();
    return () => {
      cancelAnimationFrame(frame);
      model.changed.disconnect(schedule);
    };
  }, [model]);
}
