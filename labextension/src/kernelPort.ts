import type { CommsOverSubshells, Kernel } from '@jupyterlab/services';
import { KernelMessage } from '@jupyterlab/services';
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** A message that the kernel sent on one of its comms. */
export interface ICommMessage {
  readonly type: 'comm_open' | 'comm_msg' | 'comm_close';
  readonly commId: string;
  /** Only given when the comm is opened. */
  readonly target: string | null;
  readonly data: JSONValue;
}

/** The little that the panel needs of a kernel; tests put one of their own in its place. */
export interface IKernelPort extends IDisposable {
  /** Every comm message of the kernel, whoever it is for. */
  readonly received: ISignal<IKernelPort, ICommMessage>;
  /** Accept comms of this target that the kernel opens; the platform would close them. */
  accept(target: string): void;
  /** The ids of the kernel's open comms of this target; answered even while a cell runs. */
  findComms(target: string): Promise<string[]>;
  /**
   * Whether messages reach the kernel while a cell runs.
   *
   * Starts the subshell they go through, once, on kernels that have subshells.
   */
  reachesBusyKernel(): Promise<boolean>;
  openComm(target: string, data: JSONObject): string;
  sendComm(commId: string, data: JSONObject): void;
  closeComm(commId: string): void;
}

const UNREACHABLE: ReadonlySet<Kernel.Status> = new Set([
  'restarting',
  'autorestarting',
  'terminating',
  'dead'
]);

/** Longer than a healthy kernel takes; a kernel that doesn't answer is used without a subshell. */
const SUBSHELL_TIMEOUT_MS = 5000;

/**
 * Speaks Jupyter's messages for the panel, on the kernel connection that the notebook has already.
 *
 * It writes comm messages itself rather than through `kernel.createComm`, because the platform's
 * comms can't do three things the panel needs. They are refused on the second notebook of a shared
 * kernel; they learn of subshells from an answer that waits for the running cell, so that a page
 * reloaded meanwhile would stay dark; and each starts a subshell, even one that only listens.
 */
export class KernelPort implements IKernelPort {
  constructor(kernel: Kernel.IKernelConnection) {
    this._kernel = kernel;
    kernel.iopubMessage.connect(this._onIOPubMessage, this);
    window.addEventListener('pagehide', this._onPageHide);
  }

  get received(): ISignal<this, ICommMessage> {
    return this._received;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Close what was opened in the kernel, as far as it can still be reached. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._release();
    this._isDisposed = true;
    window.removeEventListener('pagehide', this._onPageHide);
    Signal.clearData(this);
  }

  accept(target: string): void {
    this._kernel.registerCommTarget(target, comm => {
      // The platform's own end of the comm is not used, so it needs no subshell.
      if (comm.commsOverSubshells !== undefined) {
        comm.commsOverSubshells = 'disabled' as CommsOverSubshells;
      }
    });
  }

  async findComms(target: string): Promise<string[]> {
    const ask = async (channel: Channel) => {
      const reply = await this._ask(channel, 'comm_info_request', { target_name: target });
      const { comms } = reply.content as { comms?: Record<string, { target_name: string }> };
      return Object.entries(comms ?? {})
        .filter(([, comm]) => comm.target_name === target)
        .map(([commId]) => commId);
    };
    return Promise.any([ask('control'), ask('shell')]);
  }

  reachesBusyKernel(): Promise<boolean> {
    this._subshell ??= this._startSubshell().catch(() => null);
    return this._subshell.then(subshellId => subshellId !== null);
  }

  openComm(target: string, data: JSONObject): string {
    const commId = UUID.uuid4();
    this._opened.add(commId);
    this._send('comm_open', { comm_id: commId, target_name: target, data });
    return commId;
  }

  sendComm(commId: string, data: JSONObject): void {
    this._send('comm_msg', { comm_id: commId, data });
  }

