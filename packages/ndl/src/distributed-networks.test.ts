/**
 * @file Random networks full of loops: taken apart they compute, to the last bit, what they do as one loop over steps; under every
 * planner, in blocks of any length, and when they go on from what was saved. `npm run check -- distribute` tries many more.
 */
import { referenceEntry } from '@ndl/backend-reference';
import { wasmEntry } from '@ndl/backend-wasm';
import type { BackendEntry, InputFeed, RunRequest, TrainRequest } from '@ndl/core';
import type { Program, Tables } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import { simulateInBlocks } from './blocks-of.test-helper.ts';
import {
  GREEDY_PLANNER,
  meanSquaredError,
  NOOP_PLANNER,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
  type Settings,
  type Simulator,
} from './index.ts';
import { randomLoops } from './random-loops.test-helper.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

const DTYPES = ['float64', 'float32'] as const;

/** The first is smaller than most. */
const SEEDS = Array.from({ length: sampleSize(1, 50) }, (_, k) => 50 - k);
/** The length of blocks that hold all steps of any call. */
const ALL = 100_000;
const ITEMS = 2;
/** Blocks that the program of each planner is run in. */
const PLANNED_BLOCKS = [
  [TREE_PLANNER, [1, 2, 7, ALL]],
  [GREEDY_PLANNER, [5]],
  [NOOP_PLANNER, [11]],
  [TRANSITIVE_PLANNER, [3]],
] as const;

const open = (seed: number, settings: Partial<Settings>, canLearn = false): Promise<Simulator> =>
  simulate(randomLoops(seed, canLearn).net, settings, { onWarning: () => {} });

/** The losses of all probes, or of every third from the last on. */
const objectivesOn = ({ outputs }: Program, every = 1) => ({
  objectives: outputs
    .map(({ name }) => ({ report: name, output: name, objective: meanSquaredError(), weight: 1 }))
    .filter((_, index) => (outputs.length - 1 - index) % every === 0),
});

const VARIANT = { held: new Set<string>(), heldTargets: new Set<string>() };

/** Numbers for each item and step of what lies in these buffers, by name. */
function sequences(
  named: readonly { readonly name: string; readonly buffer: string }[],
  buffers: Program['buffers'],
  [start, end]: readonly [number, number],
): Map<string, Extract<InputFeed, { kind: 'sequence' }>> {
  const shapes = new Map(buffers.map(({ id, shape }) => [id, shape]));
  return new Map(
    named.map(({ name, buffer }, input) => {
      const size = ITEMS * sizeOf(shapes.get(buffer)!);
      const data = Float64Array.from({ length: (end - start) * size }, (_, k) =>
        Math.sin(1.3 * (start * size + k) + input),
      );
      return [name, { kind: 'sequence', data }];
    }),
  );
}

/** What a program puts out in calls of 13, 1 and 16 steps, each output as bits. */
async function outputsOf(program: Program, tables: Tables, block: number): Promise<readonly string[]> {
  const backend = await referenceEntry.load({});
  const executable = await backend.create();
  await executable.add('run', { ...program, maximumBlock: block }, tables);
  const seen = new Map<string, number[]>(program.outputs.map(({ name }) => [name, []]));
  const sink: RunRequest['sink'] = {
    write: ({ output, data }) => {
      for (const value of data) seen.get(output)!.push(value);
    },
  };
  let step = 0;
  for (const steps of [13, 1, 16]) {
    const feed = sequences(program.inputs, program.buffers, [step, step + steps]);
    await executable.run({ program: 'run', items: ITEMS, steps, feed, sink, state: 'carried' });
    step += steps;
  }
  backend.dispose();
  return [...seen.values()].map((values) => bitsOf(values).join());
}

/** The same of a network as it is before its loop is taken apart. */
async function outputsOfOneLoop(seed: number, dtype: Settings['dtype']): Promise<readonly string[]> {
  await using sim = await open(seed, { dtype });
  const { program } = sim.compiled.forwardProgram('run', VARIANT.held);
  const { training, tables } = sim.compiled.trainingProgram(objectivesOn(program), { ...VARIANT, neurons: 'run' });
  const { forward } = training;
  expect(forward.sections.map(({ kind }) => kind).filter((kind) => kind !== 'window')).toEqual(['steps']);
  const outputs = await outputsOf(forward, tables, ALL);
  expect(outputs.join()).not.toBe('');
  return outputs;
}

