/** @file Short ways to write buffers, programs and calls in the tests of this package. */
import type {
  BackendEntry,
  Executable,
  ProgramSource,
  RunRequest,
  Sink,
  TrainRequest,
  Plugin,
  PluginRegistration,
} from '@ndl/core';
import { fullView, type Buffer, type BufferRole, type Program, type Training, type View } from '@ndl/ir';

/** The entry that a plugin of this package binds, without a kernel. */
export function entryOf(plugin: Plugin): BackendEntry {
  let entry: BackendEntry | undefined;
  const registration = {
    bind: () => ({ toConstantValue: (value: BackendEntry) => (entry = value) }),
    contribute: () => ({ toConstantValue: () => {} }),
  };
  void plugin.register(registration as unknown as PluginRegistration);
  return entry!;
}

const SHARED: readonly BufferRole[] = ['parameter', 'constant', 'optimizer', 'gradient'];

/** A buffer with what its role usually has. */
export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  return { id, name: id, shape, role, batched: !SHARED.includes(role), history: false, initial: 0, ...changes };
}

/** Dense view of a buffer from its id and shape. */
export function view(id: string, ...shape: readonly number[]): View {
  return fullView({ id, shape });
}

/** A program of nothing but what is given. */
export function program(parts: Partial<Program>): Program {
  return {
    dtype: 'float32',
    dt: 0.001,
    scalars: [],
    buffers: [],
    prologue: [],
    step: [],
    epilogue: [],
    direction: 'ascending',
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

/** Loads a backend, compiles, hands over the executable, and disposes of both. */
export async function withExecutable(
  entry: BackendEntry,
  source: ProgramSource,
  work: (executable: Executable) => Promise<void>,
): Promise<void> {
  const backend = await entry.load({});
  try {
    await work(await backend.compile(source));
  } finally {
    backend.dispose();
  }
}

/** Keeps the last value of each output. */
export class LastValues implements Sink {
  readonly values = new Map<string, readonly number[]>();

  wants(): boolean {
    return true;
  }

  write({ output, data }: Parameters<Sink['write']>[0]): void {
    this.values.set(output, [...data]);
  }
}

export function runRequest(request: Partial<RunRequest>): RunRequest {
  return { program: 'run', items: 1, steps: 1, feed: new Map(), sink: new LastValues(), state: 'carried', ...request };
}

export function trainRequest(request: Partial<TrainRequest>): TrainRequest {
  return {
    objective: 'test',
    items: 1,
    steps: 1,
    feed: new Map(),
    targets: new Map(),
    scalars: () => ({}),
    ...request,
  };
}
