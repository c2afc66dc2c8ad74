import {
  outdated,
  withComparison,
  withDraft,
  withoutDraft,
  withRevisions,
  withSaveResult,
  withText
} from './contexts';
import type { Ask } from './kernelConnection';
import type { AutoDashModel } from './model';
import type { IContextActions } from './tokens';

/**
 * What can be done with contexts, for one notebook through all lives of its kernel.
 *
 * A text that is edited lives in the model, so that neither a redraw nor the kernel's end loses it.
 */
export function contextActions(model: AutoDashModel, ask: Ask): IContextActions {
  return {
    read(datasetId) {
      const before = model.details.changes.get(datasetId);
      const params = { dataset_id: datasetId };
      ask('context_revisions', params, {
        isQuiet: true,
        answered: known => {
          // What changed while the answer was on its way is to be read again.
          const isStill = model.details.changes.get(datasetId) === before;
          model.changeContexts(contexts => {
            const read = withRevisions(contexts, datasetId, known);
            return isStill ? read : outdated(read, datasetId);
          });
        }
      });
    },

    edit(datasetId) {
      const before = model.contexts.drafts.get(datasetId);
      ask(
        'context_text',
        { dataset_id: datasetId },
        {
          answered: given => {
            // What was typed while the answer was on its way is not to be lost.
            if (model.contexts.drafts.get(datasetId)?.text === before?.text) {
              const dataset = model.datasets.find(known => known.dataset_id === datasetId);
              const name = dataset?.name ?? before?.name ?? datasetId;
              model.changeContexts(contexts =>
                withText(contexts, { dataset_id: datasetId, name }, given)
              );
            }
          }
        }
      );
    },

    type(datasetId, text) {
      model.changeContexts(contexts => withDraft(contexts, datasetId, { text }));
    },

    save(datasetId) {
      const draft = model.contexts.drafts.get(datasetId);
      if (draft === undefined || draft.isSaving) {
        return;
      }
      const { text, theirs } = draft;
      const params = {
        dataset_id: datasetId,
        text,
        revision: theirs?.revision ?? draft.revision
      };
      const isAsked = ask('save_context', params, {
        ended: (notice, result) => {
          const error = notice.kind === 'done' ? '' : notice.message;
          model.changeContexts(contexts =>
            notice.kind === 'cancelled'
              ? withDraft(contexts, datasetId, { isSaving: false })
              : withSaveResult(contexts, datasetId, text, error, result)
          );
        }
      });
      if (isAsked) {
        model.changeContexts(contexts => withDraft(contexts, datasetId, { isSaving: true }));
      }
    },

    drop(datasetId) {
      model.changeContexts(contexts => withoutDraft(contexts, datasetId));
    },

    compare(datasetId, revision) {
      const after = model.contexts.revisions.get(datasetId)?.revision ?? revision;
      const params = { dataset_id: datasetId, before: revision, after };
      ask('compare_revisions', params, {
        answered: comparison => {
          model.changeContexts(contexts => withComparison(contexts, datasetId, comparison));
        }
      });
    },

    closeComparison(datasetId) {
      model.changeContexts(contexts => withComparison(contexts, datasetId, null));
    },

    restore(datasetId, revision) {
      const params = { dataset_id: datasetId, revision };
      ask('restore_revision', params, {
        ended: notice => {
          if (notice.kind === 'done') {
            model.changeContexts(contexts => withComparison(contexts, datasetId, null));
          }
        }
      });
    },

    use(datasetId, name) {
      ask('use_context', { dataset_id: datasetId, name });
    }
  };
}
