/** @file The built-in kinds against tables and runs made by Nengo 4.1. */
import { describe, expect, it } from 'vitest';
import { withTuning, type TunedNeuronDefinition } from '@ndl/core';
import {
  adaptiveLif,
  adaptiveLifRate,
  izhikevich,
  lif,
  lifRate,
  poissonSpiking,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  type NeuronType,
} from '@ndl/model';
import { readGolden } from '../../golden/networks/read-golden.ts';
import { evaluateStep, neuronDefinitions } from './index.ts';

interface GoldenNeuronType {
  readonly type: string;
  readonly amplitude?: number;
  readonly tau_rc?: number;
  readonly tau_ref?: number;
  readonly min_voltage?: number;
  readonly tau_n?: number;
  readonly inc_n?: number;
  readonly tau_recovery?: number;
  readonly coupling?: number;
  readonly reset_voltage?: number;
  readonly reset_recovery?: number;
  readonly base_type?: GoldenNeuronType;
}

interface TuningTable {
  readonly neuron_type: GoldenNeuronType;
  readonly max_rates_in: number[];
  readonly intercepts_in: number[];
  readonly gain: number[];
  readonly bias: number[];
  readonly max_rates_out: number[];
  readonly intercepts_out: number[];
  readonly x: number[];
  /** [x, neurons]. */
  readonly rates: number[][];
}

interface GoldenRun {
  readonly dt: number;
  readonly ensembles: readonly {
    readonly id: string;
    readonly neuron_type: GoldenNeuronType;
    readonly scaled_encoders: number[][];
    readonly bias: number[];
    readonly initial_state: Readonly<Record<string, number[]>>;
  }[];
  readonly nodes: readonly { readonly id: string; readonly samples?: number[][] }[];
  readonly probes: readonly {
    readonly target: { readonly kind: string; readonly id: string };
    readonly data: number[][];
  }[];
}

/** The neuron type that a golden file describes, or nothing where ndl has no such kind. */
function neuronTypeOf(golden: GoldenNeuronType): NeuronType | undefined {
  const amplitude = { amplitude: golden.amplitude ?? 1 };
  const times = { tauRc: golden.tau_rc ?? NaN, tauRef: golden.tau_ref ?? NaN };
  switch (golden.type) {
    case 'LIF':
      return lif({ ...times, ...amplitude, minVoltage: golden.min_voltage! });
    case 'LIFRate':
      return lifRate({ ...times, ...amplitude });
    case 'RectifiedLinear':
      return rectifiedLinear(amplitude);
    case 'SpikingRectifiedLinear':
      return spikingRectifiedLinear(amplitude);
    case 'Sigmoid':
      return sigmoid({ tauRef: times.tauRef });
    case 'Tanh':
      return tanh({ tauRef: times.tauRef });
    case 'AdaptiveLIF':
    case 'AdaptiveLIFRate': {
      const options = { ...times, ...amplitude, tauN: golden.tau_n!, incN: golden.inc_n! };
      return golden.type === 'AdaptiveLIF'
        ? adaptiveLif({ ...options, minVoltage: golden.min_voltage! })
        : adaptiveLifRate(options);
    }
    case 'Izhikevich':
      return izhikevich({
        tauRecovery: golden.tau_recovery!,
        coupling: golden.coupling!,
        resetVoltage: golden.reset_voltage!,
        resetRecovery: golden.reset_recovery!,
      });
    case 'StochasticSpiking':
      return stochasticSpiking(neuronTypeOf(golden.base_type!)!, amplitude);
    case 'PoissonSpiking':
      return poissonSpiking(neuronTypeOf(golden.base_type!)!, amplitude);
    case 'RegularSpiking':
      return regularSpiking(neuronTypeOf(golden.base_type!)!, amplitude);
    default:
      return undefined;
  }
}

/** Kinds that NengoDL has, or others, and Nengo does not. */
const NOT_OF_NENGO: readonly string[] = ['leaky', 'softLifRate', 'leakyRelu', 'spikingLeakyRelu'];
const kindsOfNengo: readonly string[] = neuronDefinitions
  .map(({ kind }) => kind)
  .filter((kind) => !NOT_OF_NENGO.includes(kind));

