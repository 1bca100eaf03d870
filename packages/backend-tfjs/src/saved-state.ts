/** @file What runs carry as plain data, by symbol, and the way back. */
import { executableErrors, type ExecutableState } from '@ndl/core';
import type { Buffer } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import type { Engine } from './engine.ts';
import type { Programs, SymbolPlace } from './programs.ts';
import type { RunState } from './run-state.ts';
import { isCarried, storedValue } from './stored-values.ts';
import { elementsOf, putElements } from './symbols.ts';
import type { TensorStore } from './tensor-store.ts';

/** Where state is saved from and restored to. */
export interface StateOwner {
  readonly engine: Engine;
  readonly programs: Programs;
  readonly parameters: TensorStore;
}

/** A state in which nothing has happened has no symbols and no hosts. */
export async function saveState(
  state: RunState,
  { engine, programs, parameters }: StateOwner,
): Promise<ExecutableState> {
  const { step, items } = state;
  if (state.isInitial) return { step, items, symbols: new Map(), hosts: new Map() };
  const symbols = carriedSymbols(programs);
  const places = firstByBuffer(symbols);
  const tensors = engine.within(() =>
    places.map(({ buffer, lowered }) => storedValue(buffer, { engine, lowered, parameters, state })!),
  );
  const arrays = await engine.fetch(tensors);
  const contents = new Map(places.map(({ buffer }, index) => [buffer.id, arrays[index]!]));
  return {
    step,
    items,
    symbols: new Map(
      symbols.map(({ name, view, buffer }) => {
        const data = elementsOf(view, buffer, contents.get(buffer.id)!);
        return [name, new NdArray(data, [...leadingOf(buffer, items), ...view.shape])];
      }),
    ),
    hosts: new Map(
      programs
        .hosts()
        .filter(({ host }) => state.hasInstancesOf(host.id))
        .map(({ host, functions }) => [
          host.id,
          state.instancesOf(host, functions).map((instance) => instance.save?.()),
        ]),
    ),
  };
}

/**
 * Fills a state in which nothing has happened.
 * @throws NdlError STATE_MISMATCH
 */
export async function restoreState(saved: ExecutableState, state: RunState, owner: StateOwner): Promise<void> {
  const { engine, programs, parameters } = owner;
  const { step, items } = saved;
  if (step === 0 && saved.symbols.size === 0 && saved.hosts.size === 0) return;
  const symbols = carriedSymbols(programs);
  checkNames(
    'state',
    [...saved.symbols.keys()],
    symbols.map(({ name }) => name),
  );
  const declared = programs.hosts();
  checkNames(
    'host function',
    [...saved.hosts.keys()],
    declared.map(({ host }) => host.id),
    false,
  );
  for (const { name, view, buffer } of symbols) {
    const expected = [...leadingOf(buffer, items), ...view.shape];
    const { shape } = saved.symbols.get(name)!;
    if (shape.length !== expected.length || !shape.every((length, axis) => length === expected[axis]))
      throw executableErrors.stateMismatch(
        `state "${name}" has shape [${expected.join(', ')}], not [${shape.join(', ')}]`,
      );
  }
  for (const { buffer, lowered } of firstByBuffer(symbols)) {
    const stored = engine.within(() => storedValue(buffer, { engine, lowered, parameters, state })!);
    const whole = (await engine.fetch([stored]))[0]!.slice();
    for (const { name, view, buffer: own } of symbols)
      if (own.id === buffer.id) putElements(view, buffer, whole, saved.symbols.get(name)!.data);
    engine.within(() => state.tensors.setContents(buffer, whole));
  }
  for (const [id, states] of saved.hosts) {
    const { host, functions } = declared.find((each) => each.host.id === id)!;
    state.instancesOf(host, functions).forEach((instance, item) => {
      if (states[item] !== undefined) instance.restore?.(states[item]);
    });
  }
  state.advance(step);
}

/** Symbols of what runs carry on. */
function carriedSymbols(programs: Programs): readonly SymbolPlace[] {
  return programs.symbols().filter(({ buffer }) => isCarried(buffer));
}

function firstByBuffer(symbols: readonly SymbolPlace[]): readonly SymbolPlace[] {
  const known = new Set<string>();
  return symbols.filter(({ buffer }) => !known.has(buffer.id) && known.add(buffer.id));
}

/** Axes before those of a view: the steps before, where the buffer keeps some, and items. */
function leadingOf({ steps, items: hasItems }: Buffer, items: number): readonly number[] {
  return [...(steps === 'one' ? [] : [steps.before]), ...(hasItems ? [items] : [])];
}

function checkNames(what: string, saved: readonly string[], known: readonly string[], isMutual = true): void {
  const unknown = saved.find((name) => !known.includes(name));
  if (unknown !== undefined) throw executableErrors.stateMismatch(`the programs have no ${what} "${unknown}"`);
  const missing = isMutual ? known.find((name) => !saved.includes(name)) : undefined;
  if (missing !== undefined) throw executableErrors.stateMismatch(`it lacks the ${what} "${missing}"`);
}
