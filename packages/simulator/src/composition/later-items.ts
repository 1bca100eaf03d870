/**
 * @file Minibatches that begin at a later item of their data set: what backends draw, and the host functions, are those of these items,
 * so that results do not depend on how the data are cut. Backends know of the items of a minibatch alone.
 */
import type { Feed, InputFeed } from '@ndl/core';
import { GeneratedStream, type GeneratedSource, type Program, type Tables } from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';

/** An input that a backend draws unless it is fed. */
export interface DrawnInput {
  readonly name: string;
  readonly source: GeneratedSource;
  /** Numbers per item. */
  readonly size: number;
}

/** The inputs of a program that are drawn. */
export function drawnInputs({ inputs, buffers }: Pick<Program, 'inputs' | 'buffers'>): readonly DrawnInput[] {
  const shapes = new Map(buffers.map(({ id, shape }) => [id, shape]));
  return inputs.flatMap(({ name, buffer, source = 'fed' }) =>
    source === 'fed' ? [] : [{ name, source, size: sizeOf(shapes.get(buffer)!) }],
  );
}

export class LaterItems {
  #first = 0;

  /** Does `work`, a call whose first item is item `first` of its data set. */
  async during<Result>(first: number, work: () => Promise<Result>): Promise<Result> {
    this.#first = first;
    try {
      return await work();
    } finally {
      this.#first = 0;
    }
  }

  /** Tables whose functions of items ask, when they are made, which item they are for. */
  hostsOf({ hosts }: Pick<Program, 'hosts'>, tables: Tables): Tables {
    const scopes = new Map(hosts.map(({ id, scope }) => [id, scope]));
    const made = [...tables.hosts].map(([id, functions]) => {
      const make: typeof functions.make = (item) => functions.make(item + this.#first);
      return [id, scopes.get(id) === 'item' ? { ...functions, make } : functions] as const;
    });
    return { ...tables, hosts: new Map(made) };
  }

  /** The feed of a call whose first item is item `first`: of what it does not hold, what is drawn for these items. */
  feedFrom(first: number, feed: Feed, drawn: readonly DrawnInput[]): Feed {
    if (first === 0 || drawn.length === 0) return feed;
    return new Map([
      ...drawn.map(({ name, source, size }) => [name, drawnFeed(source, size, first)] as const),
      ...feed,
    ]);
  }
}

function drawnFeed(source: GeneratedSource, size: number, first: number): InputFeed {
  const streams: GeneratedStream[] = [];
  return {
    kind: 'source',
    call: (_time: number, _step: number, into: FloatArray): void => {
      for (let item = 0; item * size < into.length; item++) {
        const stream = (streams[item] ??= new GeneratedStream(source, first + item));
        stream.fill(into.subarray(item * size, (item + 1) * size));
      }
    },
  };
}
