import { describe, expect, it } from 'vitest';
import { KernelConnection } from '../kernelConnection';
import { AutoDashModel } from '../model';
import { PROTOCOL } from '../protocol';
import {
  dataset,
  doneEvent,
  FakeKernel,
  settle,
  state,
  step,
  timeline,
  timelineEvent
} from './fixtures';

async function connect(kernel: FakeKernel, sequence = 0, shown = state()) {
  const model = new AutoDashModel();
  const connection = new KernelConnection(kernel, model);
  await settle();
  kernel.answerState(sequence, shown);
  return { model, connection };
}

const actions = (kernel: FakeKernel) => kernel.sent.map(request => request.action);
const twoSteps = [step(1), step(2)];

describe('finding AutoDash', () => {
  it('listens to the events comm and asks for the state they follow', async () => {
    const kernel = new FakeKernel();
    const { model } = await connect(kernel, 4, state({ datasets: [dataset('a')] }));
    expect(kernel.pages).toHaveLength(1);
    expect(model.status).toBe('connected');
    expect(model.datasets).toHaveLength(1);
  });

  it('opens nothing in a kernel without AutoDash, and comes when it is loaded', async () => {
    const kernel = new FakeKernel({ eventsId: null });
    const model = new AutoDashModel();
    new KernelConnection(kernel, model);
    await settle();
    expect(model.status).toBe('no-autodash');
    expect(kernel.pages).toEqual([]);
    kernel.hello('events-1');
    await settle();
    kernel.answerState(0);
    expect(model.status).toBe('connected');
  });

  it('connects once when the hello overtakes the answer', async () => {
    const kernel = new FakeKernel();
    const model = new AutoDashModel();
    new KernelConnection(kernel, model);
    kernel.hello('events-1');
    await settle();
    expect(kernel.pages).toHaveLength(1);
  });

  it('changes to the new comms when the extension is loaded again', async () => {
    const kernel = new FakeKernel();
    const { model } = await connect(kernel, 50);
    kernel.event({ sequence: 51, type: 'goodbye' });
    expect(model.status).toBe('no-autodash');
    expect(kernel.pages).toEqual([]);
    kernel.hello('events-2');
    await settle();
    kernel.answerState(0);
    kernel.event({ sequence: 1, type: 'dataset', dataset: dataset('a') });
    expect(model.datasets).toHaveLength(1);
  });

  it('takes a refused page for a kernel without AutoDash', async () => {
    const kernel = new FakeKernel();
    const model = new AutoDashModel();
    new KernelConnection(kernel, model);
    await settle();
    kernel.close('page-1');
    expect(model.status).toBe('no-autodash');
  });

  it('stops at a newer protocol', async () => {
    const kernel = new FakeKernel();
    const model = new AutoDashModel();
    new KernelConnection(kernel, model);
    await settle();
    kernel.answerState(0, state(), PROTOCOL + 1);
    expect(model.status).toBe('newer-protocol');
    expect(kernel.pages).toEqual([]);
  });

  it('does nothing more once disposed', async () => {
    const kernel = new FakeKernel();
    const model = new AutoDashModel();
    new KernelConnection(kernel, model).dispose();
    await settle();
    expect(kernel.pages).toEqual([]);
  });
});

