/** @file `describeSynapse`: the conformance suite of kinds of synapses. */
import type { DiscreteSystem, SynapseDefinition } from '@ndl/core';
import { evaluateKernel } from '@ndl/ir';
import type { Synapse } from '@ndl/model';
import { complete } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';

/** A kind of synapse under test. */
export interface SynapseSuite<Type extends Synapse = Synapse> {
  readonly definition: SynapseDefinition<Type>;
  /** Synapses of this kind with different parameters, two or more; the suite filters with each. */
  readonly synapses: readonly [Type, Type, ...Type[]];
  /**
   * What comes out of an input of 1 in all steps, after the k-th of them (from 1): a closed form, written independently of the definition, held to 1e-9.
   * Default: not compared.
   */
  readonly stepResponse?: (synapse: Type, k: number, dt: number) => number;
  /** Whether an input of 1 comes out as 1 in the end. Default true. */
  readonly keepsConstants?: boolean;
  /** Steps until it has. Default 2000. */
  readonly settlingSteps?: number;
}

const DT = 0.001;

/**
 * Declares the tests of a kind of synapse, to be called at the top level of a test file:
 * `describeSynapse('mySynapse', { definition, synapses: [mySynapse(0.01), mySynapse(0.1)] })`.
 */
export function describeSynapse<Type extends Synapse>(name: string, suite: SynapseSuite<Type>): void {
  const { definition, synapses, stepResponse, keepsConstants = true, settlingSteps = 2000 } = suite;

  describe(`synapse ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its synapses, which differ', () => {
      expect(synapses.map(({ kind }) => kind)).toEqual(synapses.map(() => definition.kind));
      expect(new Set(synapses.map((each) => JSON.stringify(each))).size).toBe(synapses.length);
    });

    describe.each(synapses.map((synapse, index) => ({ index, synapse })))('synapse $index', ({ synapse }) => {
      test.each([0.0001, DT, 0.01])('is a system of the form it says, of finite numbers, for steps of %d s', (dt) => {
        const system = definition.discretize(synapse, dt);
        expect(formProblem(system)).toBeUndefined();
        expect(numbersOf(system).every(Number.isFinite)).toBe(true);
      });

      test('is the same system once more, and in pieces', () => {
        const system = definition.discretize(synapse, DT);
        expect(definition.discretize(synapse, DT)).toEqual(system);
        const inPieces = definition.discretizeInPieces?.(synapse, DT);
        expect(inPieces === undefined ? system : complete(inPieces)).toEqual(system);
      });

      test('filters what comes in', () => {
        const outputs = responseOf(definition.discretize(synapse, DT), settlingSteps);
        expect(outputs.every(Number.isFinite)).toBe(true);
        const last = keepsConstants ? outputs.at(-1)! : 1;
        expect(Math.abs(last - 1)).toBeLessThan(1e-6);
        if (stepResponse === undefined) return;
        outputs.forEach((output, index) =>
          expect(Math.abs(output - stepResponse(synapse, index + 1, DT))).toBeLessThan(1e-9),
        );
      });

      test('does the same with time constants that are learnt', () => {
        if (definition.learnt === undefined) return;
        const outputs = responseOf(definition.discretize(synapse, DT), 50);
        learntResponse(definition, synapse, 50).forEach((output, index) =>
          expect(Math.abs(output - outputs[index]!)).toBeLessThan(1e-9),
        );
      });
    });
  });
}

function formProblem(system: DiscreteSystem): string | undefined {
  if (system.form === 'finiteResponse')
    return system.taps.rank === 1 && system.taps.size > 0 ? undefined : 'taps must be [count], one at least';
  const { form, a, b, c } = system;
  const order = a.shape[0]!;
  const shapes = [a, b, c].map(({ shape }) => shape.join('×')).join(', ');
  if (shapes !== `${order}×${order}, ${order}, ${order}`) return `a, b and c have the shapes ${shapes}`;
  if (form === 'passthrough' && order !== 0) return 'what passes through has no state';
  return form === 'firstOrder' && order !== 1 ? 'the first order has one state' : undefined;
}

function numbersOf(system: DiscreteSystem): readonly number[] {
  if (system.form === 'finiteResponse') return [...system.taps.data];
  return [...system.a.data, ...system.b.data, ...system.c.data, system.d];
}

/** What comes out of an input of 1. */
function responseOf(system: DiscreteSystem, steps: number): readonly number[] {
  if (system.form === 'finiteResponse') {
    let sum = 0;
    return Array.from({ length: steps }, (_, step) => (sum += system.taps.data[step] ?? 0));
  }
  const { form, a, b, c, d } = system;
  const order = b.size;
  let state: Float64Array = new Float64Array(order);
  const next = (): Float64Array =>
    state.map((_, row) =>
      state.reduce((sum, value, column) => sum + a.data[row * order + column]! * value, b.data[row]!),
    );
  const seen = (): number => state.reduce((sum, value, index) => sum + c.data[index]! * value, 0);
  return Array.from({ length: steps }, () => {
    if (form === 'passthrough') return d;
    const before = seen() + d;
    state = next();
    if (form === 'general') return before;
    return form === 'firstOrder' ? state[0]! : seen();
  });
}

function learntResponse<Type extends Synapse>(
  { learnt }: SynapseDefinition<Type>,
  synapse: Type,
  steps: number,
): readonly number[] {
  const { timeConstants, coefficients, step } = learnt!;
  const constants = new Map(timeConstants.map((each) => [each, (synapse as unknown as Record<string, number>)[each]!]));
  const found = evaluated(coefficients, constants, new Map([['dt', DT]]));
  let state: ReadonlyMap<string, number> = new Map(step.outputs.map((output) => [output.name, 0]));
  return Array.from({ length: steps }, () => {
    state = evaluated(step, new Map([['input', 1], ...found, ...state]), new Map());
    return state.get('output')!;
  });
}

function evaluated(
  kernel: Parameters<typeof evaluateKernel>[0],
  inputs: ReadonlyMap<string, number>,
  parameters: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const outputs = kernel.outputs.map(() => new Float64Array(1));
  const of = (names: readonly string[], values: ReadonlyMap<string, number>): Float64Array[] =>
    names.map((each) => Float64Array.of(values.get(each)!));
  evaluateKernel(kernel, of(kernel.inputs, inputs), of(kernel.parameters, parameters), outputs, 'float64');
  return new Map(kernel.outputs.map(({ name }, index) => [name, outputs[index]![0]!]));
}
