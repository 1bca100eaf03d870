/**
 * @file What a training call must give, worked out without differentiating anything: objectives by the oracle, gradients as
 * their central differences in float64, window by window.
 */
import type { Program, Training } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { type CallData, oracleFeed, stepsOf } from './call-data.ts';
import type { CarriedState } from './oracle-memory.ts';
import { Oracle } from './oracle.ts';
import { section, storedIn, tablesOf } from './write-program.ts';

/** Values of parameter buffers by id. */
export type Parameters = ReadonlyMap<string, readonly number[]>;

/** What one window gives at given parameters, from a given state. */
export interface WindowResult {
  readonly objective: number;
  readonly reports: Readonly<Record<string, number>>;
  /** State after the window. */
  readonly state: CarriedState;
}

/** Where a window begins. */
export interface WindowStart {
  readonly firstStep: number;
  readonly steps: number;
  readonly parameters: Parameters;
  readonly state: CarriedState;
}

/** Step of the central differences: its error is that of h², its rounding error 1e-16 / h. */
const H = 1e-5;

/** Forward program and loss as one program; its targets are inputs. */
export function objectiveProgram({ forward, buffers, scalars, hosts, loss, targets }: Training): Program {
  return {
    ...forward,
    buffers: [...forward.buffers, ...buffers],
    scalars: [...forward.scalars, ...scalars],
    hosts: [...forward.hosts, ...hosts],
    inputs: [...forward.inputs, ...targets],
    sections: [...forward.sections, section('window', loss)],
  };
}

export function initialParameters({ forward, trainable }: Training): Parameters {
  const wanted = forward.buffers.filter(({ id }) => trainable.includes(id));
  return new Map(
    wanted.map(({ id, shape, initial }) => {
      const array = storedIn(initial)?.data ?? Array<number>(sizeOf(shape)).fill(initial as number);
      return [id, Array.from(array)];
    }),
  );
}

/** The windows of a call: first steps (from 0) and lengths. */
export function windowsOf(
  steps: number,
  truncation: number = steps,
): readonly { readonly firstStep: number; readonly steps: number }[] {
  return Array.from({ length: Math.ceil(steps / truncation) }, (_, window) => ({
    firstStep: window * truncation,
    steps: Math.min(truncation, steps - window * truncation),
  }));
}

/** Runs one window in float64. */
export function runWindow(training: Training, data: CallData, start: WindowStart): WindowResult {
  const whole = { ...objectiveProgram(training), dtype: 'float64' as const };
  const oracle = new Oracle(whole, data.items, { tables: tablesOf(training) });
  oracle.scalars.set('perItemStep', 1 / (data.items * start.steps));
  for (const [id, values] of start.parameters) oracle.fill(id, values);
  oracle.carryOn(start.state, start.firstStep);
  oracle.run(start.steps, oracleFeed(training, stepsOf(training, data, start.firstStep, start.steps)));
  return {
    objective: oracle.read(training.objective)[0]!,
    reports: Object.fromEntries(Object.entries(training.reports).map(([name, view]) => [name, oracle.read(view)[0]!])),
    state: oracle.carried,
  };
}

/** Central differences of a window's objective by every element of every trainable buffer. */
export function differences(training: Training, data: CallData, start: WindowStart): Map<string, number[]> {
  const objectiveWith = (id: string, index: number, change: number): number => {
    const changed = start.parameters.get(id)!.map((value, position) => (position === index ? value + change : value));
    const parameters = new Map([...start.parameters, [id, changed]]);
    return runWindow(training, data, { ...start, parameters }).objective;
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

/** Gradients summed over the windows of a call, parameters kept; reports averaged by steps. */
export function expectedGradients(
  training: Training,
  data: CallData,
  truncation?: number,
): { readonly gradients: Map<string, number[]>; readonly reports: Record<string, number> } {
  const parameters = initialParameters(training);
  const gradients = new Map(training.trainable.map((id) => [id, parameters.get(id)!.map(() => 0)]));
  const reports: Record<string, number> = {};
  let state: CarriedState = new Map();
  for (const window of windowsOf(data.steps, truncation)) {
    const start = { ...window, parameters, state };
    for (const [id, gradient] of differences(training, data, start)) {
      gradient.forEach((value, index) => (gradients.get(id)![index]! += value));
    }
    const result = runWindow(training, data, start);
    for (const [name, value] of Object.entries(result.reports)) {
      reports[name] = (reports[name] ?? 0) + (value * window.steps) / data.steps;
    }
    state = result.state;
  }
  return { gradients, reports };
}
