/** @file Sources are asked a block ahead: whatever the blocks, runs have the same samples, and end where a source fails or a call does. */
import { PROCESS_DEFINITIONS, type ProcessDefinition } from '@ndl/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BLOCKS, simulateInBlocks, type BlockBackend } from './blocks-of.test-helper.ts';
import {
  Connection,
  definePlugin,
  defineProcess,
  Ensemble,
  lowpass,
  Network,
  Node,
  Probe,
  RandomState,
  triangle,
  type Process,
  type Progress,
  type Simulator,
} from './index.ts';
import { bitsOf } from './reference-simulator.test-helper.ts';

const STEPS = 75;

/** Noise that cannot tell where it stands. */
const noise: ProcessDefinition<Process> = {
  kind: 'noise',
  makeStep(_, { seed, sizeOut }) {
    const random = new RandomState(seed);
    return () => random.uniform(-1, 1, sizeOut);
  },
};
const noisy = definePlugin({
  name: '@acme/noise',
  register: ({ contribute }) => void contribute(PROCESS_DEFINITIONS).toConstantValue(noise as ProcessDefinition),
});

interface Model {
  readonly net: Network;
  readonly probes: readonly Probe[];
  /** Sources, in order of creation, and functions of their input, with the steps they were called at. */
  readonly calls: string[];
  /** Told of each step that source `b` is asked for; may throw. */
  onAsked: (step: number) => void;
}

/** Two functions of time in two networks and a process feed a loop of spikes, a function that only computes, and filters. */
function model({ acts = false, live = false } = {}): Model {
  const calls: string[] = [];
  const probes: Probe[] = [];
  const stepOf = (time: number): number => Math.round(time / 0.001);
  const made: Model = { net: new Network({ seed: 2 }), probes, calls, onAsked: () => undefined };
  made.net.within(() => {
    const a = new Node((time) => (time > 0 && calls.push(`a ${stepOf(time)}`), Math.sin(40 * time)), { sizeOut: 1 });
    const inner = new Network();
    const b = inner.within(
      () =>
        new Node(
          (time) => {
            made.onAsked(stepOf(time));
            calls.push(`b ${stepOf(time)}`);
            return [Math.cos(30 * time)];
          },
          { sizeOut: 1, live },
        ),
    );
    const c = new Node((time) => (calls.push(`c ${stepOf(time)}`), 0.3), { sizeOut: 1 });
    const process = new Node(defineProcess({ kind: 'noise' }), { sizeOut: 1 });
    const spikes = new Ensemble({ nNeurons: 12, dimensions: 1 });
    new Connection(a, spikes, { synapse: triangle(0.004) });
    new Connection(process, spikes, { synapse: null, transform: 0.3 });
    new Connection(spikes, spikes, { synapse: lowpass(0.02), transform: 0.5 });
    const listener = new Node((time, [x]) => (calls.push(`heard ${stepOf(time)}`), [x * x]), {
      sizeIn: 1,
      sizeOut: 1,
      inert: !acts,
    });
    new Connection(b, listener, { synapse: null });
    new Connection(c, listener, { synapse: null });
    const sum = new Node({ sizeIn: 1 });
    new Connection(listener, sum, { synapse: lowpass(0.003) });
    probes.push(
      new Probe(spikes.neurons),
      new Probe(spikes, { synapse: 0.01, sampleEvery: 0.003 }),
      new Probe(sum, { sampleEvery: 0.0025 }),
      new Probe(process),
    );
  });
  calls.length = 0;
  return made;
}

const open = (made: Model, backend: BlockBackend, block: number): Promise<Simulator> =>
  simulateInBlocks(made.net, backend, block, { seed: 5, plugins: [noisy] });

const recordOf = (sim: Simulator, { probes }: Model): readonly (readonly bigint[])[] =>
  probes.map((probe) => bitsOf(sim.data.get(probe).data));

