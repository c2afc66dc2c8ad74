import React from 'react';
import type { IComparison, IDifference } from '../protocol';
import { ActionButton } from './ActionButton';
import { usePanelServices } from './services';

/** What differs between a revision and the newest, field by field. */
export function Comparison(props: {
  comparison: IComparison;
  isEnabled: boolean;
  onRestore: (revision: number) => void;
  onClose: () => void;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { before, after, differences, left_out: leftOut } = props.comparison;
  return (
    <section
      className="jp-AutoDash-comparison"
      data-testid="autodash-comparison"
      aria-label={trans.__('Revision %1 and revision %2', before, after)}
    >
      <p className="jp-AutoDash-comparisonHead">
        {differences.length === 0
          ? trans.__('Nothing differs from revision %1.', after)
          : trans.__('From revision %1 to revision %2:', before, after)}
      </p>
      <dl>
        {differences.map((difference, index) => (
          <Difference key={index} difference={difference} />
        ))}
      </dl>
      {leftOut > 0 && <p>{trans.__('and %1 more', leftOut)}</p>}
      <div className="jp-AutoDash-tools">
        <ActionButton
          label={trans.__('Restore revision %1', before)}
          title={trans.__('Make revision %1 the newest', before)}
          testId="autodash-restore"
          disabled={!props.isEnabled}
          onClick={() => {
            props.onRestore(before);
          }}
        />
        <ActionButton
          label={trans.__('Close')}
          title={trans.__('Close the comparison')}
          onClick={props.onClose}
        />
      </div>
    </section>
  );
}

function Difference(props: { difference: IDifference }): React.JSX.Element {
  const { path, kind, before, after } = props.difference;
  return (
    <div data-kind={kind}>
      <dt>{path}</dt>
      {kind !== 'added' && (
        <dd>
          <del>{before}</del>
        </dd>
      )}
      {kind !== 'removed' && (
        <dd>
          <ins>{after}</ins>
        </dd>
      )}
    </div>
  );
}
