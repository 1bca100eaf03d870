/** @file `describeOptimizer`: the conformance suite of optimizers. */
import type { Optimizer } from '@ndl/core';
import { evaluateKernel, type Dtype } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';

/** An optimizer under test. */
export interface OptimizerSuite {
  /** Makes a fresh one: with its memory, as for a first call. */
  readonly make: () => Optimizer;
  /** Updates after which f(θ) = (θ - 3)² / 2 is less than a tenth of what it was at θ = 0. Default 2000. */
  readonly updates?: number;
  /**
   * The parameter after updates with these gradients, from 1 on: a closed form, or written independently of the optimizer; held to 1e-12. Default: not
   * compared.
   */
  readonly expected?: (gradients: readonly number[]) => number;
}

const GRADIENTS = [0.5, -2, 0.25, 0, 1, -1e-3];

/**
 * Declares the tests of an optimizer, to be called at the top level of a test file:
 * `describeOptimizer('myOptimizer', { make: () => myOptimizer({ learningRate: 0.1 }) })`.
 */
export function describeOptimizer(name: string, { make, updates = 2000, expected }: OptimizerSuite): void {
  describe(`optimizer ${name}`, { timeout: PATIENCE }, () => {
    test('takes the parameter, its gradient and what it remembers, and gives the parameter and what it remembers', () => {
      const { memory, update } = make();
      expect(update.inputs).toEqual(['parameter', 'gradient', ...memory]);
      expect(update.outputs.map((output) => output.name)).toEqual(['parameter', ...memory]);
    });

    test('gives each parameter of its kernel a number, at every update', () => {
      const optimizer = make();
      for (const update of [1, 2, 1000, 1e9]) {
        const scalars = optimizer.scalars(update);
        expect(Object.keys(scalars).sort()).toEqual([...optimizer.update.parameters].sort());
        expect(Object.values(scalars).every(Number.isFinite)).toBe(true);
      }
      for (const divisor of optimizer.divisors ?? []) expect(optimizer.scalars(1)[divisor]).toBeGreaterThan(0);
    });

    test('leaves a parameter that nothing pulls at', () => {
      const updating = new Updating(make(), 2);
      updating.by(0);
      expect(updating.parameter).toBe(2);
    });

    test.each<Dtype>(['float32', 'float64'])('stays finite at gradients of any size, in %s', (dtype) => {
      for (const gradient of [1e-30, 1e-6, 1, 1e6, 1e15, -1e15]) {
        const updating = new Updating(make(), 1, dtype);
        for (let update = 0; update < 20; update++) updating.by(gradient);
        expect(Number.isFinite(updating.parameter)).toBe(true);
      }
    });

    test('finds the bottom of a parabola', () => {
      const updating = new Updating(make(), 0);
      for (let update = 0; update < updates; update++) updating.by(updating.parameter - 3);
      expect((updating.parameter - 3) ** 2).toBeLessThan(0.1 * 9);
    });

    if (expected === undefined) return;
    test('moves a parameter as its closed form says', () => {
      const updating = new Updating(make(), 1);
      GRADIENTS.forEach((gradient, index) => {
        updating.by(gradient);
        expect(Math.abs(updating.parameter - expected(GRADIENTS.slice(0, index + 1)))).toBeLessThan(1e-12);
      });
    });
  });
}

/** One parameter, and what an optimizer remembers of it. */
class Updating {
  readonly #optimizer: Optimizer;
  readonly #values: Float64Array[];
  readonly #dtype: Dtype;
  #updates = 0;

  constructor(optimizer: Optimizer, parameter: number, dtype: Dtype = 'float64') {
    this.#optimizer = optimizer;
    this.#values = [parameter, ...optimizer.memory.map(() => 0)].map((value) => Float64Array.of(value));
    this.#dtype = dtype;
  }

  get parameter(): number {
    return this.#values[0]![0]!;
  }

  by(gradient: number): void {
    const { update, scalars } = this.#optimizer;
    const values = scalars.call(this.#optimizer, ++this.#updates);
    const [parameter, ...memory] = this.#values;
    const parameters = update.parameters.map((each) => Float64Array.of(values[each]!));
    const inputs = [parameter!, Float64Array.of(gradient), ...memory].map((value) => value.slice());
    evaluateKernel(update, inputs, parameters, this.#values, this.#dtype);
  }
}
