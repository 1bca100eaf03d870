/** @file Short ways to write programs, and to run them on the toy engine, in the tests of the kit. */
import type { Executable, Feed, OutputBlock, RunRequest, Sink } from '@ndl/core';
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
import { createBackend } from './index.ts';
import { toyEngine, type ToyLog, type ToyOptions } from './toy-engine.test-helper.ts';

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
export function buffer(
  id: string,
  role: BufferRole,
  shape: readonly number[] = [1],
  changes: Partial<Buffer> = {},
): Buffer {
  const [lifetime, items] = [LIFETIME[role], LIFETIME[role] !== 'forever'];
  return { id, name: id, shape, role, items, steps: 'one', lifetime, initial: 0, ...changes };
}

/** What is changed of a buffer so that it has a value for each step. */
export function eachStep(span: 'block' | 'window', before = 0): Pick<Buffer, 'steps' | 'lifetime'> {
  return { steps: { span, before }, lifetime: before > 0 ? 'run' : span };
}

const ARRAYS = new Map<string, ArrayData>();

/** Initial contents from numbers. */
export function stored(...data: readonly number[]): InitialContents {
  const id = data.join(' ');
  ARRAYS.set(id, { data: Float64Array.from(data), shape: [data.length] });
  return { array: id };
}

export function section(
  kind: Section['kind'],
  instructions: readonly Instruction[],
  direction: Section['direction'] = 'ascending',
): Section {
  return { kind, direction, instructions };
}

/** A program of nothing but what is given; an input and an output for each buffer named there. */
export function program({
  fed = [],
  read = [],
  ...parts
}: Partial<Program> & { readonly fed?: readonly string[]; readonly read?: readonly string[] }): Program {
  const { buffers = [] } = parts;
  const viewOf = (id: string): View => fullView(buffers.find((each) => each.id === id)!);
  return {
    dtype: 'float64',
    dt: 0.5,
    scalars: [],
    sections: [],
    hosts: [],
    symbols: {},
    inputs: fed.map((id) => ({ name: id, buffer: id, held: false })),
    outputs: read.map((id) => ({ name: id, view: viewOf(id), every: 1 })),
    ...parts,
    buffers,
  };
}

export function lagged(view: View, base: number): View {
  return { ...view, lag: { base, perAxis: view.shape.map(() => 0) } };
}

export function copy(source: View, target: View, mode: WriteMode = 'set'): Instruction {
  return { kind: 'copy', source, target, mode };
}

export function map(kernel: Kernel, inputs: readonly Operand[], target: View, mode: WriteMode = 'set'): Instruction {
  return { kind: 'map', kernel, inputs, parameters: [], outputs: [{ target, mode }] };
}

/** a + b. */
export const ADD: Kernel = kernel({ name: 'add', inputs: ['a', 'b'] }, (k) => ({
  sum: k.add(k.inputs.a, k.inputs.b),
}));

/** a / 2 + b. */
export const LEAK: Kernel = kernel({ name: 'leak', inputs: ['a', 'b'] }, (k) => ({
  sum: k.add(k.multiply(k.inputs.a, 0.5), k.inputs.b),
}));

const x = buffer('x', 'input');
const total = buffer('total', 'state');

/** Input `x`, state and output `total`: what it was fed so far. */
export const totals: Program = program({
  buffers: [x, total],
  fed: ['x'],
  read: ['total'],
  sections: [section('steps', [copy(fullView(x), fullView(total), 'add')])],
  symbols: { total: fullView(total) },
});

/** A clock by which nothing takes time, so that blocks are as long as they may be on machines that are busy, too. */
const NO_TIME = (): number => 0;

export interface ToyExecutable {
  readonly executable: Executable;
  readonly log: ToyLog;
}

/** An executable of the toy engine with these jobs, by name. */
export async function toyExecutable(
  jobs: Readonly<Record<string, Program | Training>>,
  options: ToyOptions & { readonly hosts?: Tables['hosts'] } = {},
): Promise<ToyExecutable> {
  const { engine, log } = toyEngine(options);
  const executable = await createBackend({ name: 'toy', description: 'one by one' }, engine, { now: NO_TIME }).create();
  for (const [name, job] of Object.entries(jobs))
    await executable.add(name, job, { arrays: ARRAYS, hosts: options.hosts ?? new Map() });
  return { executable, log };
}

/** `[steps, items, 1]`, step numbers by default. */
export function sequence(...data: readonly number[]): Feed {
  return new Map([['x', { kind: 'sequence', data: Float64Array.from(data) }]]);
}

/** `x` from a function of the step, the same for all items. */
export function source(call: (step: number) => number): Feed {
  return new Map([['x', { kind: 'source', call: (_time, step, into) => void into.fill(call(step)) }]]);
}

/** What a sink was given, as one list by output. */
export class Recorder implements Sink {
  readonly #values = new Map<string, number[]>();
  readonly #steps = new Map<string, number[]>();
  readonly #onBlock: (block: OutputBlock) => void;

  constructor(onBlock: (block: OutputBlock) => void = () => {}) {
    this.#onBlock = onBlock;
  }

  write(block: OutputBlock): void {
    append(this.#values, block.output, block.data);
    append(this.#steps, block.output, block.steps);
    this.#onBlock(block);
  }

  of(output: string): readonly number[] {
    return this.#values.get(output) ?? [];
  }

  stepsOf(output: string): readonly number[] {
    return this.#steps.get(output) ?? [];
  }
}

function append(lists: Map<string, number[]>, key: string, values: ArrayLike<number>): void {
  const list = lists.get(key) ?? [];
  for (let index = 0; index < values.length; index++) list.push(values[index]!);
  lists.set(key, list);
}

/** Runs program `run` for one item, fed with step numbers, and returns what it put out. */
export async function run(
  { executable }: ToyExecutable,
  steps: number,
  changes: Partial<RunRequest> = {},
  sink: Recorder = new Recorder(),
): Promise<Recorder> {
  const feed = source((step) => step);
  await executable.run({ program: 'run', items: 1, steps, feed, sink, state: 'carried', ...changes });
  return sink;
}
