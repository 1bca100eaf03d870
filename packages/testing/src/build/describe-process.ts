/** @file `describeProcess`: the conformance suite of kinds of processes. */
import type { ProcessDefinition, ProcessItem, ProcessStep, ProcessTools } from '@ndl/core';
import type { Process } from '@ndl/model';
import { complete } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';

/** A kind of process under test. */
export interface ProcessSuite<Type extends Process = Process> {
  readonly definition: ProcessDefinition<Type>;
  /** Processes of this kind with different parameters, two or more; the suite runs each. */
  readonly processes: readonly [Type, Type, ...Type[]];
  /** What the definition asks of other kinds. Default: nothing is to be had. */
  readonly tools?: ProcessTools;
  /** Whether numbers are drawn, so that they differ from seed to seed. Default true. */
  readonly isRandom?: boolean;
  /**
   * What is put out at step k (from 1), of one number, where no number is drawn: a closed form, written independently of the definition, held to
   * 1e-12. Default: not compared.
   */
  readonly expected?: (process: Type, k: number, dt: number) => number;
}

const [DT, STEPS] = [0.001, 200];

const NO_TOOLS: ProcessTools = {
  sample: () => {
    throw new Error('The suite was given no tools to sample with.');
  },
  discretize: () => {
    throw new Error('The suite was given no tools to discretize with.');
  },
};

/**
 * Declares the tests of a kind of process, to be called at the top level of a test file:
 * `describeProcess('myProcess', { definition, processes: [myProcess(), myProcess({ rate: 2 })] })`.
 */
export function describeProcess<Type extends Process>(name: string, suite: ProcessSuite<Type>): void {
  const { definition, processes, tools = NO_TOOLS, isRandom = true, expected } = suite;

  describe(`process ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its processes, which differ', () => {
      expect(processes.map(({ kind }) => kind)).toEqual(processes.map(() => definition.kind));
      expect(new Set(processes.map((each) => JSON.stringify(each))).size).toBe(processes.length);
    });

    describe.each(processes.map((process, index) => ({ index, process })))('process $index', ({ process }) => {
      const sizes = { sizeIn: process.defaultSizeIn, sizeOut: process.defaultSizeOut };
      const itemOf = (seed = 7, item = 0): ProcessItem => ({ ...tools, ...sizes, dt: DT, item, seed });
      const outputsOf = (step: ProcessStep, from: number, to: number): number[][] =>
        Array.from({ length: to - from }, (_, k) =>
          Array.from(step((from + k + 1) * DT, new Float64Array(sizes.sizeIn).fill(0.5))),
        );

      test('puts out numbers that are finite, as many as it says', () => {
        definition.check?.(process, itemOf());
        const outputs = outputsOf(definition.makeStep(process, itemOf()), 0, STEPS);
        for (const output of outputs) expect(output).toHaveLength(sizes.sizeOut);
        expect(outputs.flat().every(Number.isFinite)).toBe(true);
      });

      test('puts out the same for the same seed, whoever else runs, and other numbers for another', () => {
        const [one, same, other] = [7, 7, 8].map((seed) => definition.makeStep(process, itemOf(seed)));
        const outputs = [one!, same!, other!].map((): number[][] => []);
        for (let at = 0; at < STEPS; at++)
          [one!, same!, other!].forEach((step, index) => outputs[index]!.push(...outputsOf(step, at, at + 1)));
        expect(outputs[0]).toEqual(outputs[1]);
        const areSame = JSON.stringify(outputs[0]) === JSON.stringify(outputs[2]);
        expect(areSame).toBe(!isRandom);
      });

      test('goes on from what it saved, as data', () => {
        const step = definition.makeStep(process, itemOf());
        outputsOf(step, 0, STEPS / 2);
        if (step.save === undefined) return;
        const saved = JSON.parse(JSON.stringify(step.save())) as unknown;
        const after = outputsOf(step, STEPS / 2, STEPS);
        const fresh = definition.makeStep(process, itemOf(9));
        fresh.restore!(saved);
        expect(outputsOf(fresh, STEPS / 2, STEPS)).toEqual(after);
      });

      test('puts out the same where it was prepared, as often as that is used', () => {
        if (definition.prepare === undefined) return;
        const prepared = complete(definition.prepare(process, itemOf()));
        const alone = outputsOf(definition.makeStep(process, itemOf()), 0, STEPS);
        for (let time = 0; time < 2; time++)
          expect(outputsOf(definition.makeStep(process, { ...itemOf(), prepared }), 0, STEPS)).toEqual(alone);
      });

      if (expected === undefined) return;
      test('puts out what its closed form says', () => {
        outputsOf(definition.makeStep(process, itemOf()), 0, STEPS).forEach(([value], index) =>
          expect(Math.abs(value! - expected(process, index + 1, DT))).toBeLessThan(1e-12),
        );
      });
    });
  });
}
