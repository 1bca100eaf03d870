/** @file `describeObjective`: the conformance suite of losses and metrics. */
import { isTotals, type LossContext, type Objective } from '@ndl/core';
import {
  differentiate,
  fullView,
  gradientOf,
  kernel,
  type Buffer,
  type Instruction,
  type Kernel,
  type Program,
  type Training,
} from '@ndl/ir';
import { RandomState } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { Oracle } from '../backend/oracle.ts';
import { buffer, EACH_STEP, mapTo, program, section } from '../backend/write-program.ts';
import { PATIENCE } from '../patience.ts';

/** A loss or metric under test: one that calls no host. */
export interface ObjectiveSuite {
  readonly objective: Objective;
  /** Of outputs and targets, [steps][items][elements], drawn between -1 and 1: the mean, written independently. Default: not compared. */
  readonly expected?: (output: Numbers, target: Numbers) => number;
  /**
   * Whether its gradient is that of its value, so that differences can tell. False for metrics, and for losses that stand in for their derivative.
   * Default true.
   */
  readonly isDifferentiable?: boolean;
}

/** [steps][items][elements]. */
export type Numbers = readonly (readonly (readonly number[])[])[];

const [STEPS, ITEMS, SIZE] = [4, 3, 2];

/** Step of central differences, and the error that they may have. */
const [H, ERROR] = [1e-5, 1e-7];

/**
 * Declares the tests of a loss or metric, to be called at the top level of a test file:
 * `describeObjective('myLoss', { objective: myLoss(), expected: (output, target) => … })`.
 */
export function describeObjective(
  name: string,
  { objective, expected, isDifferentiable = true }: ObjectiveSuite,
): void {
  describe(`objective ${name}`, { timeout: PATIENCE }, () => {
    const target = drawn(2);

    test('measures numbers that are finite, the same once more', () => {
      const [first, again] = [measure(objective, drawn(1), target), measure(objective, drawn(1), target)];
      expect(Number.isFinite(first)).toBe(true);
      expect(again).toBe(first);
    });

    test('asks for nothing where all targets are NaN', () => {
      const missing = target.map((items) => items.map((elements) => elements.map(() => NaN)));
      expect(measure(objective, drawn(1), missing)).toBe(0);
    });

    test('measures what its closed form says', () => {
      if (expected === undefined) return;
      for (const seed of [1, 3, 4]) {
        const output = drawn(seed);
        const wanted = expected(output, target);
        expect(Math.abs(measure(objective, output, target) - wanted)).toBeLessThan(1e-12 * (1 + Math.abs(wanted)));
      }
    });

    test('has the derivatives of its value', () => {
      if (!isDifferentiable) return;
      const output = drawn(1);
      const gradient = gradientBy(objective, output, target);
      gradient.forEach((value, element) => {
        const moved = (by: number): number =>
          measure(
            objective,
            output.map((items) => items.map((row) => row.map((x, index) => (index === element ? x + by : x)))),
            target,
          );
        const difference = (moved(H) - moved(-H)) / (2 * H);
        expect(Math.abs(value - difference)).toBeLessThan(ERROR * (1 + Math.abs(difference)));
      });
    });
  });
}

function drawn(seed: number): Numbers {
  const random = new RandomState(seed);
  return Array.from({ length: STEPS }, () => Array.from({ length: ITEMS }, () => [...random.uniform(-1, 1, SIZE)]));
}

const add: Kernel = /* @__PURE__ */ kernel({ name: 'add', inputs: ['a', 'b'] }, (k) => ({
  sum: k.add(k.inputs.a, k.inputs.b),
}));
const ratio: Kernel = /* @__PURE__ */ kernel({ name: 'mean', inputs: ['sum', 'count'] }, (k) => ({
  mean: k.divide(k.inputs.sum, k.select(k.greater(k.inputs.count, 0), k.inputs.count, 1)),
}));

/** The objective of output = input + offset, where the offset is what is trained: one number for each element. */
function trainingOf(objective: Objective): Training {
  const [input, output, offset] = [
    buffer('input', 'input', [SIZE], EACH_STEP),
    buffer('output', 'temp', [SIZE], EACH_STEP),
    buffer('offset', 'parameter', [SIZE]),
  ];
  const target = buffer('target', 'target', [SIZE], EACH_STEP);
  const own: Buffer[] = [target];
  const loss: Instruction[] = [];
  const made = (changes: Partial<Buffer>) => (id: string, shape: readonly number[]) => {
    const added = buffer(`${own.length}:${id}`, 'temp', shape, { lifetime: 'window', ...changes });
    own.push(added);
    return fullView(added);
  };
  const context: LossContext = {
    output: fullView(output),
    target: fullView(target),
    size: SIZE,
    dtype: 'float64',
    dt: 0.001,
    perItemStep: { scalar: 'perItemStep' },
    temporary: made(EACH_STEP),
    itemTemporary: made({}),
    sharedTemporary: made({ items: false }),
    emit: (instruction) => void loss.push(instruction),
    host: () => {
      throw new Error('The suite runs objectives that call no host.');
    },
  };
  const measured = objective.build(context);
  let value = isTotals(measured) ? measured.sum : measured;
  if (isTotals(measured) && measured.count !== undefined) {
    value = context.sharedTemporary('mean', []);
    loss.push(mapTo(value, ratio, [measured.sum, measured.count]));
  }
  const forward = program({
    buffers: [input, output, offset],
    inputs: [{ name: 'input', buffer: 'input', held: false }],
    step: [mapTo(fullView(output), add, [fullView(input), fullView(offset)])],
  });
  return {
    forward,
    targets: [{ name: 'target', buffer: 'target', held: false }],
    buffers: own,
    scalars: [{ name: 'perItemStep', initial: 0 }],
    hosts: [],
    loss,
    objective: value,
    reports: {},
    trainable: ['offset'],
    update: [],
  };
}

function ran(whole: Program, output: Numbers, target: Numbers): Oracle {
  const oracle = new Oracle(whole, ITEMS);
  oracle.scalars.set('perItemStep', 1 / (ITEMS * STEPS));
  const fed = (numbers: Numbers) => (step: number) => numbers[step]!.flat();
  oracle.run(
    STEPS,
    new Map([
      ['input', fed(output)],
      ['target', fed(target)],
    ]),
  );
  return oracle;
}

function withTargets(whole: Program, { targets }: Training): Program {
  return { ...whole, inputs: [...whole.inputs, ...targets] };
}

function measure(objective: Objective, output: Numbers, target: Numbers): number {
  const training = trainingOf(objective);
  const { forward, buffers, scalars, loss } = training;
  const whole: Program = {
    ...forward,
    buffers: [...forward.buffers, ...buffers],
    scalars,
    sections: [...forward.sections, section('window', loss)],
  };
  return ran(withTargets(whole, training), output, target).read(training.objective)[0]!;
}

/** By each element of the output, at all items and steps together. */
function gradientBy(objective: Objective, output: Numbers, target: Numbers): readonly number[] {
  const training = trainingOf(objective);
  const { forward, backward } = differentiate(training);
  const own = new Set(forward.buffers.map(({ id }) => id));
  const whole: Program = {
    ...forward,
    buffers: [...forward.buffers, ...backward.buffers.filter(({ id }) => !own.has(id))],
    sections: [...forward.sections, ...backward.sections],
  };
  const gradient = fullView({ id: gradientOf('offset'), shape: [SIZE] });
  return ran(withTargets(whole, training), output, target).read(gradient).slice(0, SIZE);
}
