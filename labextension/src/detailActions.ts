import { withChart, withColumns, withFindingCounts } from './details';
import type { Ask } from './kernelConnection';
import type { AutoDashModel } from './model';
import type { IDetailActions } from './tokens';

/** The most datasets that one question is about; the kernel answers no more. */
const MOST_ASKED = 50;

/** What can be learned of datasets, for one notebook through all lives of its kernel. */
export function detailActions(model: AutoDashModel, ask: Ask): IDetailActions {
  const asked = new Set<string>();
  const askForCounts = () => {
    const datasetIds = [...asked].slice(0, MOST_ASKED);
    asked.clear();
    const before = model.details;
    ask(
      'count_findings',
      { dataset_ids: datasetIds },
      {
        isQuiet: true,
        answered: counts => {
          model.changeDetails(details => withFindingCounts(details, datasetIds, counts, before));
        }
      }
    );
  };
  return {
    countFindings(datasetId) {
      if (asked.size === 0) {
        queueMicrotask(askForCounts); // all rows that come into view together ask together
      }
      asked.add(datasetId);
    },

    readColumns(datasetId) {
      ask(
        'columns',
        { dataset_id: datasetId },
        {
          isQuiet: true,
          answered: columns => {
            model.changeDetails(details => withColumns(details, datasetId, columns));
          }
        }
      );
    },

    visualize(datasetId, sentence, reading = 0) {
      const question = { dataset_id: datasetId, sentence, reading };
      const isLast = () => {
        const { chart } = model.details;
        return chart.datasetId === datasetId && chart.sentence === sentence;
      };
      const isAsking = ask('visualize', question, {
        isQuiet: true,
        answered: chart => {
          if (isLast()) {
            model.changeDetails(details =>
              withChart(details, { chart, isAsking: false, error: '' })
            );
          }
        },
        ended: notice => {
          if (isLast()) {
            const error = notice.message;
            model.changeDetails(details => withChart(details, { isAsking: false, error }));
          }
        }
      });
      if (isAsking) {
        const { chart } = model.details;
        const isSame = chart.datasetId === datasetId && chart.sentence === sentence;
        model.changeDetails(details =>
          withChart(details, {
            ...{ datasetId, sentence, isAsking, error: '' },
            chart: isSame ? chart.chart : null
          })
        );
      }
    },

    closeChart() {
      model.changeDetails(details =>
        withChart(details, { sentence: '', chart: null, isAsking: false, error: '' })
      );
    }
  };
}
