import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { IKeptLayout } from '../keptLayout';
import type { ISettingValues } from '../settings';

/** What components need of the platform. */
export interface IPanelServices {
  readonly trans: TranslationBundle;
  /** Renders contexts; see `contextRendermime`. */
  readonly rendermime: IRenderMimeRegistry;
  /** Renders charts. */
  readonly charts: IRenderMimeRegistry;
  readonly settings: ISettingValues;
  readonly layout: IKeptLayout;
  /** Put a cell with this code into the notebook in front, without running it. */
  readonly insertCode: (code: string) => void;
  /** Run one of the platform's commands; nothing happens where it has none of this name. */
  readonly execute: (command: string) => void;
  /** Put `%load_ext autodash_jupyter` into the notebook in front, and run it. */
  readonly loadExtension: () => void;
  /** Whether that would help: only where the kernel speaks Python. */
  readonly canLoadExtension: () => boolean;
}

const Services = createContext<IPanelServices | null>(null);

export const PanelServicesProvider = Services.Provider;

/** The platform's services, from the panel around the component. */
export function usePanelServices(): IPanelServices {
  const services = useContext(Services);
  if (services === null) {
    throw new Error('A component of the AutoDash panel was drawn outside it.');
  }
  return services;
}
