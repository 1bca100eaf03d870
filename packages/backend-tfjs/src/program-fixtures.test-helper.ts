/** @file Short ways to write buffers, programs and calls in the tests of this package. */
import type {
  BackendEntry,
  Executable,
  MapRoutines,
  OutputBlock,
  Plugin,
  PluginRegistration,
  RunRequest,
  Sink,
  TrainRequest,
} from '@ndl/core';
import {
  fullView,
  type ArrayData,
  type Buffer,
  type BufferRole,
  type HostFunctions,
  type Instruction,
  type Kernel,
  type Lifetime,
  type MapInstruction,
  type Operand,
  type Program,
  type Section,
  type SectionKind,
  type Tables,
  type Training,
  type View,
} from '@ndl/ir';

/** The entry that a plugin of this package binds, without a kernel. @param routines what another plugin offers for maps */
export function entryOf(plugin: Plugin, routines?: MapRoutines): BackendEntry {
  let entry: BackendEntry | undefined;
  const registration = {
    bind: () => ({
      toConstantValue: (value: BackendEntry) => (entry = value),
      toResolvedValue: (make: (given?: MapRoutines) => BackendEntry) => (entry = make(routines)),
    }),
    contribute: () => ({ toConstantValue: () => {} }),
  };
  void plugin.register(registration as unknown as PluginRegistration);
  return entry!;
}

const LIFETIME: Readonly<Record<BufferRole, Lifetime>> = {
  parameter: 'forever',
  state: 'run',
  constant: 'forever',
  input: 'step',
  target: 'window',
  temp: 'step',
  optimizer: 'forever',
};

/** What is changed of a buffer so that it has a value for each step of a window. */
export const EACH_STEP: Pick<Buffer, 'steps' | 'lifetime'> = {
  steps: { span: 'window', before: 0 },
  lifetime: 'window',
};

/** What is changed of a buffer so that it has a value for each step of a block, and keeps so many before. */
export function keeping(before: number): Pick<Buffer, 'steps' | 'lifetime'> {
  return { steps: { span: 'block', before }, lifetime: before > 0 ? 'run' : 'block' };
}

/** A buffer with what its role usually has. */
export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  const lifetime = LIFETIME[role];
  return { id, name: id, shape, role, items: lifetime !== 'forever', steps: 'one', lifetime, initial: 0, ...changes };
}

/** Dense view of a buffer from its id and shape. */
export function view(id: string, ...shape: readonly number[]): View {
  return fullView({ id, shape });
}

export function section(
  kind: SectionKind,
  instructions: readonly Instruction[],
  direction: Section['direction'] = 'ascending',
): Section {
  return { kind, direction, instructions };
}

/** target = kernel(inputs). */
export function mapTo(target: View, kernel: Kernel, ...inputs: readonly Operand[]): MapInstruction {
  return { kind: 'map', kernel, inputs, parameters: [], outputs: [{ target, mode: 'set' }] };
}

/** A program of nothing but what is given; `step`: what its only section does in each step. */
export function program({ step, ...parts }: Partial<Program> & { readonly step?: readonly Instruction[] }): Program {
  return {
    dtype: 'float32',
    dt: 0.001,
    scalars: [],
    buffers: [],
    sections: step === undefined ? [] : [section('steps', step)],
    inputs: [],
    outputs: [],
    hosts: [],
    symbols: {},
    ...parts,
  };
}

/** A training of nothing but what is given. */
export function training(parts: Partial<Training> & Pick<Training, 'forward' | 'objective'>): Training {
  return {
    targets: [],
    buffers: [],
    scalars: [],
    hosts: [],
    loss: [],
    reports: {},
    trainable: [],
    update: [],
    ...parts,
  };
}

/** Tables of some arrays, by id, and some host functions. */
export function tablesOf(
  arrays: Readonly<Record<string, ArrayData>>,
  hosts: Readonly<Record<string, HostFunctions>> = {},
): Tables {
  return { arrays: new Map(Object.entries(arrays)), hosts: new Map(Object.entries(hosts)) };
}

/** What an executable is to know, by name. */
export interface Jobs {
  readonly run?: Program;
  readonly training?: Training;
  readonly tables?: Tables;
}

/** Loads a backend, adds jobs to an executable, hands it over, and disposes of both. */
export async function withExecutable(
  entry: BackendEntry,
  { run, training: task, tables = tablesOf({}) }: Jobs,
  work: (executable: Executable) => Promise<void>,
): Promise<void> {
  const backend = await entry.load({});
  try {
    const executable = await backend.create();
    if (run !== undefined) await executable.add('run', run, tables);
    if (task !== undefined) await executable.add('training', task, tables);
    await work(executable);
  } finally {
    backend.dispose();
  }
}

/** Keeps all that is written, by output. */
export class Recorder implements Sink {
  readonly values = new Map<string, number[]>();
  readonly steps = new Map<string, number[]>();

  write({ output, steps, data }: OutputBlock): void {
    this.values.set(output, [...(this.values.get(output) ?? []), ...data]);
    this.steps.set(output, [...(this.steps.get(output) ?? []), ...steps]);
  }
}

export function runRequest(request: Partial<RunRequest>): RunRequest {
  return { program: 'run', items: 1, steps: 1, feed: new Map(), sink: new Recorder(), state: 'carried', ...request };
}

export function trainRequest(request: Partial<TrainRequest>): TrainRequest {
  return {
    training: 'training',
    items: 1,
    steps: 1,
    feed: new Map(),
    targets: new Map(),
    scalars: () => ({}),
    ...request,
  };
}