const stepsOf = (calls: readonly string[], name: string): number[] =>
  calls.filter((call) => call.startsWith(`${name} `)).map((call) => Number(call.split(' ')[1]));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each<[BlockBackend, readonly number[]]>([
  ['reference', BLOCKS],
  ['wasm', [2, 64]],
  ['tfjs', [1, 7, 64]],
])('on %s', (backend, blocks) => {
  let whole: ReturnType<typeof recordOf>;
  beforeAll(async () => {
    const made = model();
    await using sim = await open(made, backend, 1);
    await sim.runSteps(STEPS);
    whole = recordOf(sim, made);
  });

  describe.each(blocks)('in blocks of %i', (block) => {
    it('all samples are there, sources are asked step by step in order of creation, a block ahead at most', async () => {
      const made = model();
      await using sim = await open(made, backend, block);
      const reports: Progress[] = [];
      await sim.runSteps(STEPS, { onProgress: (report) => void reports.push(report) });
      expect(recordOf(sim, made)).toEqual(whole);
      expect(made.calls.filter((call) => !call.startsWith('heard'))).toEqual(
        upTo(STEPS).flatMap((step) => ['a', 'b', 'c'].map((name) => `${name} ${step}`)),
      );
      expect(stepsOf(made.calls, 'heard')).toEqual(upTo(STEPS));
      let heard = 0;
      const ahead = made.calls.map((call) => {
        const step = Number(call.split(' ')[1]);
        if (call.startsWith('heard')) heard = step;
        return step - heard;
      });
      expect(Math.max(...ahead)).toBeLessThanOrEqual(block);
      // A block of several steps is asked for before any of it is run.
      expect(Math.max(...ahead)).toBeGreaterThanOrEqual(Math.min(block, 2));
      expect(reports.at(-1)).toMatchObject({ done: STEPS, total: STEPS });
    });

    it('a stream asks for no step beyond its piece', async () => {
      const made = model();
      await using sim = await open(made, backend, block);
      const pieces: number[][] = [];
      let done = 0;
      for await (const piece of sim.stream({ steps: STEPS, every: 20 })) {
        pieces.push(...made.probes.map((probe) => Array.from(piece.get(probe).data)));
        done = Math.min(STEPS, done + 20);
        expect(piece.step).toBe(done);
        for (const name of ['a', 'b', 'c', 'heard']) expect(stepsOf(made.calls, name)).toEqual(upTo(done));
      }
      const joined = made.probes.map((_, index) =>
        pieces.filter((__, place) => place % made.probes.length === index).flat(),
      );
      expect(joined.map(bitsOf)).toEqual(whole);
    });

    it.each([1, 23])('what fails at step %i leaves all steps before, and the run can go on', async (failing) => {
      const made = model();
      await using sim = await open(made, backend, block);
      made.onAsked = (step) => {
        if (step === failing) throw new Error('told to');
      };
      await expect(sim.runSteps(STEPS)).rejects.toThrow('told to');
      expect(sim.nSteps).toBe(failing - 1);
      expect(sim.data.get(made.probes[0]!).shape[0]).toBe(failing - 1);
      expect(stepsOf(made.calls, 'heard')).toEqual(upTo(failing - 1));
      made.onAsked = () => undefined;
      await sim.runSteps(STEPS - failing + 1);
      expect(recordOf(sim, made)).toEqual(whole);
    });

    it('what fails in the middle of a piece leaves a shorter one, and another stream can go on', async () => {
      const made = model();
      await using sim = await open(made, backend, block);
      const taken: number[][] = made.probes.map(() => []);
      const ends: number[] = [];
      const listen = async (steps: number): Promise<void> => {
        for await (const piece of sim.stream({ steps, every: 20 })) {
          ends.push(piece.step);
          made.probes.forEach((probe, index) => taken[index]!.push(...piece.get(probe).data));
        }
      };
      made.onAsked = (step) => {
        if (step === 33 || step === 34) throw new Error('told to');
      };
      await expect(listen(STEPS)).rejects.toThrow('told to');
      await expect(listen(STEPS)).rejects.toThrow('told to');
      made.onAsked = (step) => {
        if (step === 34) throw new Error('told to');
      };
      await expect(listen(STEPS)).rejects.toThrow('told to');
      made.onAsked = () => undefined;
      await listen(STEPS - 33);
      expect(ends).toEqual([20, 32, 33, 53, 73, STEPS]);
      expect(taken.map(bitsOf)).toEqual(whole);
    });

    it('an abort leaves whole blocks, and the run can go on', async () => {
      const made = model();
      await using sim = await open(made, backend, block);
      const controller = new AbortController();
      const reason = new Error('enough');
      made.onAsked = (step) => step === 30 && controller.abort(reason);
      await expect(sim.runSteps(STEPS, { signal: controller.signal })).rejects.toBe(reason);
      const done = sim.nSteps;
      expect(done).toBeLessThan(STEPS);
      for (const probe of made.probes.slice(0, 1)) expect(sim.data.get(probe).shape[0]).toBe(done);
      await sim.runSteps(STEPS - done);
      expect(recordOf(sim, made)).toEqual(whole);
    });
  });

  it('where a source is live, blocks begin with a step and do not grow more than twofold', async () => {
    const made = model({ live: true });
    await using sim = await open(made, backend, 64);
    made.onAsked = (step) => {
      const heard = stepsOf(made.calls, 'heard').length;
      expect(step - heard).toBeLessThanOrEqual(heard + 1);
    };
    await sim.runSteps(STEPS);
    expect(recordOf(sim, made)).toEqual(whole);
  });

  it('where a node acts, it has heard a step before the next is asked for', async () => {
    const made = model({ acts: true });
    await using sim = await open(made, backend, 64);
    await sim.runSteps(20);
    expect(made.calls.map((call) => Number(call.split(' ')[1]))).toEqual(
      upTo(20).flatMap((step) => Array(4).fill(step)),
    );
    await sim.runSteps(STEPS - 20);
    expect(recordOf(sim, made)).toEqual(whole);
  });
});
