/**
 * @file What runs carry on as plain data, by symbol, so that programs that lay the same symbols out otherwise can go on from it. It
 * is that of all programs that were added, trainings aside.
 */
import { executableErrors, type ExecutableState } from '@ndl/core';
import type { HostDeclaration, Tables } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import { allocate } from './parameter-store.ts';
import type { RunState } from './run-state.ts';
import { type MemoryAccess, stateRows } from './symbol-access.ts';
import type { NamedView, SymbolTable } from './symbol-table.ts';
import { readView, writeView } from './view-access.ts';
import type { Waiting } from './waiting.ts';

/** A host function that runs carry on, with the tables that have it. */
export interface KnownHost {
  readonly host: HostDeclaration;
  readonly tables: Tables;
}

/** What there is to be saved and restored. */
export interface Savable {
  readonly symbols: SymbolTable;
  /** By id. */
  readonly hosts: ReadonlyMap<string, KnownHost>;
}

export function* saveState<Store>(
  state: RunState<Store> | undefined,
  { symbols, hosts }: Savable,
  access: MemoryAccess<Store>,
): Waiting<ExecutableState> {
  if (state === undefined || state.isInitial)
    return { step: 0, items: state?.items ?? 1, symbols: new Map(), hosts: new Map() };
  const make = (length: number): FloatArray => allocate(access.dtype, length);
  const saved = new Map<string, NdArray>();
  for (const [name, { view, buffer, owner }] of symbols.state) {
    const isEachStep = buffer.steps !== 'one';
    const keep = isEachStep ? access.keepOf(buffer) : 1;
    const rows = yield* stateRows(buffer, keep, state, owner, access);
    const data = yield* readView(access.memory, rows, view, make, access.interruption);
    saved.set(name, new NdArray(data, [...(isEachStep ? [keep] : []), state.items, ...view.shape]));
  }
  const ofHosts = [...hosts].map(([id, { host, tables }]) => {
    return [id, state.instancesOf(host, tables).map((instance) => instance.save?.())] as const;
  });
  return { step: state.step, items: state.items, symbols: saved, hosts: new Map(ofHosts) };
}

/**
 * Fills an initial state with what was saved.
 * @throws NdlError STATE_MISMATCH
 */
export function* restoreState<Store>(
  state: RunState<Store>,
  saved: ExecutableState,
  savable: Savable,
  access: MemoryAccess<Store>,
): Waiting {
  if (saved.step === 0 && saved.symbols.size === 0 && saved.hosts.size === 0) return;
  refuseMismatch(saved, savable, access);
  const make = (length: number): FloatArray => allocate(access.dtype, length);
  state.leaveInitial();
  for (const [name, array] of saved.symbols) {
    const named = savable.symbols.state.get(name);
    if (named === undefined) continue;
    const { view, buffer, owner } = named;
    const keep = buffer.steps === 'one' ? 1 : access.keepOf(buffer);
    const rows = yield* stateRows(buffer, keep, state, owner, access);
    const wanted = (array.size / stepsIn(array, named)) * keep;
    const last = array.data.subarray(array.size - wanted);
    yield* writeView(access.memory, rows, view, buffer, last, make, access.interruption);
  }
  for (const [id, states] of saved.hosts) {
    const { host, tables } = savable.hosts.get(id)!;
    state.instancesOf(host, tables).forEach((instance, item) => {
      if (states[item] !== undefined) instance.restore?.(states[item]);
    });
  }
  state.advance(saved.step);
}

/** Everything that is in the way, in one sentence. */
function refuseMismatch<Store>(saved: ExecutableState, { symbols, hosts }: Savable, access: MemoryAccess<Store>): void {
  const problems: string[] = [];
  const list = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');
  const tell = (names: readonly string[], problem: (listed: string) => string): void => {
    if (names.length > 0) problems.push(problem(list(names)));
  };
  const absent = (from: Iterable<string>, has: (name: string) => boolean): string[] =>
    [...from].filter((name) => !has(name));
  tell(
    absent(saved.symbols.keys(), (name) => symbols.has(name)),
    (names) => `the program has no state ${names}`,
  );
  tell(
    absent(symbols.state.keys(), (name) => saved.symbols.has(name)),
    (names) => `what was saved lacks state ${names}`,
  );
  tell(
    absent(saved.hosts.keys(), (id) => hosts.has(id)),
    (names) => `the program has no host function ${names}`,
  );
  tell(
    absent(hosts.keys(), (id) => saved.hosts.has(id)),
    (names) => `what was saved lacks host function ${names}`,
  );
  for (const [name, array] of saved.symbols) {
    const named = symbols.state.get(name);
    if (named === undefined) continue;
    const { view, buffer } = named;
    const steps = stepsIn(array, named);
    const expected = [saved.items, ...view.shape];
    const keep = buffer.steps === 'one' ? 1 : access.keepOf(buffer);
    const actual = array.shape.slice(-expected.length);
    if (expected.some((length, axis) => length !== actual[axis]) || array.rank > expected.length + 1)
      problems.push(`state "${name}" has shape [${array.shape.join(', ')}], expected [${expected.join(', ')}]`);
    else if (steps < keep)
      problems.push(`of state "${name}" the last ${keep} steps are wanted, but ${steps} were saved`);
  }
  for (const [id, { host }] of hosts) {
    const count = host.scope === 'batch' ? 1 : saved.items;
    const actual = saved.hosts.get(id)?.length;
    if (actual !== undefined && actual !== count)
      problems.push(`host function "${id}" has ${count} running copies, but ${actual} were saved`);
  }
  if (problems.length > 0) throw executableErrors.stateMismatch(problems.join('; '));
}

/** Steps whose values a saved array holds. */
function stepsIn({ rank, shape }: NdArray, { view }: NamedView): number {
  return rank === view.shape.length + 2 ? shape[0]! : 1;
}
