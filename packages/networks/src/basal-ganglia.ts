/**
 * @file `BasalGanglia`: selects the largest of its inputs, by inhibition.
 * Source: Stewart, Choo & Eliasmith, Dynamic behaviour of a spiking model of action selection in the basal ganglia (2010);
 * weights after Gurney, Prescott & Redgrave (2001).
 */
import {
  choice,
  Connection,
  Network,
  nnlsL2nz,
  Node,
  uniform,
  type ConnectionOptions,
  type NetworkOptions,
} from '@ndl/model';
import { NdArray, refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, number, sized, squareOf } from './checks.ts';
import { EnsembleArray } from './ensemble-array.ts';
import { withDefaults } from './with-defaults.ts';

/** Options of connections of one transmitter: all but what they connect and how strongly. */
export type TransmitterOptions = Omit<ConnectionOptions, 'transform' | 'function'>;

/** Options of `new BasalGanglia`. */
export interface BasalGangliaOptions extends NetworkOptions {
  /** Number of actions, at least 1. */
  readonly dimensions: number;
  /** At least 1. Default 100. */
  readonly nNeuronsPerEnsemble?: number;
  /** How strongly the output inhibits. Default -3. */
  readonly outputWeight?: number;
  /** Added to all inputs. Default 0. */
  readonly inputBias?: number;
  /** Of connections by AMPA, which excite; a synapse of 2 ms unless told. */
  readonly ampa?: TransmitterOptions;
  /** Of connections by GABA, which inhibit; a synapse of 8 ms unless told. */
  readonly gaba?: TransmitterOptions;
}

const NAMES = [
  'dimensions',
  'nNeuronsPerEnsemble',
  'outputWeight',
  'inputBias',
  'ampa',
  'gaba',
  'label',
  'seed',
  'addToContainer',
];
const TRANSMITTER = ['synapse', 'solver', 'evalPoints', 'scaleEvalPoints', 'label', 'seed'];

/** Where each nucleus begins to fire. */
const THRESHOLDS = { striatum: 0.2, subthalamic: -0.25, externus: -0.2, internus: -0.2 } as const;

/** Strengths of connections; those of the input to the striatum are changed by dopamine. */
const DOPAMINE = 0.2;
const STRIATUM_TO_PALLIDUM = -1;
const SUBTHALAMIC_TO_PALLIDUM = 0.9;
const EXTERNUS_TO_INTERNUS = -0.3;
const EXTERNUS_TO_SUBTHALAMIC = -1;

/** The five nuclei. */
export interface Nuclei {
  readonly striatumD1: EnsembleArray;
  readonly striatumD2: EnsembleArray;
  readonly subthalamic: EnsembleArray;
  readonly internus: EnsembleArray;
  readonly externus: EnsembleArray;
}

interface Parts extends Nuclei {
  readonly input: Node;
  readonly output: Node;
}

/** A network whose output inhibits all actions but the one with the largest input. */
export class BasalGanglia extends Network {
  readonly #parts: Parts;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, TOO_LARGE */
  constructor(options: BasalGangliaOptions) {
    refuseSurplus('new BasalGanglia', arguments, 1);
    checkOptions(options, NAMES, 'BasalGanglia');
    const { dimensions, nNeuronsPerEnsemble = 100, outputWeight = -3, inputBias = 0 } = options;
    const { ampa = {}, gaba = {}, label = 'Basal Ganglia', seed, addToContainer } = options;
    sized(dimensions, 'BasalGanglia: dimensions', squareOf);
    count(nNeuronsPerEnsemble, 'BasalGanglia: nNeuronsPerEnsemble');
    number(outputWeight, 'BasalGanglia: outputWeight');
    number(inputBias, 'BasalGanglia: inputBias');
    checkOptions(ampa, TRANSMITTER, 'BasalGanglia: ampa');
    checkOptions(gaba, TRANSMITTER, 'BasalGanglia: gaba');
    let parts!: Parts;
    const ensemble = { radius: 1.5, encoders: choice([[1]]) };
    super({ label, seed, addToContainer }, () =>
      withDefaults({ ensemble, connection: { solver: nnlsL2nz() } }, () => {
        const nuclei = makeNuclei(dimensions, nNeuronsPerEnsemble);
        const input = new Node({ sizeIn: dimensions, label: 'input' });
        const output = new Node({ sizeIn: dimensions, label: 'output' });
        if (inputBias !== 0) {
          const bias = new Node(new Array<number>(dimensions).fill(inputBias), { label: 'basal ganglia bias' });
          new Connection(bias, input);
        }
        connect(nuclei, input, { ampa: withSynapse(ampa, 0.002), gaba: withSynapse(gaba, 0.008) });
        new Connection(nuclei.internus.outputNamed('func_gpi'), output, { transform: outputWeight, synapse: null });
        parts = { ...nuclei, input, output };
      }),
    );
    this.#parts = parts;
  }

