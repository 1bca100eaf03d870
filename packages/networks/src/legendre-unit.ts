/**
 * @file `LegendreUnit`: a layer with a memory, to be trained over time.
 * Source: Voelker, Kajić & Eliasmith, Legendre Memory Units (2019), §2.
 */
import {
  Connection,
  Ensemble,
  glorot,
  Network,
  Node,
  tanh,
  varianceScaling,
  type Distribution,
  type NetworkOptions,
  type NeuronType,
} from '@ndl/model';
import { NdArray, refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, positive, sized, squareOf } from './checks.ts';
import { discreteLegendreSystem } from './legendre-system.ts';

/** Options of `new LegendreUnit`. */
export interface LegendreUnitOptions extends NetworkOptions {
  /** Size of the input. Default 1. */
  readonly inputs?: number;
  /** Hidden units, at least 1. */
  readonly units: number;
  /** Coefficients of the memory, at least 1. */
  readonly order: number;
  /** Length of the memory's window, in seconds. */
  readonly theta: number;
  /** Time step that the memory is exact for, in seconds. Default 0.001. */
  readonly dt?: number;
  /** Of the hidden units. Default `tanh({ tauRef: 1 })`. */
  readonly neuronType?: NeuronType;
  /** Initial weights of what leads to the hidden units. Default `glorot()`. */
  readonly weights?: Distribution;
}

const NAMES = ['inputs', 'units', 'order', 'theta', 'dt', 'neuronType', 'weights', 'label', 'seed', 'addToContainer'];

interface Parts {
  readonly input: Node;
  readonly memory: Node;
  readonly hidden: Ensemble;
}

/**
 * A recurrent layer h = f(Wx·x + Wh·h + Wm·m) with a linear memory m of u = ex·x + eh·h + em·m. All weights can be trained but
 * those of the memory itself, which stay what mathematics says.
 */
export class LegendreUnit extends Network {
  readonly #parts: Parts;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, TOO_LARGE */
  constructor(options: LegendreUnitOptions) {
    refuseSurplus('new LegendreUnit', arguments, 1);
    checkOptions(options, NAMES, 'LegendreUnit');
    const { inputs = 1, units, order, theta, dt = 0.001 } = options;
    const {
      neuronType = tanh({ tauRef: 1 }),
      weights = glorot(),
      label = 'Legendre unit',
      seed,
      addToContainer,
    } = options;
    count(inputs, 'LegendreUnit: inputs');
    count(units, 'LegendreUnit: units');
    sized(order, 'LegendreUnit: order', squareOf);
    positive(theta, 'LegendreUnit: theta');
    positive(dt, 'LegendreUnit: dt');
    let parts!: Parts;
    super({ label, seed, addToContainer }, () => {
      const input = new Node({ sizeIn: inputs, label: 'input' });
      const written = new Node({ sizeIn: 1, label: 'written' });
      const memory = new Node({ sizeIn: order, label: 'memory' });
      const ones = new Float64Array(units).fill(1);
      const hidden = new Ensemble({
        nNeurons: units,
        dimensions: 1,
        neuronType,
        gain: ones,
        bias: new Float64Array(units),
        label: 'hidden',
      });
      const { a, b } = discreteLegendreSystem(order, theta, dt);
      // A synapse of 0 is a delay of one step; what is without one arrives in the same step.
      new Connection(input, written, { transform: varianceScaling(), synapse: null });
      new Connection(hidden.neurons, written, { transform: zeroRow(units), synapse: 0 });
      new Connection(memory, written, { transform: zeroRow(order), synapse: 0 });
      const kept = new Connection(memory, memory, { transform: a, synapse: 0 });
      const added = new Connection(written, memory, { transform: b, synapse: null });
      new Connection(input, hidden.neurons, { transform: weights, synapse: null });
      new Connection(hidden.neurons, hidden.neurons, { transform: weights, synapse: 0 });
      new Connection(memory, hidden.neurons, { transform: weights, synapse: null });
      freeze([kept, added]);
      parts = { input, memory, hidden };
    });
    this.#parts = parts;
  }

  /** [inputs] */
  get input(): Node {
    return this.#parts.input;
  }

  /** Coefficients of the memory, [order]. */
  get memory(): Node {
    return this.#parts.memory;
  }

  /** The hidden units: connect from its `neurons`. */
  get hidden(): Ensemble {
    return this.#parts.hidden;
  }
}

function zeroRow(columns: number): NdArray {
  return new NdArray(new Float64Array(columns), [1, columns]);
}

/** Keeps training from changing these connections. */
function freeze(connections: readonly Connection[]): void {
  const { config } = connections[0]!.network.toplevel;
  if (!config.hasAttribute('trainable')) config.addAttribute('trainable', null);
  for (const connection of connections) Object.assign(config.of(connection), { trainable: false });
}