describe.each(DTYPES)('in %s', (dtype) => {
  it.each(SEEDS)('a run is that of one loop, under every planner and in all blocks: network %i', async (seed) => {
    const expected = await outputsOfOneLoop(seed, dtype);
    for (const [planner, blocks] of PLANNED_BLOCKS) {
      await using sim = await open(seed, { dtype, planner });
      const { program, tables } = sim.compiled.forwardProgram('run', VARIANT.held);
      for (const block of blocks) expect(await outputsOf(program, tables, block)).toEqual(expected);
    }
  });

  it.each(SEEDS)(
    'saved and restored, under other planners and in other blocks, it goes on: network %i',
    async (seed) => {
      const { net, probes } = randomLoops(seed);
      const options = { minibatchSize: ITEMS, seed: 3, onWarning: (): void => {} };
      const inBlocks = (index: number): Promise<Simulator> => {
        const [planner] = PLANNED_BLOCKS[index % PLANNED_BLOCKS.length]!;
        const backend = index % 3 === 2 ? 'wasm' : 'reference';
        return simulateInBlocks(net, backend, [ALL, 2, 7, 1][index % 4]!, { ...options, settings: { dtype, planner } });
      };
      const recordOf = (sim: Simulator): readonly (readonly number[])[] =>
        probes.flatMap((probe) => {
          const { data } = sim.data.get(probe);
          return Array.from({ length: ITEMS }, (_, item) => [
            ...data.subarray((item * data.length) / ITEMS, ((item + 1) * data.length) / ITEMS),
          ]);
        });
      await using whole = await inBlocks(seed);
      const pieces = [1, 9 + (seed % 5), 3, 17];
      for (const steps of pieces) await whole.runSteps(steps);
      let state: Uint8Array | undefined;
      const joined = recordOf(whole).map((): number[] => []);
      for (const [index, steps] of pieces.entries()) {
        await using sim = await inBlocks(seed + index + 1);
        if (state !== undefined) {
          await sim.runSteps(2);
          await sim.restoreState(state);
          sim.clearProbes();
        }
        await sim.runSteps(steps);
        recordOf(sim).forEach((values, place) => joined[place]!.push(...values));
        state = await sim.saveState();
      }
      expect(joined.map(bitsOf)).toEqual(recordOf(whole).map(bitsOf));
    },
  );

  it.each(SEEDS)('gradients are the same in all blocks, kept or computed once more: network %i', async (seed) => {
    await using sim = await open(seed, { dtype }, true);
    const { program } = sim.compiled.forwardProgram('run', VARIANT.held);
    const { training, tables } = sim.compiled.trainingProgram(objectivesOn(program, 3), {
      ...VARIANT,
      neurons: 'training',
    });
    const steps = 17;
    const request: TrainRequest = {
      training: 'task',
      items: ITEMS,
      steps,
      feed: sequences(training.forward.inputs, training.forward.buffers, [0, steps]),
      targets: sequences(training.targets, training.buffers, [0, steps]),
      scalars: () => ({}),
    };
    const gradientsIn = async (entry: BackendEntry, tape: 'keep' | 'recompute', maximumBlock: number) => {
      const backend = await entry.load({});
      const executable = await backend.create();
      await executable.add('task', { ...training, tape, forward: { ...training.forward, maximumBlock } }, tables);
      const found: string[] = [];
      for (const truncation of [1, 2, 5, steps, 40]) {
        const { gradients } = await executable.gradients({ ...request, truncation });
        found.push(...training.trainable.map((id) => `${truncation} ${bitsOf(gradients.get(id)!.data).join()}`));
      }
      backend.dispose();
      return found;
    };
    const expected = await gradientsIn(referenceEntry, 'keep', 3);
    expect(await gradientsIn(referenceEntry, 'recompute', 2)).toEqual(expected);
    expect(await gradientsIn(referenceEntry, 'keep', ALL)).toEqual(expected);
    expect(await gradientsIn(wasmEntry, 'recompute', 7)).toEqual(expected);
  });
});

it.each(SEEDS)('gradients are those of differences: network %i', async (seed) => {
  const { net, source, probes } = randomLoops(seed, true);
  await using sim = await simulate(net, {}, { onWarning: () => {} });
  const wave = (phase: number, size: number): number[][] =>
    Array.from({ length: 10 }, (_, step) => Array.from({ length: size }, (__, k) => Math.sin(phase + step + k)));
  const { elementsChecked, elementsUndecided } = await sim.checkGradients({
    inputs: [[source, [wave(0, 2), wave(5, 2)]]],
    targets: [[probes.at(-1)!, [wave(1, 1), wave(2, 1)]]],
  });
  expect(elementsChecked).toBeGreaterThan(elementsUndecided);
});
