/**
 * @file The law of distribution: no bit changes, of runs and of gradients, whatever is merged, whatever the blocks. `npm run check`
 * tries more networks than the gate does.
 */
import { describe, expect, it } from 'vitest';
import { sampleSize } from '../../../../tools/sample-size.ts';
import {
  assembleTraining,
  differentiate,
  distribute,
  gradientOf,
  lagForm,
  moveLoopInvariants,
  narrow,
  type Program,
  type ProgramPass,
  runPasses,
  splitBuffers,
  type Training,
  verifyProgram,
} from '../index.ts';
import { type Call, Machine } from '../interpret.test-helper.ts';
import { ARRAYS, contextOf } from '../program-fixtures.test-helper.ts';
import { gradientError } from '../differentiation/gradient-check.test-helper.ts';
import { randomNetwork } from './random-network.test-helper.ts';

const COUNT = sampleSize(6, 250);
const SEEDS = Array.from({ length: COUNT }, (_, k) => k + 1);
const BLOCKS = [1, 2, 3, 7, 16];
/** The seeds that each dtype is tried with. */
const BY_DTYPE = [
  ['float64', SEEDS],
  ['float32', SEEDS.slice(0, sampleSize(2, 250))],
] as const;

const FORMS: Readonly<Record<string, readonly ProgramPass[]>> = {
  'as it is': [],
  'in lag form': [lagForm],
  'held work moved': [moveLoopInvariants, lagForm],
  distributed: [moveLoopInvariants, lagForm, distribute],
  narrow: [moveLoopInvariants, lagForm, distribute, splitBuffers, narrow],
  'narrow, not distributed': [lagForm, narrow],
};

/** Outputs and state after calls of 5, 1 and 4 steps, as text that shows every bit but those of NaN. */
function observe(tested: Program, arrays: Map<string, never>, call: (steps: number) => Call, block: number): string {
  const machine = new Machine(tested, { arrays: arrays as never, hosts: new Map() });
  const seen: (string | number)[] = [];
  for (const steps of [5, 1, 4]) {
    machine.window({ ...call(steps), block });
    for (const id of ['y', 'voltage', 'spikes', 'filter', 'learnt']) {
      const slices = machine.memory.get(id) ?? [];
      for (const slice of id === 'y' ? slices : slices.slice(-1)) for (const values of slice) seen.push(id, ...values);
    }
  }
  return seen.map((each) => (Object.is(each, -0) ? '-0' : each)).join(' ');
}

describe.each(BY_DTYPE)('a run has the same bits in %s', (dtype, seeds) => {
  it.each(seeds)('network %d', (seed) => {
    const { training, call } = randomNetwork(seed, false);
    const forward: Program = { ...training.forward, dtype };
    const expected = observe(forward, new Map(ARRAYS) as never, call, 5);
    expect(expected).not.toContain('NaN');
    for (const passes of Object.values(FORMS)) {
      const context = contextOf(['y']);
      const changed = runPasses(forward, passes, context);
      for (const block of BLOCKS) expect(observe(changed, context.arrays as never, call, block)).toBe(expected);
    }
  });
});

/** The gradients of a training, window by window, its programs changed by passes after differentiation. */
function gradients(training: Training, passes: readonly ProgramPass[], call: Call, block: number): string {
  const { forward, backward, tables } = differentiate(training, { arrays: ARRAYS, hosts: new Map() });
  const context = { keep: [], arrays: new Map(tables.arrays) };
  const whole: Program = {
    ...forward,
    sections: [...forward.sections, ...backward.sections],
    buffers: [...new Map([...forward.buffers, ...backward.buffers].map((each) => [each.id, each])).values()],
  };
  const changed = runPasses(whole, passes, context);
  verifyProgram(changed, { arrays: context.arrays });
  const machine = new Machine(changed, { arrays: context.arrays, hosts: new Map() });
  const seen: number[] = [];
  for (let window = 0; window < 2; window++) {
    machine.window({ ...call, block });
    for (const id of training.trainable) seen.push(...machine.memory.get(gradientOf(id))![0]![0]!);
  }
  return seen.map((each) => (Object.is(each, -0) ? '-0' : each)).join(' ');
}

describe.each(BY_DTYPE)('gradients have the same bits in %s', (dtype, seeds) => {
  it.each(seeds)('network %d', (seed) => {
    const { training, call } = randomNetwork(seed, false);
    const forward = runPasses(training.forward, [moveLoopInvariants, lagForm], contextOf(['y']));
    const prepared = { ...training, forward: { ...forward, dtype } };
    const expected = gradients(prepared, [], call(6), 6);
    expect(expected).not.toContain('NaN');
    for (const passes of [[distribute], [distribute, splitBuffers, narrow], [narrow]])
      for (const block of BLOCKS) expect(gradients(prepared, passes, call(6), block)).toBe(expected);
  });
});

/** The gradients of a training as one program computes them. */
function assembled(training: Training, call: Call, block: number): string {
  const { program, tables } = assembleTraining(training, { arrays: ARRAYS, hosts: new Map() }, 'gradients');
  verifyProgram(program, { arrays: tables.arrays });
  const machine = new Machine(program, tables);
  const seen: number[] = [];
  for (let window = 0; window < 2; window++) {
    machine.window({ ...call, block });
    for (const id of training.trainable) seen.push(...machine.memory.get(gradientOf(id))![0]![0]!);
  }
  return seen.map((each) => (Object.is(each, -0) ? '-0' : each)).join(' ');
}

describe('gradients of blocks that are computed once more have the same bits', () => {
  it.each(SEEDS.slice(0, Math.ceil(COUNT / 2)))('network %d', (seed) => {
    const { training, call } = randomNetwork(seed, false);
    const expected = assembled(training, call(6), 6);
    const again: Training = { ...training, tape: 'recompute' };
    for (const block of [1, 2, 6]) expect(assembled(again, call(6), block)).toBe(expected);
    // Less is kept for the window: that is the point.
    const spanning = (each: Training): number => {
      const { buffers } = assembleTraining(each, { arrays: ARRAYS, hosts: new Map() }, 'gradients').program;
      return buffers.filter(({ role, steps }) => role !== 'target' && steps !== 'one' && steps.span === 'window')
        .length;
    };
    expect(spanning(again)).toBeLessThan(spanning(training));
  });
});

describe('gradients are those of central differences', () => {
  it.each(SEEDS.slice(0, Math.ceil(COUNT / 3)))('network %d', (seed) => {
    const { training, call } = randomNetwork(seed, true);
    expect(gradientError(training, call(4))).toBeLessThan(1e-6);
  });
});
