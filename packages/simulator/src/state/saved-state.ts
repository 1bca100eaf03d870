/**
 * @file What runs carry, as bytes: one self-describing .npz, keyed by signal, so that a simulator of the same network goes on from
 * it under any planner, sorter, simplification and backend. Each signal is a .npy file, `state/NAME`; hosts and sources that keep
 * state are texts of JSON.
 */
import type { ExecutableState } from '@ndl/core';
import {
  decodeNpz,
  encodeNpz,
  isNdArray,
  NdArray,
  problemOfPlainData,
  showThrown,
  writePlainData,
  type NpyContent,
} from '@ndl/numerics';
import { notJson, notState } from './saved-state-errors.ts';
import type { ProcessPosition } from '../inputs/process-feed.ts';

/** Version of the file's format: the entry `ndl_state` holds it. */
const FORMAT_VERSION = 2;
const VERSION_ENTRY = 'ndl_state';
const SIGNAL_PREFIX = 'state/';

/** Numbers beside the signals. */
const NUMBERS = ['step', 'items', 'dt', 'seed'] as const;

/** What a simulator saves. */
export interface SavedState {
  readonly state: ExecutableState;
  /** Seconds per step. */
  readonly dt: number;
  /** Of the simulator: of processes without a seed of their own. */
  readonly seed: number;
  /** By name of the input. */
  readonly sources: ReadonlyMap<string, ProcessPosition>;
}

/** @throws NdlError STATE_NOT_PLAIN for what a host or a process saves and JSON cannot hold. */
export function encodeState({ state, dt, seed, sources }: SavedState): Uint8Array {
  const numbers: Readonly<Record<(typeof NUMBERS)[number], number>> = {
    step: state.step,
    items: state.items,
    dt,
    seed,
  };
  const scalar = (value: number): NdArray => new NdArray(Float64Array.of(value), []);
  const entries: (readonly [string, NpyContent])[] = [
    [VERSION_ENTRY, scalar(FORMAT_VERSION)],
    ...NUMBERS.map((name) => [`ndl_${name}`, scalar(numbers[name])] as const),
    ['ndl_hosts', textOf(state.hosts, (copies, name) => copies.map((saved) => savedBy('function', name, saved)))],
    [
      'ndl_sources',
      textOf(sources, ({ called, states }, name) => ({
        called,
        states: states?.map((saved) => savedBy('process', name, saved)) ?? null,
      })),
    ],
    ...[...state.symbols].map(([name, array]) => [`${SIGNAL_PREFIX}${name}`, array] as const),
  ];
  return encodeNpz(entries);
}

/** @throws NdlError STATE_INVALID for bytes that are no such archive. */
export function decodeState(bytes: Uint8Array): SavedState {
  const entries = entriesOf(bytes);
  const number = (name: string): number => {
    const value = entries.get(name);
    if (!isNdArray(value) || value.size !== 1) throw notState(`it has no number '${name}'`);
    return value.data[0]!;
  };
  const version = number(VERSION_ENTRY);
  if (version !== FORMAT_VERSION)
    throw notState(`its format has version ${version}, this build reads version ${FORMAT_VERSION}`);
  const [step, items, dt, seed] = NUMBERS.map((name) => number(`ndl_${name}`)) as [number, number, number, number];
  if (!Number.isSafeInteger(step) || step < 0 || !Number.isSafeInteger(items) || items < 1)
    throw notState(`it is that of ${items} items after ${step} steps`);
  const symbols = new Map<string, NdArray>();
  for (const [name, content] of entries) {
    if (!name.startsWith(SIGNAL_PREFIX)) continue;
    if (!isNdArray(content)) throw notState(`entry '${name}' is no array of numbers`);
    symbols.set(name.slice(SIGNAL_PREFIX.length), content);
  }
  const hosts = mapValues(recordIn(entries, 'ndl_hosts', areSaved), (copies) => copies.map(([saved]) => saved));
  const sources = mapValues(recordIn(entries, 'ndl_sources', isPosition), ({ called, states }): ProcessPosition => {
    if ((called.at(-1)?.[1] ?? 0) > step) throw notState(`its processes are ahead of step ${step}`);
    return { called, states: states?.map(([saved]) => saved) ?? null };
  });
  return { state: { step, items, symbols, hosts }, dt, seed, sources };
}

function entriesOf(bytes: Uint8Array): ReadonlyMap<string, NpyContent> {
  try {
    return decodeNpz(bytes);
  } catch (error) {
    throw notState(showThrown(error), error);
  }
}

/** What one running copy saves: nothing, or something. */
type Saved = readonly [] | readonly [unknown];

/** @throws NdlError STATE_NOT_PLAIN */
function savedBy(kind: 'function' | 'process', name: string, state: unknown): Saved {
  if (state === undefined) return [];
  const problem = problemOfPlainData(state);
  if (problem !== undefined) throw notJson(kind, name, problem);
  return [state];
}

/** A position as it is written. */
interface WrittenPosition extends Pick<ProcessPosition, 'called'> {
  readonly states: readonly Saved[] | null;
}

/** A text of JSON with what becomes of each value, by name. */
function textOf<Value>(values: ReadonlyMap<string, Value>, change: (value: Value, name: string) => object): string {
  return writePlainData(Object.fromEntries(mapValues(values, change)));
}

function recordIn<Value>(
  entries: ReadonlyMap<string, NpyContent>,
  name: string,
  isValue: (value: unknown) => value is Value,
): ReadonlyMap<string, Value> {
  const text = entries.get(name);
  let record: unknown;
  try {
    record = typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch (error) {
    throw notState(`entry '${name}' is no JSON`, error);
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record) || !Object.values(record).every(isValue))
    throw notState(`entry '${name}' is not what ndl saves`);
  return new Map(Object.entries(record as Readonly<Record<string, Value>>));
}

function areSaved(value: unknown): value is readonly Saved[] {
  return Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length <= 1);
}

function isPosition(value: unknown): value is WrittenPosition {
  const { called, states } = (value ?? {}) as Partial<WrittenPosition>;
  if (!Array.isArray(called) || (states !== null && !areSaved(states))) return false;
  // Runs of steps, one after another.
  let before = 0;
  return called.every((range: unknown) => {
    if (!Array.isArray(range) || range.length !== 2 || !range.every(Number.isSafeInteger)) return false;
    const [first, last] = range as [number, number];
    const follows = before < first && first <= last;
    before = last;
    return follows;
  });
}

function mapValues<Value, Result>(
  values: ReadonlyMap<string, Value>,
  change: (value: Value, name: string) => Result,
): ReadonlyMap<string, Result> {
  return new Map([...values].map(([name, value]) => [name, change(value, name)]));
}
