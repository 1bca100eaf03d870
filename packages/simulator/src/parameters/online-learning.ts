/** @file What networks learn while they run: read per item, and made what parameters are from now on. */
import { learntName } from '@ndl/compiler';
import type { OperatorGraph, Signal } from '@ndl/core';
import { firstInfiniteIn } from '@ndl/ir';
import { isNetworkObject, type Connection, type Ensemble } from '@ndl/model';
import { NdArray } from '@ndl/numerics';
import type { BuiltNetwork } from '../composition/built-network.ts';
import type { Composition } from '../composition/composition.ts';
import { badOption } from '../errors.ts';
import { nameOf } from '../results/object-name.ts';
import { divergedOnline, nothingLearnt } from './parameter-errors.ts';

/** Options of `keepLearnt`. */
export interface KeepLearntOptions {
  /** Whose weights are kept, where runs simulate several items side by side. Default 0. */
  readonly item?: number;
}

/** Arrays of a compiled network that operators change while it runs, each item its own. */
export class OnlineLearning {
  readonly #composition: Composition;
  readonly #items: number;

  constructor(composition: Composition, items: number) {
    this.#composition = composition;
    this.#items = items;
  }

  /**
   * The array of a user's object that is learnt, as it is now: [items, rows, columns].
   * @throws NdlError NOTHING_LEARNT for what no rule changes; INVALID_OPTION, FOREIGN_OBJECT for what is no part of the network
   */
  async read(object: Connection | Ensemble, built: BuiltNetwork): Promise<NdArray> {
    if (!isNetworkObject(object) || (object.kind !== 'connection' && object.kind !== 'ensemble'))
      throw badOption('readLearnt', 'object', 'must be a connection or an ensemble', object);
    const copy = built.copyOf<Connection | Ensemble>(object);
    if (copy === undefined) throw built.refusalOf('readLearnt', object, nameOf(object), []);
    const view = this.#graph.objects.get(copy)?.[copy.kind === 'ensemble' ? 'encoders' : 'weights'];
    if (view === undefined || !this.#isLearnt(view.signal)) throw nothingLearnt('readLearnt', nameOf(object));
    return this.#readSignal(view.signal);
  }

  /** Makes what an item has learnt the parameters that all begin with. All or nothing. @throws NdlError NOTHING_LEARNT, NOT_FINITE */
  async keep({ item = 0 }: KeepLearntOptions): Promise<void> {
    if (item >= this.#items)
      throw badOption('keepLearnt', 'item', `must be below ${this.#items}, the number of items that runs have`, item);
    const signals = this.#graph.signals.filter((signal) => this.#isLearnt(signal));
    if (signals.length === 0) throw nothingLearnt('keepLearnt', 'this network');
    const { executable, settings } = this.#composition;
    const arrays = new Map<string, NdArray>();
    for (const signal of signals) {
      const learnt = (await this.#readSignal(signal)).row(item);
      const bad = firstInfiniteIn(settings.dtype, learnt.data);
      if (bad !== undefined) throw divergedOnline(signal.name, bad);
      arrays.set(signal.name, new NdArray(learnt.data.slice(), signal.shape));
    }
    for (const [name, array] of arrays) await executable.write(name, array);
  }

  get #graph(): OperatorGraph {
    return this.#composition.compiled.graph;
  }

  #isLearnt(signal: Signal): boolean {
    return this.#composition.compiled.layout.roleOf(signal) === 'learnt';
  }

  /** Before the first run all items are what the parameter is. */
  async #readSignal(signal: Signal): Promise<NdArray> {
    const read = await this.#composition.executable.read(learntName(signal.name));
    const size = signal.initial.size;
    const data = new Float64Array(this.#items * size);
    for (let item = 0; item < this.#items; item++) {
      const from = read.size === size ? 0 : item * size;
      data.set(read.data.subarray(from, from + size), item * size);
    }
    return new NdArray(data, [this.#items, ...signal.shape]);
  }
}