  /** How useful each action is, [dimensions]. */
  get input(): Node {
    return this.#parts.input;
  }

  /** 0 for the action that is selected, below it for the others, [dimensions]. */
  get output(): Node {
    return this.#parts.output;
  }

  /** Its ensemble arrays. */
  get nuclei(): Nuclei {
    const { striatumD1, striatumD2, subthalamic, internus, externus } = this.#parts;
    return { striatumD1, striatumD2, subthalamic, internus, externus };
  }
}

/** Options with a synapse of `tau` seconds where they say none. */
function withSynapse(options: TransmitterOptions, tau: number): TransmitterOptions {
  return { ...options, synapse: options.synapse === undefined ? tau : options.synapse };
}

function makeNuclei(dimensions: number, nNeurons: number): Nuclei {
  const nucleus = (label: string, output: string, threshold: number): EnsembleArray => {
    const intercepts = uniform(threshold, 1);
    const array = new EnsembleArray({ nNeurons, nEnsembles: dimensions, label, intercepts });
    array.addOutput(output, (x) => [Math.max(0, x[0] - threshold)]);
    return array;
  };
  return {
    striatumD1: nucleus('Striatal D1 neurons', 'func_str', THRESHOLDS.striatum),
    striatumD2: nucleus('Striatal D2 neurons', 'func_str', THRESHOLDS.striatum),
    subthalamic: nucleus('Subthalamic nucleus', 'func_stn', THRESHOLDS.subthalamic),
    internus: nucleus('Globus pallidus internus', 'func_gpi', THRESHOLDS.internus),
    externus: nucleus('Globus pallidus externus', 'func_gpe', THRESHOLDS.externus),
  };
}

function connect(
  { striatumD1, striatumD2, subthalamic, internus, externus }: Nuclei,
  input: Node,
  { ampa, gaba }: { readonly ampa: TransmitterOptions; readonly gaba: TransmitterOptions },
): void {
  const { nEnsembles: dimensions } = internus;
  const all = new NdArray(new Float64Array(dimensions * dimensions).fill(SUBTHALAMIC_TO_PALLIDUM), [
    dimensions,
    dimensions,
  ]);
  const [d1, d2] = [striatumD1.outputNamed('func_str'), striatumD2.outputNamed('func_str')];
  const [stn, gpe] = [subthalamic.outputNamed('func_stn'), externus.outputNamed('func_gpe')];
  new Connection(input, striatumD1.input, { transform: 1 + DOPAMINE, synapse: null });
  new Connection(input, striatumD2.input, { transform: 1 - DOPAMINE, synapse: null });
  new Connection(input, subthalamic.input, { transform: 1, synapse: null });
  new Connection(d1, internus.input, { ...gaba, transform: STRIATUM_TO_PALLIDUM });
  new Connection(d2, externus.input, { ...gaba, transform: STRIATUM_TO_PALLIDUM });
  new Connection(stn, internus.input, { ...ampa, transform: all });
  new Connection(stn, externus.input, { ...ampa, transform: all });
  new Connection(gpe, internus.input, { ...gaba, transform: EXTERNUS_TO_INTERNUS });
  new Connection(gpe, subthalamic.input, { ...gaba, transform: EXTERNUS_TO_SUBTHALAMIC });
}