describe('events', () => {
  it('applies those that came before the state, if they are newer', async () => {
    const kernel = new FakeKernel();
    const model = new AutoDashModel();
    new KernelConnection(kernel, model);
    await settle();
    kernel.event({ sequence: 3, type: 'dataset', dataset: dataset('old') });
    kernel.event({ sequence: 4, type: 'dataset', dataset: dataset('new') });
    kernel.answerState(3);
    expect(model.datasets.map(known => known.name)).toEqual(['new']);
  });

  it('asks for the state on a gap, once, and goes on from it', async () => {
    const kernel = new FakeKernel();
    const { model } = await connect(kernel, 1);
    kernel.event({ sequence: 3, type: 'dataset', dataset: dataset('b') });
    kernel.event({ sequence: 4, type: 'dataset', dataset: dataset('c') });
    expect(actions(kernel)).toEqual(['state']);
    expect(model.datasets).toEqual([]);
    kernel.answerState(3, state({ datasets: [dataset('b'), dataset('a')] }));
    expect(model.datasets.map(known => known.name)).toEqual(['c', 'b', 'a']);
    expect(actions(kernel)).toEqual(['state']);
  });

  it('applies no event twice', async () => {
    const kernel = new FakeKernel();
    const { model } = await connect(kernel, 0, state({ datasets: [dataset('a')] }));
    kernel.event({ sequence: 1, type: 'dataset_removed', dataset_id: 'sample_a' });
    kernel.event({ sequence: 2, type: 'dataset', dataset: dataset('a') });
    kernel.event({ sequence: 1, type: 'dataset_removed', dataset_id: 'sample_a' });
    expect(model.datasets).toHaveLength(1);
  });
});

describe('requests', () => {
  it('are sent, accepted and done', async () => {
    const kernel = new FakeKernel();
    const { model, connection } = await connect(kernel);
    connection.goto(7);
    const [request] = kernel.sent;
    expect(request).toMatchObject({ action: 'goto', params: { step_id: 7 } });
    const request_id = request?.request_id ?? '';
    kernel.answer({ type: 'accepted', request_id, waiting: true });
    expect(model.pending[0]?.waiting).toBe(true);
    kernel.event(doneEvent(1, request_id, 'a: 1 → 2'));
    expect(model.pending).toEqual([]);
    expect(model.notice?.message).toBe('a: 1 → 2');
  });

  it('show why they were refused', async () => {
    const kernel = new FakeKernel();
    const { model, connection } = await connect(kernel);
    connection.undo();
    const request_id = kernel.sent[0]?.request_id ?? '';
    kernel.answer({ type: 'refused', request_id, message: 'There is nothing to undo.' });
    expect(model.notice).toMatchObject({ kind: 'failed', message: 'There is nothing to undo.' });
  });

  it('are not sent before the kernel has answered', async () => {
    const kernel = new FakeKernel();
    const connection = new KernelConnection(kernel, new AutoDashModel());
    await settle();
    connection.undo();
    expect(kernel.sent).toEqual([]);
  });

  it('that wait are cancelled by the kernel', async () => {
    const kernel = new FakeKernel();
    const { connection } = await connect(
      kernel,
      0,
      state({ timeline: timeline(2, twoSteps, true) })
    );
    connection.undo();
    const request_id = kernel.sent[0]?.request_id ?? '';
    connection.cancel(request_id);
    expect(kernel.sent[1]).toMatchObject({ action: 'cancel', params: { request_id } });
  });
});

describe('a kernel that cannot be reached while it is busy', () => {
  const busy = state({ timeline: timeline(2, twoSteps, true) });

  it('gets requests when its cell is over', async () => {
    const kernel = new FakeKernel({ reachesBusyKernel: false });
    const { model, connection } = await connect(kernel, 0, busy);
    connection.undo();
    expect(kernel.sent).toEqual([]);
    expect(model.pending[0]?.waiting).toBe(true);
    kernel.event(timelineEvent(1, timeline(2, twoSteps)));
    expect(actions(kernel)).toEqual(['undo']);
    expect(model.pending[0]?.waiting).toBe(false);
  });

  it('never hears of a request that was cancelled meanwhile', async () => {
    const kernel = new FakeKernel({ reachesBusyKernel: false });
    const { model, connection } = await connect(kernel, 0, busy);
    connection.undo();
    connection.cancel(model.pending[0]?.requestId ?? '');
    expect(model.notice?.kind).toBe('cancelled');
    kernel.event(timelineEvent(1, timeline(2, twoSteps)));
    expect(kernel.sent).toEqual([]);
  });
});
