import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';
import type { KernelSession } from '../notebookKernel';
import { NotebookKernel } from '../notebookKernel';
import { dataset, FakeKernel, settle, state } from './fixtures';

/** A notebook's session whose kernel a test starts, restarts and ends. */
class FakeSession {
  readonly path = 'folder/a.ipynb';
  readonly name = 'a.ipynb';
  session: { kernel: Kernel.IKernelConnection | null } | null = null;
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(this);
  readonly disposed = new Signal<this, void>(this);

  setKernel(status: Kernel.Status | null, connectionStatus: Kernel.ConnectionStatus = 'connected') {
    this._kernel = { status: status ?? 'dead', connectionStatus };
    this.session = status === null ? null : { kernel: this._kernel as Kernel.IKernelConnection };
    this.kernelChanged.emit(undefined);
  }

  setStatus(status: Kernel.Status): void {
    this._kernel.status = status;
    this.statusChanged.emit(status);
  }

  setConnection(status: Kernel.ConnectionStatus): void {
    this._kernel.connectionStatus = status;
    this.connectionStatusChanged.emit(status);
  }

  private _kernel: { status: Kernel.Status; connectionStatus: Kernel.ConnectionStatus } = {
    status: 'dead',
    connectionStatus: 'disconnected'
  };
}

function follow(session: FakeSession) {
  const kernels: FakeKernel[] = [];
  const notebook = new NotebookKernel(session as unknown as KernelSession, () => {
    const kernel = new FakeKernel({ eventsId: kernels.length === 0 ? 'events-1' : null });
    kernels.push(kernel);
    return kernel;
  });
  return { notebook, kernels };
}

async function connected() {
  const session = new FakeSession();
  session.setKernel('idle');
  const { notebook, kernels } = follow(session);
  await settle();
  kernels[0]?.answerState(0, state({ datasets: [dataset('a')] }));
  return { session, notebook, kernels };
}

describe('NotebookKernel', () => {
  it('waits for a kernel, and for it to be up', async () => {
    const session = new FakeSession();
    const { notebook, kernels } = follow(session);
    expect(notebook.model.status).toBe('no-kernel');
    session.setKernel('starting');
    expect(notebook.model.status).toBe('starting');
    expect(kernels).toHaveLength(0);
    session.setStatus('idle');
    await settle();
    expect(kernels).toHaveLength(1);
  });

  it('talks to a kernel whose status is not known yet, as after a page reload', () => {
    const session = new FakeSession();
    session.setKernel('unknown', 'connecting');
    const { kernels } = follow(session);
    expect(kernels).toHaveLength(0);
    session.setConnection('connected');
    expect(kernels).toHaveLength(1);
  });

  it('starts anew after a restart, with nothing left of before', async () => {
    const { session, notebook, kernels } = await connected();
    session.setStatus('restarting');
    expect(notebook.model.status).toBe('restarting');
    expect(notebook.model.datasets).toEqual([]);
    expect(kernels[0]?.isDisposed).toBe(true);
    session.setConnection('connecting');
    expect(notebook.model.status).toBe('restarting');
    session.setConnection('connected');
    await settle();
    expect(kernels).toHaveLength(2);
    expect(notebook.model.status).toBe('no-autodash');
  });

  it('keeps what it heard while the server is away, and asks again when it is back', async () => {
    const { session, notebook, kernels } = await connected();
    session.setConnection('connecting');
    expect(notebook.model.status).toBe('disconnected');
    expect(notebook.model.datasets).toHaveLength(1);
    session.setConnection('connected');
    expect(kernels).toHaveLength(2);
  });

  it('shows a dead kernel and one that was shut down', async () => {
    const { session, notebook } = await connected();
    session.setStatus('dead');
    expect(notebook.model.status).toBe('dead');
    session.setKernel(null);
    expect(notebook.model.status).toBe('no-kernel');
  });

  it('follows the notebook to another kernel', async () => {
    const { session, kernels } = await connected();
    session.setKernel('idle');
    expect(kernels).toHaveLength(2);
    expect(kernels[0]?.isDisposed).toBe(true);
  });

  it('leaves the kernel when the notebook is closed, while the kernel can be told', async () => {
    const { session, notebook, kernels } = await connected();
    session.disposed.emit();
    expect(notebook.isDisposed).toBe(true);
    expect(kernels[0]?.isDisposed).toBe(true);
    notebook.actions.undo();
    expect(kernels[0]?.sent).toEqual([]);
  });
});
