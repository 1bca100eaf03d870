/** @file The way of samples to the sink: in the order of steps, while later blocks are computed where memory is read later. */
import type { Sink } from '@ndl/core';
import type { FetchedBlock } from './output-samples.ts';
import type { Waiting } from '../calls/waiting.ts';

/** Blocks that may be on their way at a time. */
const MOST_ON_THEIR_WAY = 8;

export class Delivery {
  readonly #sink: Sink;
  readonly #isImmediate: boolean;
  #onTheirWay: FetchedBlock[] = [];

  /** @param isImmediate whether the sink is to have each block before the next is run */
  constructor(sink: Sink, isImmediate: boolean) {
    this.#sink = sink;
    this.#isImmediate = isImmediate;
  }

  /** Hands over what was computed, at once where it is there. */
  *take(fetched: readonly FetchedBlock[]): Waiting {
    for (const each of fetched) {
      if (each.arrival === undefined && this.#onTheirWay.length === 0) this.#write(each);
      else this.#onTheirWay.push(each);
    }
    const most = this.#isImmediate ? 0 : MOST_ON_THEIR_WAY;
    while (this.#onTheirWay.length > most) yield* this.#deliverFirst();
  }

  /** Hands over the rest. */
  *finish(): Waiting {
    while (this.#onTheirWay.length > 0) yield* this.#deliverFirst();
  }

  *#deliverFirst(): Waiting {
    const first = this.#onTheirWay.shift()!;
    try {
      if (first.arrival !== undefined) yield first.arrival;
    } catch (error) {
      this.#onTheirWay = [];
      throw error;
    }
    this.#write(first);
  }

  /** A sink that fails is handed nothing more, nor is one from which a block is missing. */
  #write({ block }: FetchedBlock): void {
    try {
      this.#sink.write(block);
    } catch (error) {
      this.#onTheirWay = [];
      throw error;
    }
  }
}

/** Blocks of each output by ascending steps, as passes that descend compute them in another order. */
export function inOrderOfSteps(fetched: readonly FetchedBlock[]): readonly FetchedBlock[] {
  return fetched.toSorted((a, b) => a.block.steps[0]! - b.block.steps[0]!);
}
