import React from 'react';
import { momentText } from '../moments';
import type { IComparison, IContextRevisions, IRevision } from '../protocol';
import type { IContextActions } from '../tokens';
import { Comparison } from './Comparison';
import { Disclosure } from './Disclosure';
import { usePanelServices } from './services';

/** A context's revisions, newest first; each can be compared with the newest, and restored. */
export function Revisions(props: {
  datasetId: string;
  known: IContextRevisions;
  comparison: IComparison | undefined;
  isEnabled: boolean;
  actions: IContextActions;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { datasetId, known, comparison, isEnabled, actions } = props;
  const restore = (revision: number) => {
    actions.restore(datasetId, revision);
  };
  return (
    <Disclosure
      title={trans.__('Revisions')}
      level={4}
      count={known.revisions.length}
      className="jp-AutoDash-revisions"
      isOpenAtFirst={comparison !== undefined}
      testId="autodash-revisions"
    >
      {() => (
        <ol className="jp-AutoDash-list" reversed>
          {known.revisions.map(revision => (
            <RevisionRow
              key={revision.revision}
              revision={revision}
              isNewest={revision.revision === known.revision}
              isCompared={revision.revision === comparison?.before}
              isEnabled={isEnabled}
              onCompare={() => {
                actions.compare(datasetId, revision.revision);
              }}
            >
              {revision.revision === comparison?.before && (
                <Comparison
                  comparison={comparison}
                  isEnabled={isEnabled}
                  onRestore={restore}
                  onClose={() => {
                    actions.closeComparison(datasetId);
                  }}
                />
              )}
            </RevisionRow>
          ))}
        </ol>
      )}
    </Disclosure>
  );
}

function RevisionRow(props: {
  revision: IRevision;
  isNewest: boolean;
  isCompared: boolean;
  isEnabled: boolean;
  onCompare: () => void;
  children: React.ReactNode;
}): React.JSX.Element {
  const { trans } = usePanelServices();
  const { revision, isNewest } = props;
  const who = [revision.author, revision.cause].filter(part => part !== '').join(' · ');
  return (
    <li className="jp-AutoDash-revision" data-testid="autodash-revision">
      <div className="jp-AutoDash-revisionRow">
        <span className="jp-AutoDash-revisionNumber">{revision.revision}</span>
        <time dateTime={revision.saved_at}>{momentText(revision.saved_at)}</time>
        <span className="jp-AutoDash-revisionAuthor" title={who}>
          {who}
        </span>
        {isNewest ? (
          <span className="jp-AutoDash-revisionMark">{trans.__('in force')}</span>
        ) : (
          <button
            type="button"
            className="jp-AutoDash-link"
            disabled={!props.isEnabled}
            aria-pressed={props.isCompared}
            aria-label={trans.__('Compare revision %1 with the newest', revision.revision)}
            onClick={props.onCompare}
          >
            {trans.__('Compare')}
          </button>
        )}
      </div>
      {props.children}
    </li>
  );
}
