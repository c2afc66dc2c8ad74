import type { KernelEvent } from './protocol';

/** So many events are kept while a state is awaited; beyond it, a later gap asks for a new state. */
const MOST_KEPT = 1000;

/**
 * Puts events in step with the state they follow.
 *
 * State and events travel on different comms, so either can come first: until a state's number is
 * known, and again after a gap, events are kept back. None is applied twice or out of order.
 */
export class EventSequence {
  /** Start anew: the next events are kept until `synchronise` tells where they stand. */
  reset(): void {
    this._sequence = null;
    this._kept = [];
  }

  /**
   * Take one event in.
   *
   * @returns the events to apply now, or `'gap'` if some are missing and a state is needed.
   */
  receive(event: KernelEvent): KernelEvent[] | 'gap' {
    if (this._sequence === null) {
      this._keep(event);
      return [];
    }
    if (event.sequence <= this._sequence) {
      return [];
    }
    if (event.sequence > this._sequence + 1) {
      this.reset();
      this._keep(event);
      return 'gap';
    }
    this._sequence = event.sequence;
    return [event];
  }

  /**
   * A state with this number has been applied.
   *
   * @returns the kept events that come after it, or `'gap'` if even so some are missing.
   */
  synchronise(sequence: number): KernelEvent[] | 'gap' {
    const kept = this._kept.sort((a, b) => a.sequence - b.sequence);
    this._kept = [];
    this._sequence = sequence;
    const ready: KernelEvent[] = [];
    for (const [index, event] of kept.entries()) {
      const taken = this.receive(event);
      if (taken === 'gap') {
        this._kept = kept.slice(index);
        return 'gap';
      }
      ready.push(...taken);
    }
    return ready;
  }

  private _keep(event: KernelEvent): void {
    this._kept.push(event);
    if (this._kept.length > MOST_KEPT) {
      this._kept.shift();
    }
  }

  private _sequence: number | null = null;
  private _kept: KernelEvent[] = [];
}
