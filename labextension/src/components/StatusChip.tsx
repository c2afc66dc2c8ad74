import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { ContextStatus } from '../protocol';
import { usePanelServices } from './services';

/** The state of a context in one word, with a mark that doesn't rely on colour alone. */
export function StatusChip(props: {
  status: ContextStatus;
  /** How much of a context that is written is to be mended. */
  toMend: number;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { status, toMend } = props;
  const isToMend = status === 'completed' && toMend > 0;
  return (
    <span className="jp-AutoDash-chip" data-status={isToMend ? 'to-mend' : status}>
      <span className="jp-AutoDash-chipMark" aria-hidden="true" />
      {isToMend ? trans.__('to be mended (%1)', toMend) : statusText(status, trans)}
    </span>
  );
}

function statusText(status: ContextStatus, trans: TranslationBundle): string {
  switch (status) {
    case 'pending':
      return trans.__('waiting');
    case 'generating':
      return trans.__('writing context');
    case 'completed':
      return trans.__('context ready');
    case 'failed':
      return trans.__('context failed');
    case 'not_found':
      return trans.__('not found');
  }
}