function definitionOf({ kind }: NeuronType): TunedNeuronDefinition {
  return withTuning(neuronDefinitions.find((definition) => definition.kind === kind)!);
}

/** Worst difference, relative to the largest expected number. */
function worstError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(1e-12, ...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs(value - actual[index]!))) / scale;
}

describe('tuning and rates of unit_neurons', () => {
  const tables = readGolden<TuningTable[]>('unit_neurons').flatMap((table) => {
    const neuronType = neuronTypeOf(table.neuron_type);
    return neuronType === undefined ? [] : [{ name: table.neuron_type.type, table, neuronType }];
  });

  it('covers every built-in kind that Nengo has', () => {
    // The tuning of those that draw is that of their base types.
    const drawing = ['stochasticSpiking', 'poissonSpiking'];
    expect(tables.map(({ neuronType }) => neuronType.kind)).toEqual(
      kindsOfNengo.filter((kind) => !drawing.includes(kind)),
    );
  });

  it.each(tables)('$name', ({ table, neuronType: ofTable }) => {
    const neuronType = ofTable.baseType ?? ofTable;
    const definition = definitionOf(neuronType);
    const { gain, bias } = definition.gainBias(
      neuronType,
      Float64Array.from(table.max_rates_in),
      Float64Array.from(table.intercepts_in),
    );
    expect(worstError(gain, table.gain)).toBeLessThan(1e-12);
    expect(worstError(bias, table.bias)).toBeLessThan(1e-12);

    const back = definition.maxRatesIntercepts(neuronType, gain, bias);
    expect(worstError(back.maxRates, table.max_rates_out)).toBeLessThan(1e-12);
    expect(worstError(back.intercepts, table.intercepts_out)).toBeLessThan(1e-12);

    table.x.forEach((x, index) => {
      const current = gain.map((value, neuron) => value * x + bias[neuron]!);
      expect(worstError(definition.rates(neuronType, current), table.rates[index]!)).toBeLessThan(1e-12);
    });
  });
});

describe('step by step, each neuron of neuron_zoo', () => {
  const run = readGolden<GoldenRun>('neuron_zoo');
  const stimulus = run.nodes.find((node) => node.samples !== undefined)!.samples!;
  const populations = run.ensembles.flatMap((ensemble) => {
    const neuronType = neuronTypeOf(ensemble.neuron_type);
    const probe = run.probes.find(({ target }) => target.kind === 'neurons' && target.id === ensemble.id)!;
    // What base types put out is not recorded there: networks with them are replayed whole.
    if (neuronType?.baseType !== undefined) return [];
    return neuronType === undefined ? [] : [{ name: `${ensemble.id} ${neuronType.kind}`, ensemble, neuronType, probe }];
  });

  it('has every built-in kind that Nengo has', () => {
    expect(new Set(populations.map(({ neuronType }) => neuronType.kind))).toEqual(
      new Set(kindsOfNengo.filter((kind) => !kind.endsWith('Spiking'))),
    );
  });

  it.each(populations)('$name', ({ ensemble, neuronType, probe }) => {
    const step = definitionOf(neuronType).step(neuronType);
    const initial = ensemble.initial_state;
    let states: Readonly<Record<string, ArrayLike<number>>> = Object.fromEntries(
      neuronType.states.map((state) => [state, initial[state === 'refractoryTime' ? 'refractory_time' : state]!]),
    );
    probe.data.forEach((expected, index) => {
      const x = stimulus[index]!;
      const current = ensemble.scaled_encoders.map(
        (row, neuron) => row.reduce((sum, weight, axis) => sum + weight * x[axis]!, 0) + ensemble.bias[neuron]!,
      );
      const outputs = evaluateStep(step, { ...states, current }, { dt: run.dt });
      expect(worstError(outputs['output']!, expected)).toBeLessThan(1e-9);
      states = { ...states, ...outputs };
    });
    // A population that never fires would prove nothing.
    expect(Math.max(...probe.data.flat())).toBeGreaterThan(0);
  });
});
