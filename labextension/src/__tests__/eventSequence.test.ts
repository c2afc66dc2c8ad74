import { describe, expect, it } from 'vitest';
import { EventSequence } from '../eventSequence';
import type { KernelEvent } from '../protocol';

const event = (sequence: number): KernelEvent => ({
  sequence,
  type: 'dataset_removed',
  dataset_id: String(sequence)
});
const numbers = (events: KernelEvent[] | 'gap') =>
  events === 'gap' ? events : events.map(known => known.sequence);

describe('EventSequence', () => {
  it('keeps events until the state they follow is known', () => {
    const sequence = new EventSequence();
    expect(sequence.receive(event(8))).toEqual([]);
    expect(sequence.receive(event(9))).toEqual([]);
    expect(numbers(sequence.synchronise(7))).toEqual([8, 9]);
    expect(numbers(sequence.receive(event(10)))).toEqual([10]);
  });

  it('drops what the state holds already', () => {
    const sequence = new EventSequence();
    sequence.receive(event(6));
    sequence.receive(event(7));
    sequence.receive(event(8));
    expect(numbers(sequence.synchronise(7))).toEqual([8]);
    expect(numbers(sequence.receive(event(5)))).toEqual([]);
    expect(numbers(sequence.receive(event(8)))).toEqual([]);
  });

  it('puts kept events into order', () => {
    const sequence = new EventSequence();
    sequence.receive(event(3));
    sequence.receive(event(2));
    expect(numbers(sequence.synchronise(1))).toEqual([2, 3]);
  });

  it('tells a gap once, and then keeps events until the next state', () => {
    const sequence = new EventSequence();
    sequence.synchronise(1);
    expect(sequence.receive(event(3))).toBe('gap');
    expect(sequence.receive(event(4))).toEqual([]);
    expect(numbers(sequence.synchronise(3))).toEqual([4]);
  });

  it('tells a gap among the kept events, and keeps those behind it', () => {
    const sequence = new EventSequence();
    sequence.receive(event(2));
    sequence.receive(event(5));
    sequence.receive(event(6));
    expect(sequence.synchronise(1)).toBe('gap');
    expect(numbers(sequence.synchronise(4))).toEqual([5, 6]);
  });

  it('asks for a new state when more was kept than it can hold', () => {
    const sequence = new EventSequence();
    for (let number = 1; number <= 1500; number += 1) {
      sequence.receive(event(number));
    }
    expect(sequence.synchronise(0)).toBe('gap');
    expect(numbers(sequence.synchronise(1499))).toEqual([1500]);
  });
});
