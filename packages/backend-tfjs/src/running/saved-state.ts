/** @file What runs carry as plain data, by symbol, and the way back. */
import { initialState, lastSteps, type JobList, type NamedView } from '@ndl/backend-kit';
import type { ExecutableState } from '@ndl/core';
import type { Buffer } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import type { Storage } from './stored-values.ts';
import { contentsOf, elementsOf, putElements, replaceContents } from './symbols.ts';

export async function saveState(jobs: JobList, storage: Storage): Promise<ExecutableState> {
  const { state } = storage;
  const { step, items } = state;
  if (state.isInitial) return initialState(items);
  const symbols = new Map<string, NdArray>();
  for (const group of byBuffer(jobs.symbols.state.values())) {
    const { buffer, owner } = group[0]!;
    const steps = keptSteps(buffer, jobs);
    const whole = await contentsOf(buffer, steps, owner, storage);
    const leading = buffer.steps === 'one' ? [items] : [steps, items];
    for (const { name, view } of group)
      symbols.set(name, new NdArray(elementsOf(view, buffer, whole), [...leading, ...view.shape]));
  }
  for (const [name, source] of jobs.generated) symbols.set(name, state.generators.positionOf(name, source));
  return { step, items, symbols, hosts: state.hosts.save(jobs.hosts) };
}

/** Fills a state in which nothing has happened with what was saved, and passed `refuseMismatch`. */
export async function restoreState(saved: ExecutableState, jobs: JobList, storage: Storage): Promise<void> {
  const { state } = storage;
  state.leaveInitial();
  const known = [...jobs.symbols.state.values()].filter(({ name }) => saved.symbols.has(name));
  for (const group of byBuffer(known)) {
    const { buffer, owner } = group[0]!;
    const steps = keptSteps(buffer, jobs);
    const whole = await contentsOf(buffer, steps, owner, storage);
    for (const named of group)
      putElements(named.view, buffer, whole, lastSteps(saved.symbols.get(named.name)!, named, steps));
    replaceContents(buffer, whole, storage);
  }
  for (const [name, source] of jobs.generated) state.generators.goTo(name, source, saved.symbols.get(name)!);
  state.hosts.restore(saved.hosts, jobs.hosts);
  state.advance(saved.step);
}

/** Symbols that lie in one buffer, so that it is read and written once. */
function byBuffer(symbols: Iterable<NamedView>): Iterable<readonly NamedView[]> {
  const groups = new Map<string, NamedView[]>();
  for (const named of symbols) {
    const group = groups.get(named.buffer.id);
    if (group === undefined) groups.set(named.buffer.id, [named]);
    else group.push(named);
  }
  return groups.values();
}

function keptSteps(buffer: Buffer, jobs: JobList): number {
  return buffer.steps === 'one' ? 1 : jobs.keepOf(buffer);
}