  closeComm(commId: string): void {
    if (this._opened.delete(commId)) {
      this._send('comm_close', { comm_id: commId, data: {} });
    }
  }

  private async _startSubshell(): Promise<string | null> {
    const info = await within(SUBSHELL_TIMEOUT_MS, this._ask('control', 'kernel_info_request', {}));
    const features = (info.content as { supported_features?: string[] }).supported_features ?? [];
    if (!features.includes('kernel subshells')) {
      return null;
    }
    const reply = await within(
      SUBSHELL_TIMEOUT_MS,
      this._ask('control', 'create_subshell_request', {})
    );
    this._subshellId = (reply.content as { subshell_id?: string }).subshell_id ?? null;
    return this._subshellId;
  }

  /** Send a request that is answered. On the control channel it needn't wait for a running cell. */
  private _ask(
    channel: Channel,
    type: string,
    content: JSONObject
  ): Promise<KernelMessage.IMessage> {
    return new Promise((resolve, reject) => {
      const message = this._message(channel, type, content);
      const future =
        channel === 'control'
          ? this._kernel.sendControlMessage(message as KernelMessage.IControlMessage, true)
          : this._kernel.sendShellMessage(message as KernelMessage.IShellMessage, true);
      future.onReply = resolve;
      future.done.then(resolve, reject);
    });
  }

  private _send(type: string, content: JSONObject): void {
    if (!this._isReachable) {
      return;
    }
    const message = this._message('shell', type, content) as KernelMessage.IShellMessage;
    if (this._subshellId !== null) {
      message.header.subshell_id = this._subshellId;
    }
    this._kernel.sendShellMessage(message, false, true);
  }

  /** Untyped on purpose: the types don't know that kernels answer these on the control channel. */
  private _message(channel: Channel, type: string, content: JSONObject): KernelMessage.IMessage {
    return KernelMessage.createMessage({
      channel,
      msgType: type as 'comm_info_request',
      session: this._kernel.clientId,
      username: this._kernel.username,
      content
    } as KernelMessage.IOptions<KernelMessage.ICommInfoRequestMsg>);
  }

  private _onIOPubMessage(_: unknown, message: KernelMessage.IIOPubMessage): void {
    const type = message.header.msg_type;
    if (type !== 'comm_open' && type !== 'comm_msg' && type !== 'comm_close') {
      return;
    }
    const content = message.content as { comm_id: string; target_name?: string; data: JSONValue };
    this._received.emit({
      type,
      commId: content.comm_id,
      target: content.target_name ?? null,
      data: content.data
    });
  }

  /** A page that is left would otherwise leave its comm and its subshell's thread in the kernel. */
  private readonly _onPageHide = (event: PageTransitionEvent): void => {
    if (!event.persisted) {
      this._release();
    }
  };

  /** While a kernel restarts, messages would only be queued for the next one. */
  private get _isReachable(): boolean {
    const { isDisposed, connectionStatus, status } = this._kernel;
    return !isDisposed && connectionStatus === 'connected' && !UNREACHABLE.has(status);
  }

  private _release(): void {
    for (const commId of [...this._opened]) {
      this.closeComm(commId);
    }
    if (this._subshellId !== null && this._isReachable) {
      const content = { subshell_id: this._subshellId };
      const message = this._message('control', 'delete_subshell_request', content);
      this._kernel.sendControlMessage(message as KernelMessage.IControlMessage, false, true);
    }
    this._subshellId = null;
  }

  private readonly _kernel: Kernel.IKernelConnection;
  private readonly _opened = new Set<string>();
  private readonly _received = new Signal<this, ICommMessage>(this);
  private _subshell: Promise<string | null> | null = null;
  private _subshellId: string | null = null;
  private _isDisposed = false;
}

type Channel = 'control' | 'shell';

/** Settle as the promise does, or fail after so many milliseconds. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds);
    promise.then(resolve, reject).finally(() => {
      window.clearTimeout(timer);
    });
  });
}
