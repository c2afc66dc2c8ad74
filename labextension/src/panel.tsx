import { ReactWidget } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import React from 'react';
import type { IPanelServices } from './components/services';
import { PanelServicesProvider } from './components/services';
import { PanelView } from './components/PanelView';
import { autodashIcon } from './icons';
import type { IPanelSettings } from './settings';
import type { IAutoDash, IAutoDashNotebook } from './tokens';

/** The sidebar: follows the notebook in front, and draws it. */
export class AutoDashPanel extends ReactWidget {
  constructor(
    autodash: IAutoDash,
    settings: IPanelSettings,
    services: Omit<IPanelServices, 'settings'>
  ) {
    super();
    this._autodash = autodash;
    this._settings = settings;
    this._services = services;
    settings.changed.connect(() => {
      this.update();
    });
    const { trans } = services;
    this.id = 'autodash-jupyter-panel';
    this.addClass('jp-AutoDash');
    this.node.dataset.testid = 'autodash-panel';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'AutoDash');
    this.title.icon = autodashIcon;
    this.title.caption = trans.__('AutoDash: datasets and timeline');
    const currentChanged: ISignal<IAutoDash, IAutoDashNotebook | null> = autodash.currentChanged;
    currentChanged.connect(() => {
      this.update();
    });
  }

  protected override render(): React.JSX.Element {
    return (
      <PanelServicesProvider value={{ ...this._services, settings: this._settings.values }}>
        <PanelView notebook={this._autodash.current} />
      </PanelServicesProvider>
    );
  }

  private readonly _autodash: IAutoDash;
  private readonly _settings: IPanelSettings;
  private readonly _services: Omit<IPanelServices, 'settings'>;
}
