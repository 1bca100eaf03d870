/** @file The memory of programs that run over one block: binds their instructions to parameters, state, and memory of its own. */
import { executableErrors } from '@ndl/core';
import type {
  Buffer,
  ClockOperand,
  Dtype,
  HostDeclaration,
  Instruction,
  ScalarDeclaration,
  ScalarOperand,
  View,
} from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { bindInstruction } from './bind-instruction.ts';
import type { Action, Binding, Clock, Place, Section } from './binding.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { RunState } from './run-state.ts';
import { allocate, createStorage, type Storage } from './storage.ts';

/** What programs that share memory declare, together. */
export interface Declarations {
  readonly dtype: Dtype;
  readonly dt: number;
  readonly buffers: readonly Buffer[];
  readonly scalars: readonly ScalarDeclaration[];
  readonly hosts: readonly HostDeclaration[];
}

/** Buffers by id, scalars by name and host functions, for a fixed number of items and steps. */
export class Workspace {
  readonly items: number;
  /** Steps that histories have room for. */
  readonly steps: number;
  readonly state: RunState;
  readonly #declarations: Declarations;
  readonly #parameters: ParameterStore;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #storages = new Map<string, Storage>();
  readonly #scalars: ReadonlyMap<string, FloatArray>;
  readonly #hosts: ReadonlyMap<string, HostDeclaration>;
  readonly #clock: Clock;
  #firstStep = 0;

  constructor(declarations: Declarations, items: number, steps: number, state: RunState, parameters: ParameterStore) {
    const { buffers, scalars, hosts, dt, dtype } = declarations;
    this.#declarations = declarations;
    this.items = items;
    this.steps = steps;
    this.state = state;
    this.#parameters = parameters;
    this.#buffers = new Map(buffers.map((buffer) => [buffer.id, buffer]));
    this.#scalars = new Map(scalars.map(({ name, initial }) => [name, allocate(dtype, 1).fill(initial)]));
    this.#hosts = new Map(hosts.map((host) => [host.id, host]));
    const stepOf = (slice: number): number => this.#firstStep + slice + 1;
    this.#clock = { stepOf, timeOf: (slice) => stepOf(slice) * dt };
  }

  /** The block that begins now: `stepsBefore` steps were taken before it. */
  beginBlock(stepsBefore: number): Clock {
    this.#firstStep = stepsBefore;
    return this.#clock;
  }

  /** Memory of a buffer: with the parameters, with the state, or the workspace's own. */
  storageOf(id: string): Storage {
    const known = this.#storages.get(id);
    if (known !== undefined) return known;
    const storage = this.#find(this.#buffers.get(id)!);
    this.#storages.set(id, storage);
    return storage;
  }

  /** Sets a scalar from now on. @throws NdlError SCALAR_UNKNOWN */
  setScalar(name: string, value: number): void {
    const scalar = this.#scalars.get(name);
    if (scalar === undefined) throw executableErrors.scalarUnknown(name, [...this.#scalars.keys()]);
    scalar[0] = value;
  }

  hasScalar(name: string): boolean {
    return this.#scalars.has(name);
  }

  /** Scalars back to their declared values. */
  resetScalars(): void {
    for (const { name, initial } of this.#declarations.scalars) this.#scalars.get(name)!.fill(initial);
  }

  /** The number under a view of one element in a shared buffer. */
  numberAt(view: View): number {
    return this.storageOf(view.buffer).array[view.offset]!;
  }

  bind(instructions: readonly Instruction[], section: Section): readonly Action[] {
    const binding: Binding = {
      dtype: this.#declarations.dtype,
      section,
      items: this.items,
      steps: this.steps,
      place: (view): Place => ({ ...this.storageOf(view.buffer), view }),
      scalar: (operand) => this.#scalarOf(operand),
      hostInstances: (id) => this.state.instancesOf(this.#hosts.get(id)!),
      clock: this.#clock,
    };
    return instructions.map((instruction) => bindInstruction(instruction, this.#hosts, binding));
  }

  #scalarOf(operand: Exclude<ScalarOperand, ClockOperand>): FloatArray {
    if (typeof operand === 'number') return allocate(this.#declarations.dtype, 1).fill(operand);
    return this.#scalars.get(operand.scalar)!;
  }

  #find(buffer: Buffer): Storage {
    const { dtype } = this.#declarations;
    switch (buffer.role) {
      case 'parameter':
      case 'optimizer':
        return this.#parameters.storageOf(buffer, dtype);
      case 'state':
        return this.state.storageOf(buffer);
      default:
        return createStorage(buffer, dtype, this.items, this.steps);
    }
  }
}

/** What several programs declare, each name once. */
export function joinDeclarations(first: Declarations, ...others: readonly Partial<Declarations>[]): Declarations {
  const all = [first, ...others];
  return {
    dtype: first.dtype,
    dt: first.dt,
    buffers: uniqueBy(
      all.flatMap(({ buffers = [] }) => buffers),
      ({ id }) => id,
    ),
    scalars: uniqueBy(
      all.flatMap(({ scalars = [] }) => scalars),
      ({ name }) => name,
    ),
    hosts: uniqueBy(
      all.flatMap(({ hosts = [] }) => hosts),
      ({ id }) => id,
    ),
  };
}

function uniqueBy<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  const byKey = new Map<string, T>();
  for (const value of values) if (!byKey.has(keyOf(value))) byKey.set(keyOf(value), value);
  return [...byKey.values()];
}
