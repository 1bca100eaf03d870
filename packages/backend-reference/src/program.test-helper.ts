/** @file Short ways to write programs, and to run them, in the tests of this package. */
import type { Executable, OutputBlock, RunRequest, Sink } from '@ndl/core';
import {
  type ArrayData,
  type Buffer,
  type BufferRole,
  fullView,
  type InitialContents,
  type Instruction,
  type Kernel,
  kernel,
  type Lifetime,
  type Operand,
  type Program,
  type Section,
  type Tables,
  type Training,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { referenceEntry } from './index.ts';

const LIFETIME: Readonly<Record<BufferRole, Lifetime>> = {
  parameter: 'forever',
  state: 'run',
  constant: 'forever',
  input: 'step',
  target: 'window',
  temp: 'step',
  optimizer: 'forever',
};

/** A buffer with what its role usually has. */
export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  const [lifetime, items] = [LIFETIME[role], LIFETIME[role] !== 'forever'];
  return { id, name: id, shape, role, items, steps: 'one', lifetime, initial: 0, ...changes };
}

/** What is changed of a temp so that it has a value for each step of a block, or of a window. */
export function eachStep(span: 'block' | 'window', before = 0): Partial<Buffer> {
  return { steps: { span, before }, lifetime: before > 0 ? 'run' : span };
}

const ARRAYS = new Map<string, ArrayData>();

/** Initial contents from numbers. */
export function stored(data: ArrayLike<number>, shape: readonly number[] = [data.length]): InitialContents {
  const id = `stored ${ARRAYS.size}`;
  ARRAYS.set(id, { data: Float64Array.from(data), shape });
  return { array: id };
}

/** Tables of what `stored` was given, and of these hosts. */
function tablesWith(hosts: Tables['hosts'] = new Map()): Tables {
  return { arrays: ARRAYS, hosts };
}

/** A program of nothing but what is given; `step` is short for one ascending section that walks the steps. */
export function program({ step, ...parts }: Partial<Program> & { readonly step?: readonly Instruction[] }): Program {
  const steps: Section = { kind: 'steps', direction: 'ascending', instructions: step ?? [] };
  return {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    buffers: [],
    sections: step === undefined ? [] : [steps],
    inputs: [],
    outputs: [],
    hosts: [],
    symbols: {},
    ...parts,
  };
}

export function section(
  kind: Section['kind'],
  instructions: readonly Instruction[],
  direction: Section['direction'] = 'ascending',
): Section {
  return { kind, direction, instructions };
}

/** A view read at a lag. */
export function lagged(view: View, base: number): View {
  return { ...view, lag: { base, perAxis: view.shape.map(() => 0) } };
}

export function map(
  kernel: Kernel,
  inputs: readonly Operand[],
  target: View,
  parameters: readonly Operand[] = [],
  mode: WriteMode = 'set',
): Instruction {
  return { kind: 'map', kernel, inputs, parameters, outputs: [{ target, mode }] };
}

export function copy(source: View, target: View, mode: WriteMode = 'set'): Instruction {
  return { kind: 'copy', source, target, mode };
}

/** state + weight · x. */
const ACCUMULATE: Kernel = kernel({ name: 'accumulate', inputs: ['state', 'weight', 'x'] }, (k) => ({
  state: k.add(k.inputs.state, k.multiply(k.inputs.weight, k.inputs.x)),
}));

export const SQUARE: Kernel = kernel({ name: 'square', inputs: ['x'] }, (k) => ({
  output: k.multiply(k.inputs.x, k.inputs.x),
}));

const x = buffer('x', 'input', [2]);
const state = buffer('state', 'state', [2]);
const weight = buffer('weight', 'parameter', [2], { initial: stored([1, 10]) });

/** Input `x` [2], parameter `weight` [2] = 1 and 10, state and output `state` [2] from 0: state ← state + weight · x. */
export const accumulator: Program = program({
  buffers: [x, state, weight],
  step: [map(ACCUMULATE, [fullView(state), fullView(weight), fullView(x)], fullView(state))],
  inputs: [{ name: 'x', buffer: 'x', held: false }],
  outputs: [{ name: 'state', view: fullView(state), every: 1 }],
  symbols: { x: fullView(x), state: fullView(state), weight: fullView(weight) },
});

/** Minimizes the sum of squares of the states of all steps; nothing is updated. */
export const smallStates: Training = (() => {
  const states = buffer('states', 'temp', [2], eachStep('window'));
  const squares = buffer('squares', 'temp', [2], eachStep('window'));
  const loss = buffer('loss', 'temp', [], { items: false, lifetime: 'window' });
  const [walked] = accumulator.sections;
  const recorded = [...walked!.instructions, copy(fullView(state), fullView(states))];
  return {
    forward: {
      ...accumulator,
      buffers: [...accumulator.buffers, states],
      sections: [section('steps', recorded)],
    },
    targets: [],
    buffers: [squares, loss],
    scalars: [],
    hosts: [],
    loss: [
      map(SQUARE, [fullView(states)], fullView(squares)),
      {
        kind: 'reduce',
        operation: 'sum',
        source: fullView(squares),
        axes: [0, 'items', 'steps'],
        target: fullView(loss),
        mode: 'set',
      },
    ],
    objective: fullView(loss),
    reports: { loss: fullView(loss) },
    trainable: ['weight'],
    update: [],
  };
})();

/** An executable of the reference backend with these programs and trainings, by name. */
export async function executableOf(
  jobs: Readonly<Record<string, Program | Training>>,
  hosts?: Tables['hosts'],
): Promise<Executable> {
  const executable = await (await referenceEntry.load({})).create();
  for (const [name, job] of Object.entries(jobs)) await executable.add(name, job, tablesWith(hosts));
  return executable;
}

/** x = 1 at each step, for any number of items. */
export const ONES: RunRequest['feed'] = new Map([
  [
    'x',
    { kind: 'source', call: (_time: number, _step: number, into: Float64Array | Float32Array) => void into.fill(1) },
  ],
]);

/** What a sink was given, as one list by output. */
export class Recorder implements Sink {
  readonly values: Map<string, number[]> = new Map<string, number[]>();
  readonly steps: Map<string, number[]> = new Map<string, number[]>();
  /** Called with each block. */
  onBlock: (block: OutputBlock) => void = () => {};

  write(block: OutputBlock): void {
    append(this.values, block.output, block.data);
    append(this.steps, block.output, block.steps);
    this.onBlock(block);
  }

  of(output: string): readonly number[] {
    return this.values.get(output) ?? [];
  }
}

function append(lists: Map<string, number[]>, key: string, values: ArrayLike<number>): void {
  const list = lists.get(key) ?? [];
  for (let index = 0; index < values.length; index++) list.push(values[index]!);
  lists.set(key, list);
}

/** Runs program `run` for one item, and returns what it put out. */
export async function run(
  executable: Executable,
  steps: number,
  changes: Partial<RunRequest> = {},
  sink: Recorder = new Recorder(),
): Promise<Recorder> {
  await executable.run({ program: 'run', items: 1, steps, feed: new Map(), sink, state: 'carried', ...changes });
  return sink;
}
