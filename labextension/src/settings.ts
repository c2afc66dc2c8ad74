import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Telling } from './jobNews';

/** What a person may set; `schema/plugin.json` says what each means. */
export interface ISettingValues {
  readonly showOnStart: boolean;
  readonly notifications: Telling;
  readonly longJobSeconds: number;
  readonly stepsShown: number;
}

export const DEFAULT_SETTINGS: ISettingValues = {
  showOnStart: false,
  notifications: 'all',
  longJobSeconds: 20,
  stepsShown: 5000
};

/** The settings as they are now. */
export interface IPanelSettings {
  readonly values: ISettingValues;
  readonly changed: ISignal<IPanelSettings, void>;
}

/** Follows the platform's settings; until they are there, and without them, the defaults hold. */
export class PanelSettings implements IPanelSettings {
  get values(): ISettingValues {
    return this._values;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Read a plugin's settings, and follow them from then on. */
  async follow(registry: ISettingRegistry, pluginId: string): Promise<void> {
    const settings = await registry.load(pluginId);
    const read = () => {
      this._values = { ...DEFAULT_SETTINGS, ...(settings.composite as Partial<ISettingValues>) };
      this._changed.emit();
    };
    settings.changed.connect(read);
    read();
  }

  private _values = DEFAULT_SETTINGS;
  private readonly _changed = new Signal<this, void>(this);
}
