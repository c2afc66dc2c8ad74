import type { IStateDB } from '@jupyterlab/statedb';

const KEY = 'autodash-jupyter:layout';

/** What is open in the panel, by names; it outlives a switch of notebooks and a reload. */
export interface IKeptLayout {
  get(name: string): boolean | undefined;
  set(name: string, isOpen: boolean): void;
}

/** Keeps the panel's layout in the platform's state, where there is one. */
export class KeptLayout implements IKeptLayout {
  /** Read what was kept; what was opened or closed meanwhile stays as it is. */
  async restore(state: IStateDB): Promise<void> {
    this._state = state;
    const kept = (await state.fetch(KEY)) as Record<string, unknown> | undefined;
    for (const [name, isOpen] of Object.entries(kept ?? {})) {
      if (typeof isOpen === 'boolean' && !this._open.has(name)) {
        this._open.set(name, isOpen);
      }
    }
  }

  get(name: string): boolean | undefined {
    return this._open.get(name);
  }

  set(name: string, isOpen: boolean): void {
    this._open.delete(name); // so that the names used last come last, and the oldest go first
    this._open.set(name, isOpen);
    for (const oldest of [...this._open.keys()].slice(0, -MOST_KEPT)) {
      this._open.delete(oldest);
    }
    void this._state?.save(KEY, Object.fromEntries(this._open));
  }

  private readonly _open = new Map<string, boolean>();
  private _state: IStateDB | null = null;
}

const MOST_KEPT = 200;
