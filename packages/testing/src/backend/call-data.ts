/** @file Numbers that flow through calls, the same for a backend and the oracle; and what the oracle makes of them. */
import type { Executable, Feed, InputFeed } from '@ndl/core';
import type { Program, Training } from '@ndl/ir';
import { RandomState, sizeOf } from '@ndl/numerics';
import { arithmeticOf, MATHEMATICS } from './oracle-kernel.ts';
import { Oracle, type OracleFeed } from './oracle.ts';
import { Recorder } from './recorder.ts';
import { held, runRequest, sequence, type BackendSuite } from './suite.ts';

type Numbers = Readonly<Record<string, Float64Array>>;

/** Numbers by name: `[steps, items, size]`, or `[items, size]` of what the program declares held. */
export interface CallData {
  readonly items: number;
  readonly steps: number;
  readonly inputs: Numbers;
  readonly targets: Numbers;
}

interface Place {
  readonly name: string;
  readonly buffer: string;
  readonly held: boolean;
}

const inputsOf = (job: Program | Training): readonly Place[] => ('forward' in job ? job.forward.inputs : job.inputs);
const targetsOf = (job: Program | Training): readonly Place[] => ('forward' in job ? job.targets : []);

/** Numbers for every input and target, the same for the same program, items and steps. */
export function randomData(job: Program | Training, items: number, steps: number): CallData {
  const random = new RandomState(items * 100 + steps);
  const buffers = [...('forward' in job ? job.forward.buffers : []), ...job.buffers];
  const sizes = new Map(buffers.map(({ id, shape }) => [id, sizeOf(shape)]));
  const draw = (places: readonly Place[]): Numbers =>
    Object.fromEntries(
      places.map(({ name, buffer, held: isHeld }) => [
        name,
        random.uniform(-1, 1, (isHeld ? 1 : steps) * items * sizes.get(buffer)!),
      ]),
    );
  return { items, steps, inputs: draw(inputsOf(job)), targets: draw(targetsOf(job)) };
}

/** Some steps of a call. */
export function stepsOf(job: Program | Training, data: CallData, from: number, steps: number): CallData {
  const cut = (all: Numbers, places: readonly Place[]): Numbers =>
    Object.fromEntries(
      places.map(({ name, held: isHeld }) => {
        const size = all[name]!.length / data.steps;
        return [name, isHeld ? all[name]! : all[name]!.slice(from * size, (from + steps) * size)];
      }),
    );
  return {
    items: data.items,
    steps,
    inputs: cut(data.inputs, inputsOf(job)),
    targets: cut(data.targets, targetsOf(job)),
  };
}

/** The numbers of one item of a call. */
export function itemOf(job: Program, { items, steps, inputs }: CallData, item: number): CallData {
  const own = job.inputs.map(({ name, held: isHeld }): [string, Float64Array] => {
    const size = inputs[name]!.length / items / (isHeld ? 1 : steps);
    return [name, inputs[name]!.filter((_, index) => Math.floor(index / size) % items === item)];
  });
  return { items: 1, steps, inputs: Object.fromEntries(own), targets: {} };
}

/** The inputs of a call as a feed. */
export function feedOfData(job: Program | Training, { inputs }: CallData): Feed {
  return new Map(inputsOf(job).map((place) => [place.name, feedAt(place, inputs)]));
}

/** The targets of a call likewise. */
export function targetsOfData(job: Training, { targets }: CallData): ReadonlyMap<string, ReturnType<typeof feedAt>> {
  return new Map(job.targets.map((place) => [place.name, feedAt(place, targets)]));
}

function feedAt({ name, held: isHeld }: Place, numbers: Numbers): Exclude<InputFeed, { kind: 'source' }> {
  return isHeld ? held(numbers[name]!) : sequence(numbers[name]!);
}

/** Inputs and targets of a call for the oracle. */
export function oracleFeed(job: Program | Training, { steps, inputs, targets }: CallData): OracleFeed {
  const entryOf =
    (numbers: Numbers) =>
    ({ name, held: isHeld }: Place): [string, (step: number) => Float64Array] => {
      const size = numbers[name]!.length / (isHeld ? 1 : steps);
      return [name, (step) => numbers[name]!.subarray(step * size, (step + 1) * size)];
    };
  return new Map([...inputsOf(job).map(entryOf(inputs)), ...targetsOf(job).map(entryOf(targets))]);
}

/** The lengths of the calls that a run is made in. Default: one. */
export type Calls = readonly number[];

/** Runs a program over data, call by call, on carried state; what reached the sink. */
export async function recordRun(
  executable: Executable,
  job: Program,
  data: CallData,
  calls: Calls = [data.steps],
  program = 'run',
): Promise<Recorder> {
  const sink = new Recorder();
  let from = 0;
  for (const steps of calls) {
    const feed = feedOfData(job, stepsOf(job, data, from, steps));
    await executable.run(runRequest({ program, items: data.items, steps, feed, sink }));
    from += steps;
  }
  return sink;
}

/** What each output of a program must be, sampled as it says; call by call, as a call is a window. */
export function expectedOutputs(
  suite: BackendSuite,
  job: Program,
  data: CallData,
  calls: Calls = [data.steps],
): ReadonlyMap<string, readonly number[]> {
  const oracle = new Oracle(job, data.items, { formulas: suite.bits ? arithmeticOf(suite.dtype) : MATHEMATICS });
  const outputs = new Map(job.outputs.map(({ name }) => [name, [] as number[]]));
  let from = 0;
  for (const steps of calls) {
    const sampled = oracle.run(steps, oracleFeed(job, stepsOf(job, data, from, steps)));
    for (const { name, every } of job.outputs) {
      sampled.get(name)!.forEach((values, step) => {
        if ((from + step + 1) % every === 0) outputs.get(name)!.push(...values);
      });
    }
    from += steps;
  }
  return outputs;
}
