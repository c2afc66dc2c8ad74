import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IJobEnd } from './jobNews';
import { JobNews } from './jobNews';
import type { IPanelSettings } from './settings';
import type { IAutoDash, IAutoDashNotebook } from './tokens';

/** So long, in milliseconds, ends are gathered: many that come together make one toast. */
const GATHERING = 1000;
const MOST_TOASTS = 2;

/** So long, in milliseconds, good news stays; bad news stays until it is put away. */
const SHOWN = 8000;
const LONGEST_ERROR = 140;

/** Tell by the platform's toasts of failed jobs, and of long ones that are done. */
export class Notifier {
  constructor(
    private readonly _settings: IPanelSettings,
    private readonly _trans: TranslationBundle,
    private readonly _show: () => void
  ) {}

  /** Follow every notebook that comes to the front, for as long as it is open. */
  follow(autodash: IAutoDash): void {
    this._followOne(autodash.current);
    autodash.currentChanged.connect((_, notebook) => {
      this._followOne(notebook);
    });
  }

  private _followOne(notebook: IAutoDashNotebook | null): void {
    if (notebook === null || this._followed.has(notebook)) {
      return;
    }
    this._followed.add(notebook);
    const news = new JobNews();
    notebook.model.changed.connect(model => {
      const { notifications, longJobSeconds } = this._settings.values;
      const ends = news.look(model.datasets, notifications, longJobSeconds * 1000);
      if (ends.length > 0) {
        this._gather(ends);
      }
    });
  }

  private _gather(ends: readonly IJobEnd[]): void {
    this._gathered.push(...ends);
    this._timer ??= window.setTimeout(() => {
      const gathered = this._gathered.splice(0);
      this._timer = null;
      this._tell(gathered);
    }, GATHERING);
  }

  private _tell(ends: readonly IJobEnd[]): void {
    const trans = this._trans;
    const failed = ends.filter(end => end.error !== null);
    const done = ends.filter(end => end.error === null);
    const actions = [{ label: trans.__('Show'), callback: this._show }];
    if (failed.length > MOST_TOASTS) {
      Notification.error(trans.__('%1 contexts could not be written.', failed.length), {
        actions,
        autoClose: false
      });
    } else {
      for (const { name, error } of failed) {
        const why = (error ?? '').slice(0, LONGEST_ERROR);
        Notification.error(trans.__('The context of %1 could not be written: %2', name, why), {
          actions,
          autoClose: false
        });
      }
    }
    if (done.length > MOST_TOASTS) {
      Notification.success(trans.__('%1 contexts are written.', done.length), {
        actions,
        autoClose: SHOWN
      });
    } else {
      for (const { name } of done) {
        Notification.success(trans.__('The context of %1 is written.', name), {
          actions,
          autoClose: SHOWN
        });
      }
    }
  }

  private readonly _followed = new WeakSet<IAutoDashNotebook>();
  private readonly _gathered: IJobEnd[] = [];
  private _timer: number | null = null;
}
