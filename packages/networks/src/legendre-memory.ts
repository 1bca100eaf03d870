/** @file `LegendreMemory`: remembers the last seconds of a signal, in neurons or exactly. */
import { Connection, Network, Node, type NetworkOptions } from '@ndl/model';
import { exp, NdArray, refuseSurplus, type Matrix } from '@ndl/numerics';
import { checkOptions, count, positive, sized, squareOf } from './checks.ts';
import { EnsembleArray, type SharedEnsembleOptions } from './ensemble-array.ts';
import { invalidOption } from './errors.ts';
import { discreteLegendreSystem, legendreReadout } from './legendre-system.ts';

/** Options of `new LegendreMemory`. */
export interface LegendreMemoryOptions extends NetworkOptions {
  /** Coefficients that are kept, at least 1: the more, the faster the changes that are remembered. */
  readonly order: number;
  /** Length of the window, in seconds. */
  readonly theta: number;
  /** Neurons of each coefficient; null, the default, for none: then it is exact. */
  readonly nNeurons?: number | null;
  /** Parameters of its ensembles, where it has neurons. */
  readonly ensembles?: SharedEnsembleOptions;
  /** Time constant of its connections, in seconds. Default 0.1. */
  readonly recurrentTau?: number;
  /** Time step that it is exact for, in seconds. Default 0.001. */
  readonly dt?: number;
}

const NAMES = ['order', 'theta', 'nNeurons', 'ensembles', 'recurrentTau', 'dt', 'label', 'seed', 'addToContainer'];

interface Parts {
  readonly input: Node;
  readonly output: Node;
  readonly array: EnsembleArray | null;
}

/** A network whose output are Legendre coefficients of the last `theta` seconds of its input. */
export class LegendreMemory extends Network {
  readonly #parts: Parts;
  readonly #order: number;
  readonly #theta: number;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, TOO_LARGE */
  constructor(options: LegendreMemoryOptions) {
    refuseSurplus('new LegendreMemory', arguments, 1);
    checkOptions(options, NAMES, 'LegendreMemory');
    const { order, theta, nNeurons = null, ensembles = {}, recurrentTau = 0.1, dt = 0.001 } = options;
    const { label = 'Legendre memory', seed, addToContainer } = options;
    sized(order, 'LegendreMemory: order', squareOf);
    positive(theta, 'LegendreMemory: theta');
    if (nNeurons !== null) count(nNeurons, 'LegendreMemory: nNeurons');
    positive(recurrentTau, 'LegendreMemory: recurrentTau');
    positive(dt, 'LegendreMemory: dt');
    let parts!: Parts;
    super({ label, seed, addToContainer }, () => {
      const input = new Node({ sizeIn: 1, label: 'input' });
      const array = nNeurons === null ? null : new EnsembleArray({ ...ensembles, nNeurons, nEnsembles: order });
      const memory = array?.input ?? new Node({ sizeIn: order, label: 'memory' });
      const output = array?.output ?? memory;
      const { a, b } = throughLowpass(order, theta, recurrentTau, dt);
      new Connection(output, memory, { transform: a, synapse: recurrentTau });
      new Connection(input, memory, { transform: b, synapse: recurrentTau });
      parts = { input, output, array };
    });
    this.#parts = parts;
    this.#order = order;
    this.#theta = theta;
  }

  /** [1] */
  get input(): Node {
    return this.#parts.input;
  }

  /** Coefficients, [order]. */
  get output(): Node {
    return this.#parts.output;
  }

  /** The ensembles of the coefficients; null where it has no neurons. */
  get array(): EnsembleArray | null {
    return this.#parts.array;
  }

  /**
   * Adds a node that gives what the input was some seconds ago, from 0 to `theta`. @throws NdlError INVALID_OPTION
   */
  addDelayedOutput(delay: number): Node {
    refuseSurplus('addDelayedOutput', arguments, 1);
    if (!(delay >= 0 && delay <= this.#theta))
      throw invalidOption('LegendreMemory: addDelayedOutput: delay', `from 0 to theta, which is ${this.#theta}`, delay);
    return this.within(() => {
      const node = new Node({ sizeIn: 1, label: `${delay} s ago` });
      const transform = legendreReadout(this.#order, delay / this.#theta);
      new Connection(this.output, node, { transform, synapse: null });
      return node;
    });
  }
}

/** What the system becomes where a lowpass filter stands for the integrator: Voelker & Eliasmith (2018). */
function throughLowpass(
  order: number,
  theta: number,
  tau: number,
  dt: number,
): { readonly a: Matrix; readonly b: Matrix } {
  const system = discreteLegendreSystem(order, theta, dt);
  const decay = exp(-dt / tau);
  const a = system.a.data.map((value, index) => (value - (index % (order + 1) === 0 ? decay : 0)) / (1 - decay));
  const b = system.b.data.map((value) => value / (1 - decay));
  return { a: new NdArray(a, system.a.shape), b: new NdArray(b, system.b.shape) };
}
