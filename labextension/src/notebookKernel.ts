import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { contextActions } from './contextActions';
import { detailActions } from './detailActions';
import type { Ask } from './kernelConnection';
import { KernelConnection } from './kernelConnection';
import type { IKernelPort } from './kernelPort';
import { AutoDashModel } from './model';
import type { ConnectionStatus, IAutoDashActions, IAutoDashNotebook } from './tokens';

/** What is needed of a notebook's session: its kernel, and word of what happens to it. */
export type KernelSession = Pick<
  ISessionContext,
  | 'path'
  | 'name'
  | 'session'
  | 'kernelChanged'
  | 'statusChanged'
  | 'connectionStatusChanged'
  | 'disposed'
>;

/** What the panel shows while a kernel has one of these statuses; the others allow a talk. */
const STATUS_WITHOUT_TALK: Partial<Record<Kernel.Status, ConnectionStatus>> = {
  starting: 'starting',
  restarting: 'restarting',
  autorestarting: 'restarting',
  terminating: 'no-kernel',
  dead: 'dead'
};

/**
 * Follows the kernel of one notebook through its lives: start, restart, change, loss, death.
 *
 * Each life gets a `KernelConnection` of its own; the model outlives them all.
 */
export class NotebookKernel implements IAutoDashNotebook, IDisposable {
  constructor(session: KernelSession, openPort: (kernel: Kernel.IKernelConnection) => IKernelPort) {
    this._session = session;
    this._openPort = openPort;
    session.kernelChanged.connect(this._onKernelChanged, this);
    session.statusChanged.connect(this._onStatus, this);
    session.connectionStatusChanged.connect(this._onConnectionStatus, this);
    session.disposed.connect(this.dispose, this);
    this._onKernelChanged();
  }

  readonly model = new AutoDashModel();

  private readonly _ask: Ask = (action, params, followUp) =>
    this._connection?.request(action, params, followUp) ?? false;

  /** Requests to the present kernel; without one they do nothing. */
  readonly actions: IAutoDashActions = {
    undo: () => this._connection?.undo(),
    redo: () => this._connection?.redo(),
    goto: stepId => this._connection?.goto(stepId),
    regenerate: datasetId => this._connection?.regenerate(datasetId),
    cancel: requestId => this._connection?.cancel(requestId),
    retry: () => this._connection?.retry(),
    contexts: contextActions(this.model, this._ask),
    details: detailActions(this.model, this._ask)
  };

  get path(): string {
    return this._session.path;
  }

  get name(): string {
    return this._session.name;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._endTalk();
      Signal.clearData(this);
    }
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._session.session?.kernel ?? null;
  }

  private _onKernelChanged(): void {
    this._endTalk();
    const kernel = this._kernel;
    if (kernel === null) {
      this.model.setStatus('no-kernel');
    } else {
      this._onStatus(this._session, kernel.status);
    }
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    const shown = STATUS_WITHOUT_TALK[status];
    if (shown === undefined) {
      this._startTalk();
    } else if (status !== 'starting' || this._connection === null) {
      this._endTalk();
      this.model.setStatus(shown);
    }
  }

  private _onConnectionStatus(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      // Messages may have been lost, so even a known comm is not relied on.
      this._endTalk();
      this._startTalk();
    } else if (this._connection !== null) {
      // The talk is ended when the kernel can be told, so that it keeps nothing of this page.
      this.model.setStatus('disconnected');
    }
  }

  private _startTalk(): void {
    const kernel = this._kernel;
    if (this._connection === null && kernel?.connectionStatus === 'connected') {
      this._connection = new KernelConnection(this._openPort(kernel), this.model);
    }
  }

  private _endTalk(): void {
    this._connection?.dispose();
    this._connection = null;
  }

  private readonly _session: KernelSession;
  private readonly _openPort: (kernel: Kernel.IKernelConnection) => IKernelPort;
  private _connection: KernelConnection | null = null;
  private _isDisposed = false;
}
