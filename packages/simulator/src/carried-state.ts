/** @file Saves what a simulator's runs carry, and goes on from what another saved: the same network, built alike or otherwise. */
import { firstInfiniteIn, instructionsOf, readsOf, writesOf, type Program } from '@ndl/ir';
import { NdArray, suggest } from '@ndl/numerics';
import type { Composition } from './composition.ts';
import { heldByDefault, type InputSources } from './input-sources.ts';
import { ProcessFeed } from './process-feed.ts';
import { decodeState, encodeState, type SavedState } from './saved-state.ts';
import { stateMismatch } from './saved-state-errors.ts';

/** What a state is saved of. */
export interface CarriedState {
  readonly composition: Composition;
  /** Items that runs simulate side by side. */
  readonly items: number;
  readonly sources: InputSources;
}

/** Steps taken, state by signal, and where functions and processes stand. @throws NdlError STATE_NOT_PLAIN */
export async function saveState({ composition, sources }: CarriedState): Promise<Uint8Array> {
  const { executable, graph, seed } = composition;
  const positions = [...sources].flatMap(([name, feed]) =>
    feed instanceof ProcessFeed ? [[name, feed.position()] as const] : [],
  );
  return encodeState({ state: await executable.save(), dt: graph.dt, seed, sources: new Map(positions) });
}

/**
 * Replaces what runs carry; all or nothing.
 * @throws NdlError STATE_INVALID for bytes that are no saved state; STATE_MISMATCH, naming each signal that only one side has
 * and something reads, each of another shape, and what else does not fit.
 */
export async function restoreState(bytes: Uint8Array, carried: CarriedState): Promise<void> {
  const saved = decodeState(bytes);
  const { composition, sources } = carried;
  const fitting = fittingState(saved, carried);
  await composition.executable.restore(fitting);
  for (const [name, feed] of sources) {
    if (feed instanceof ProcessFeed) feed.goTo(saved.sources.get(name) ?? { called: [], states: null });
  }
}

/** The state with the signals that this program keeps, no more and no less. */
function fittingState(saved: SavedState, { composition, items }: CarriedState): SavedState['state'] {
  const { state } = saved;
  const { compiled, graph, settings } = composition;
  const problems: string[] = [];
  if (saved.dt !== graph.dt) problems.push(`its steps are of ${saved.dt} s, here of ${graph.dt} s`);
  const isInitial = state.symbols.size === 0 && state.step === 0;
  if (state.items !== items && !isInitial)
    problems.push(`it is that of ${state.items} items, here are ${items}: create with minibatchSize: ${state.items}`);
  const { program } = compiled.forwardProgram('run', heldByDefault(graph));
  const expected = stateSymbols(program);
  const known = new Set(graph.signals.map(({ name }) => name));
  const symbols = new Map<string, NdArray>();
  if (!isInitial) {
    const live = observedBuffers(program);
    for (const [name, shape] of expected) {
      const array = state.symbols.get(name);
      const wanted = [items, ...shape];
      if (array !== undefined && array.shape.join() !== wanted.join())
        problems.push(`'${name}' has shape [${array.shape.join(', ')}], here [${wanted.join(', ')}]`);
      else if (array !== undefined && firstInfiniteIn(settings.dtype, array.data) !== undefined)
        problems.push(`'${name}' holds values that are not finite in ${settings.dtype}`);
      else if (array !== undefined) symbols.set(name, array);
      else if (live.has(program.symbols[name]!.buffer)) problems.push(`'${name}' is missing`);
      else symbols.set(name, new NdArray(new Float64Array(wanted.reduce((size, length) => size * length, 1)), wanted));
    }
    for (const name of state.symbols.keys()) {
      // What a simplification has removed here is read by nothing.
      if (!expected.has(name) && !known.has(name))
        problems.push(`'${name}' is no state of it. ${suggest(name, [...expected.keys()])}`);
    }
  }
  if (problems.length > 0) throw stateMismatch(problems);
  return { ...state, items: isInitial ? items : state.items, symbols };
}

/** Names of what a program carries from step to step, with the shapes of one item. */
function stateSymbols({ buffers, symbols }: Program): ReadonlyMap<string, readonly number[]> {
  const state = new Set(buffers.filter(({ role }) => role === 'state').map(({ id }) => id));
  return new Map(
    Object.entries(symbols).flatMap(([name, view]) => (state.has(view.buffer) ? [[name, view.shape] as const] : [])),
  );
}

/** Ids of the buffers on which an output, or what a function of the host language does, depends. */
function observedBuffers(program: Program): ReadonlySet<string> {
  const observed = new Set(program.outputs.map(({ view }) => view.buffer));
  const waiting = new Set(instructionsOf(program));
  let size: number;
  do {
    size = waiting.size;
    for (const instruction of waiting) {
      const isObserved = writesOf(instruction).some(({ target }) => observed.has(target.buffer));
      if (instruction.kind !== 'host' && !isObserved) continue;
      waiting.delete(instruction);
      for (const { buffer } of readsOf(instruction)) observed.add(buffer);
    }
  } while (waiting.size < size);
  return observed;
}
