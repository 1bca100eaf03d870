/**
 * @file `sim.profile({ steps })` and `sim.profileTraining`: what programs take, measured on an executable of its own. It has the parameters of
 * the simulation as they are now, and begins at step 0; the simulation is not touched.
 */
import type { ProgramTiming } from '@ndl/core';
import { CallCosts, type Amount } from '@ndl/ir';
import type { Composition } from '../composition/composition.ts';
import { badOption } from '../errors.ts';
import { guardedExecutable } from '../composition/guarded-executable.ts';
import { heldByDefault } from '../inputs/input-sources.ts';
import type { Inputs, TrainOptions } from '../training/learning-options.ts';
import { type CountedSection, MeasuredProfile } from './measured-profile.ts';
import { NetworkExecutable } from '../composition/network-executable.ts';
import { ParameterCache } from '../parameters/parameter-cache.ts';
import type { ProfileOptions } from './profile-options.ts';
import type { SimulationParts } from '../composition/simulation-parts.ts';

const HOW = 'The call was made twice, from step 0 on, and measured the second time.';

/** Measures a run. @throws NdlError INVALID_OPTION without steps, and what runs throw */
export async function profiledRun(
  composition: Composition,
  { parameters, runnerOn }: SimulationParts,
  { steps, onProgress, ...options }: ProfileOptions,
  items: number,
): Promise<MeasuredProfile> {
  if (steps === undefined)
    throw badOption('profile', 'steps', 'must be given, a positive integer: the steps of the run to measure', steps);
  composition.memory.requireState('profile', items);
  return measuredOn(composition, async ({ executable, take }) => {
    await executable.forward('run', heldByDefault(composition.graph), options.signal);
    await writeParameters(executable, parameters);
    const runner = runnerOn(executable);
    await runner.run('profile', steps, options);
    runner.reset();
    take();
    const milliseconds = await timeOf(() => runner.run('profile', steps, { ...options, onProgress }));
    return { milliseconds, timings: take(), counted: () => countedRun(composition, items, steps) };
  });
}

/** Measures a training. */
export async function profiledTraining(
  composition: Composition,
  { parameters, learnerOn }: SimulationParts,
  inputs: Inputs,
  options: TrainOptions,
): Promise<MeasuredProfile> {
  return measuredOn(composition, async ({ executable, take }) => {
    await executable.forward('run', heldByDefault(composition.graph), options.signal);
    await writeParameters(executable, parameters);
    const own = new ParameterCache(composition.parameters, executable);
    const learner = learnerOn(executable, own);
    const { validation: _, callbacks: __, onProgress: ___, ...once } = options;
    await learner.train(inputs, { ...once, epochs: 1 });
    await writeParameters(executable, parameters);
    await own.refresh();
    take();
    const milliseconds = await timeOf(() => learner.train(inputs, options));
    return { milliseconds, timings: take(), counted: () => [] };
  });
}

/** An executable that is timed, and what it took since this was last asked; undefined where its backend does not tell. */
interface Timed {
  readonly executable: NetworkExecutable;
  take(): readonly ProgramTiming[] | undefined;
}

/** What was measured. */
interface Measurement {
  readonly milliseconds: number;
  readonly timings: readonly ProgramTiming[] | undefined;
  /** Counts alone, where the backend does not tell. */
  counted(): readonly CountedSection[];
}

async function measuredOn(
  { backend, choice, compiled, tasks }: Composition,
  measure: (timed: Timed) => Promise<Measurement>,
): Promise<MeasuredProfile> {
  const made = guardedExecutable(choice.name, await backend.create({ timesParts: true }));
  const executable = new NetworkExecutable({ compiled, executable: made, tasks });
  try {
    const { milliseconds, timings, counted } = await measure({ executable, take: () => made.takeTimings?.() });
    const sections = timings?.flatMap(({ goal, sections: own }) => own.map((section) => ({ ...section, goal })));
    return new MeasuredProfile({
      backend: `${choice.name} (${backend.description})`,
      milliseconds,
      clock: timings?.reduce((sum, { clock }) => sum + clock, 0) ?? 0,
      note: timings === undefined ? `${choice.name} does not tell what its parts take: they are counted. ${HOW}` : HOW,
      sections: sections ?? counted(),
    });
  } finally {
    executable.dispose();
  }
}

async function writeParameters(executable: NetworkExecutable, parameters: ParameterCache): Promise<void> {
  for (const name of parameters.names) await executable.write(name, parameters.current(name));
}

async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

/** What a run would do, as if it were one block. */
function countedRun({ compiled, graph }: Composition, items: number, steps: number): readonly CountedSection[] {
  const { program } = compiled.forwardProgram('run', heldByDefault(graph));
  const costs = new CallCosts(program, items);
  return program.sections.map(({ kind, direction, instructions }) => {
    const total = ({ once, perStep }: Amount): number => (kind === 'steps' ? steps * once : once + steps * perStep);
    const parts = instructions.map((instruction) => {
      const { operations, bytes } = costs.of(instruction, kind);
      return {
        kind: 'instruction' as const,
        labels: [`${instruction.kind} ${instruction.label ?? ''}`.trimEnd()],
        calls: null,
        milliseconds: null,
        operations: total(operations),
        bytes: total(bytes),
      };
    });
    return { goal: 'run', kind, direction, parts };
  });
}
