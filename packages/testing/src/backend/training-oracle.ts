/**
 * @file What a training call must give, worked out without differentiating anything: objectives by the oracle, gradients as
 * their central differences in float64, block by block.
 */
import type { Training } from '@ndl/ir';
import { isNdArray, sizeOf } from '@ndl/numerics';
import { Oracle, type Contents } from './oracle.ts';

/** Numbers of a training call, `[steps, items, size]` by name; an entry of one step is held. */
export interface TrainingData {
  readonly items: number;
  readonly steps: number;
  readonly inputs: Readonly<Record<string, Float64Array>>;
  readonly targets: Readonly<Record<string, Float64Array>>;
}

/** Values of parameter buffers by id. */
export type Parameters = ReadonlyMap<string, readonly number[]>;

/** What one block gives at given parameters, from a given state. */
export interface BlockResult {
  readonly objective: number;
  readonly reports: Readonly<Record<string, number>>;
  /** State after the block, by buffer id. */
  readonly state: ReadonlyMap<string, Contents>;
}

/** Where a block begins. */
export interface BlockStart {
  readonly firstStep: number;
  readonly steps: number;
  readonly parameters: Parameters;
  readonly state: ReadonlyMap<string, Contents>;
}

/** Step of the central differences: its error is that of h², its rounding error 1e-16 / h. */
const H = 1e-5;

export function initialParameters({ forward, trainable }: Training): Parameters {
  return new Map(
    forward.buffers
      .filter(({ id }) => trainable.includes(id))
      .map(({ id, shape, initial }) => {
        return [
          id,
          Array.from({ length: sizeOf(shape) }, (_, index) => (isNdArray(initial) ? initial.data[index]! : initial)),
        ];
      }),
  );
}

/** The blocks of a call: first steps (from 0) and lengths. */
export function blocksOf(
  steps: number,
  truncation: number = steps,
): readonly { readonly firstStep: number; readonly steps: number }[] {
  return Array.from({ length: Math.ceil(steps / truncation) }, (_, block) => ({
    firstStep: block * truncation,
    steps: Math.min(truncation, steps - block * truncation),
  }));
}

/** Runs one block in float64: forward steps and losses. */
export function runBlock(training: Training, data: TrainingData, start: BlockStart): BlockResult {
  const { forward } = training;
  const oracle = new Oracle(
    {
      dtype: 'float64',
      dt: forward.dt,
      buffers: [...forward.buffers, ...training.buffers],
      scalars: [...forward.scalars, ...training.scalars],
      hosts: [...forward.hosts, ...training.hosts],
    },
    data.items,
    start.steps,
  );
  oracle.scalars.set('perItemStep', 1 / (data.items * start.steps));
  for (const [id, values] of start.parameters) oracle.fill(id, values);
  for (const [id, contents] of start.state) oracle.setContents(id, contents);
  const sliceOf = (values: Float64Array, step: number, isHeld: boolean): Float64Array => {
    const size = isHeld ? values.length : values.length / data.steps;
    const from = isHeld ? 0 : (start.firstStep + step) * size;
    return values.subarray(from, from + size);
  };
  for (const { name, buffer, held } of training.targets) {
    for (let step = 0; step < start.steps; step++)
      oracle.fillSlice(buffer, step, sliceOf(data.targets[name]!, step, held));
  }
  const feed = new Map(
    forward.inputs.map(({ name, held }) => [name, (step: number) => sliceOf(data.inputs[name]!, step, held)]),
  );
  oracle.run(forward, feed, start.firstStep);
  oracle.execute(training.loss);
  const states = forward.buffers.filter(({ role }) => role === 'state');
  return {
    objective: oracle.read(training.objective)[0]!,
    reports: Object.fromEntries(Object.entries(training.reports).map(([name, view]) => [name, oracle.read(view)[0]!])),
    state: new Map(states.map(({ id }) => [id, oracle.contentsOf(id)])),
  };
}

/** Central differences of a block's objective by every element of every trainable buffer. */
export function differences(training: Training, data: TrainingData, start: BlockStart): Map<string, number[]> {
  const objectiveWith = (id: string, index: number, change: number): number => {
    const changed = start.parameters.get(id)!.map((value, position) => (position === index ? value + change : value));
    return runBlock(training, data, { ...start, parameters: new Map([...start.parameters, [id, changed]]) }).objective;
  };
  return new Map(
    training.trainable.map((id) => [
      id,
      start.parameters
        .get(id)!
        .map((_, index) => (objectiveWith(id, index, H) - objectiveWith(id, index, -H)) / (2 * H)),
    ]),
  );
}

/** Gradients summed over the blocks of a call, parameters kept; reports averaged by steps. */
export function expectedGradients(
  training: Training,
  data: TrainingData,
  truncation?: number,
): { readonly gradients: Map<string, number[]>; readonly reports: Record<string, number> } {
  const parameters = initialParameters(training);
  const gradients = new Map(training.trainable.map((id) => [id, parameters.get(id)!.map(() => 0)]));
  const reports: Record<string, number> = {};
  let state: ReadonlyMap<string, Contents> = new Map();
  for (const block of blocksOf(data.steps, truncation)) {
    const start = { ...block, parameters, state };
    for (const [id, gradient] of differences(training, data, start)) {
      gradient.forEach((value, index) => (gradients.get(id)![index]! += value));
    }
    const result = runBlock(training, data, start);
    for (const [name, value] of Object.entries(result.reports)) {
      reports[name] = (reports[name] ?? 0) + (value * block.steps) / data.steps;
    }
    state = result.state;
  }
  return { gradients, reports };
}
