/**
 * @file What runs carry on as plain data, by symbol, so that programs that lay the same symbols out otherwise can go on from it. It
 * is that of all programs that were added, trainings aside.
 */
import { executableErrors, type ExecutableState } from '@ndl/core';
import { STREAM_POSITION, type Buffer, type GeneratedSource, type HostDeclaration, type Tables } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { RunState, StateOwner } from './run-state.ts';
import { type MemoryAccess, stateRows } from './symbol-access.ts';
import type { NamedView, SymbolTable } from './symbol-table.ts';
import { readViews, writeViews } from './view-access.ts';
import type { Waiting } from '../calls/waiting.ts';

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
  /** By the name of the input, which stands for its position. */
  readonly generated: ReadonlyMap<string, GeneratedSource>;
}

/** A state in which nothing has happened. */
export function initialState(items: number): ExecutableState {
  return { step: 0, items, symbols: new Map(), hosts: new Map() };
}

/** Whether nothing has happened in a state. */
export function isInitialState({ step, symbols, hosts }: ExecutableState): boolean {
  return step === 0 && symbols.size === 0 && hosts.size === 0;
}

/** The whole state. */
export function* saveState<Store>(
  state: RunState<Store>,
  { symbols, hosts, generated }: Savable,
  access: MemoryAccess<Store>,
): Waiting<ExecutableState> {
  if (state.isInitial) return initialState(state.items);
  const saved = new Map<string, NdArray>();
  for (const { buffer, owner, named } of byBuffer(symbols.state.values())) {
    const keep = keptSteps(buffer, access);
    const rows = yield* stateRows(buffer, keep, state, owner, access);
    const views = named.map(({ view }) => view);
    const data = yield* readViews(rows, views, access);
    const leading = buffer.steps === 'one' ? [state.items] : [keep, state.items];
    named.forEach(({ name, view }, k) => saved.set(name, new NdArray(data[k]!, [...leading, ...view.shape])));
  }
  for (const [name, source] of generated) saved.set(name, state.generators.positionOf(name, source));
  return { step: state.step, items: state.items, symbols: saved, hosts: state.hosts.save(hosts) };
}

/** Fills an initial state with what was saved, and passed `refuseMismatch`. */
export function* restoreState<Store>(
  state: RunState<Store>,
  saved: ExecutableState,
  { symbols, hosts, generated }: Savable,
  access: MemoryAccess<Store>,
): Waiting {
  state.leaveInitial();
  const known = [...symbols.state.values()].filter(({ name }) => saved.symbols.has(name));
  for (const { buffer, owner, named } of byBuffer(known)) {
    const keep = keptSteps(buffer, access);
    const rows = yield* stateRows(buffer, keep, state, owner, access);
    const data = named.map((each) => lastSteps(saved.symbols.get(each.name)!, each, keep));
    const views = named.map(({ view }) => view);
    yield* writeViews(rows, views, data, access);
  }
  for (const [name, source] of generated) state.generators.goTo(name, source, saved.symbols.get(name)!);
  state.hosts.restore(saved.hosts, hosts);
  state.advance(saved.step);
}

/** Symbols that lie in one buffer, so that it is read and written once. */
interface SymbolsOfBuffer {
  readonly buffer: Buffer;
  readonly owner: StateOwner;
  readonly named: readonly NamedView[];
}

function byBuffer(symbols: Iterable<NamedView>): Iterable<SymbolsOfBuffer> {
  const groups = new Map<string, SymbolsOfBuffer & { readonly named: NamedView[] }>();
  for (const each of symbols) {
    const { buffer, owner } = each;
    const known = groups.get(buffer.id);
    if (known === undefined) groups.set(buffer.id, { buffer, owner, named: [each] });
    else known.named.push(each);
  }
  return groups.values();
}

/** Steps of which a saved state has the values. */
function keptSteps(buffer: Buffer, access: Pick<MemoryAccess<unknown>, 'keepOf'>): number {
  return buffer.steps === 'one' ? 1 : access.keepOf(buffer);
}

/** The values of the last `steps` steps of a saved array. */
export function lastSteps(array: NdArray, named: NamedView, steps: number): FloatArray {
  return array.data.subarray(array.size - (array.size / stepsIn(array, named)) * steps);
}

/**
 * Names everything that is in the way of restoring, at once.
 * @throws NdlError STATE_MISMATCH
 */
export function refuseMismatch(
  saved: ExecutableState,
  { symbols, hosts, generated }: Savable,
  access: Pick<MemoryAccess<unknown>, 'keepOf'>,
): void {
  const problems: string[] = [];
  const list = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');
  const tell = (names: readonly string[], problem: (listed: string) => string): void => {
    if (names.length > 0) problems.push(problem(list(names)));
  };
  const absent = (from: Iterable<string>, has: (name: string) => boolean): string[] =>
    [...from].filter((name) => !has(name));
  tell(
    absent(saved.symbols.keys(), (name) => symbols.has(name) || generated.has(name)),
    (names) => `the program has no state ${names}`,
  );
  tell(
    absent([...symbols.state.keys(), ...generated.keys()], (name) => saved.symbols.has(name)),
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
    const keep = keptSteps(buffer, access);
    const actual = array.shape.slice(-expected.length);
    if (expected.some((length, axis) => length !== actual[axis]) || array.rank > expected.length + 1)
      problems.push(`state "${name}" has shape [${array.shape.join(', ')}], expected [${expected.join(', ')}]`);
    else if (steps < keep)
      problems.push(`of state "${name}" the last ${keep} steps are wanted, but ${steps} were saved`);
  }
  for (const name of generated.keys()) {
    const { shape } = saved.symbols.get(name) ?? {};
    const expected = [saved.items, STREAM_POSITION];
    if (shape !== undefined && shape.join() !== expected.join())
      problems.push(
        `the position of input "${name}" has shape [${shape.join(', ')}], expected [${expected.join(', ')}]`,
      );
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
