/** @file Saves what a simulator's runs carry, and goes on from what another saved: the same network, built alike or otherwise. */
import { learntName } from '@ndl/compiler';
import { firstInfiniteIn, instructionsOf, readsOf, STREAM_POSITION, writesOf, type Program } from '@ndl/ir';
import { isNdlError, suggest, zeros, type NdArray } from '@ndl/numerics';
import type { Composition } from '../composition/composition.ts';
import { heldByDefault, type InputSources } from '../inputs/input-sources.ts';
import { ProcessFeed } from '../inputs/process-feed.ts';
import { decodeState, encodeState, type SavedState } from './saved-state.ts';
import { processFailed, stateMismatch, stateNotFinite } from './saved-state-errors.ts';

/** What a state is saved of. */
export interface CarriedState {
  readonly composition: Composition;
  /** Items that runs simulate side by side. */
  readonly items: number;
  readonly sources: InputSources;
}

/**
 * Steps taken, state by signal, and where functions and processes stand.
 * @throws NdlError STATE_NOT_PLAIN, DEFINITION_FAILED; NOT_FINITE where something has diverged
 */
export async function saveState(carried: CarriedState): Promise<Uint8Array> {
  const { executable, graph, seed } = carried.composition;
  const positions = processesOf(carried).map(
    ([name, feed]) => [name, ofProcess('save', () => feed.position())] as const,
  );
  const state = await executable.save();
  requireFiniteState('saveState', state.symbols, carried);
  return encodeState({ state, dt: graph.dt, seed, sources: new Map(positions) });
}

/**
 * What has diverged cannot be gone on from. What rules have learnt is told first: the rest mostly follows from it.
 * @throws NdlError NOT_FINITE
 */
function requireFiniteState(
  call: 'saveState' | 'restoreState',
  symbols: ReadonlyMap<string, NdArray>,
  { composition: { graph, compiled } }: CarriedState,
): void {
  const bad = [...symbols].flatMap(([name, { data }]) => {
    const value = firstInfiniteIn('float64', data);
    return value === undefined ? [] : [{ name, value }];
  });
  if (bad.length === 0) return;
  const learnt = new Set(
    graph.signals.filter((signal) => compiled.layout.roleOf(signal) === 'learnt').map(({ name }) => learntName(name)),
  );
  const { name, value } = bad.find((each) => learnt.has(each.name)) ?? bad[0]!;
  throw stateNotFinite(call, name, value, learnt.has(name));
}

/**
 * Replaces what runs carry; all or nothing.
 * @throws NdlError NOT_FINITE for a state that had diverged; STATE_INVALID for bytes that are no saved state; STATE_MISMATCH, naming each signal, function and process that
 * only one side has and that matters, each of another shape, and what else does not fit; DEFINITION_FAILED
 */
export async function restoreState(bytes: Uint8Array, carried: CarriedState): Promise<void> {
  const saved = decodeState(bytes);
  requireFiniteState('restoreState', saved.state.symbols, carried);
  const fitting = fittingState(saved, carried);
  const ways = processesOf(carried).map(([name, feed]) =>
    ofProcess('restore', () => feed.wayTo(saved.sources.get(name) ?? { called: [], states: null })),
  );
  await carried.composition.executable.restore(fitting);
  for (const go of ways) go();
}

/** The state with what this program keeps, no more and no less. */
function fittingState(saved: SavedState, carried: CarriedState): SavedState['state'] {
  const { composition, items } = carried;
  const { state } = saved;
  const { compiled, graph } = composition;
  const problems: string[] = [];
  if (saved.dt !== graph.dt) problems.push(`its steps are of ${saved.dt} s, here of ${graph.dt} s`);
  const isInitial = state.symbols.size === 0 && state.step === 0;
  if (state.items !== items && !isInitial)
    problems.push(`it is that of ${state.items} items, here are ${items}: create with minibatchSize: ${state.items}`);
  const { program } = compiled.forwardProgram('run', heldByDefault(graph));
  const symbols = isInitial ? new Map<string, NdArray>() : fittingSymbols(state.symbols, program, carried, problems);
  if (!isInitial) {
    const functions = new Set(program.hosts.map(({ id }) => id));
    tellStrays('function', [...state.hosts.keys()], functions, problems);
    for (const { id, scope } of program.hosts) {
      const [count, wanted] = [state.hosts.get(id)?.length, scope === 'batch' ? 1 : items];
      if (count === undefined) problems.push(`function '${id}' is missing`);
      else if (count !== wanted)
        problems.push(`function '${id}' runs ${count} times side by side, here ${wanted} times`);
    }
    problems.push(...problemsOfProcesses(saved, carried));
  }
  if (problems.length > 0) throw stateMismatch(problems);
  return { ...state, items: isInitial ? items : state.items, symbols };
}

/** The signals of a saved state that the program keeps. */
function fittingSymbols(
  saved: ReadonlyMap<string, NdArray>,
  program: Program,
  { composition: { graph, settings }, items }: CarriedState,
  problems: string[],
): ReadonlyMap<string, NdArray> {
  const expected = stateSymbols(program);
  const known = new Set(graph.signals.map(({ name }) => name));
  const symbols = new Map<string, NdArray>();
  for (const [name, { shape, steps, isLive }] of expected) {
    const array = saved.get(name);
    const wanted = [items, ...shape];
    const problem = array === undefined ? undefined : problemOfShape(array.shape, wanted, steps);
    if (problem !== undefined) problems.push(`'${name}' ${problem}`);
    else if (array !== undefined && firstInfiniteIn(settings.dtype, array.data) !== undefined)
      problems.push(`'${name}' holds values that are not finite in ${settings.dtype}`);
    else if (array !== undefined) symbols.set(name, array);
    else if (isLive) problems.push(`'${name}' is missing`);
    else symbols.set(name, zeros([steps, ...wanted]));
  }
  for (const name of saved.keys()) {
    // What a simplification has removed here is read by nothing.
    if (!expected.has(name) && !known.has(name))
      problems.push(`'${name}' is no state of it. ${suggest(name, [...expected.keys()])}`);
  }
  return symbols;
}

/**
 * What keeps an array from being that of a state: of one step, `wanted`, or of the last few, which are an axis in front.
 * @param steps that are needed at least
 */
function problemOfShape(shape: readonly number[], wanted: readonly number[], steps: number): string | undefined {
  const ofStep = shape.length > wanted.length ? shape.slice(1) : shape;
  if (ofStep.join() !== wanted.join()) return `has shape [${ofStep.join(', ')}], here [${wanted.join(', ')}]`;
  const saved = shape.length > wanted.length ? shape[0]! : 1;
  return saved < steps ? `has the values of ${saved} steps, here ${steps} are needed` : undefined;
}

/** What is saved of processes and does not fit those that are here; processes that were never called matter to nobody. */
function problemsOfProcesses(saved: SavedState, carried: CarriedState): readonly string[] {
  const problems: string[] = [];
  const processes = new Map(processesOf(carried));
  const called = [...saved.sources].filter(([, position]) => position.called.length > 0);
  tellStrays(
    'process',
    called.map(([name]) => name),
    new Set(processes.keys()),
    problems,
  );
  for (const name of processes.keys()) if (!saved.sources.has(name)) problems.push(`process '${name}' is missing`);
  for (const [name, { states }] of called) {
    const count = states?.length ?? carried.items;
    if (count !== carried.items) problems.push(`of process '${name}' there are ${count} copies, here ${carried.items}`);
  }
  const { seed } = carried.composition;
  const drawing = called.filter(([name]) => processes.get(name)?.followsSimulator === true);
  if (saved.seed !== seed && drawing.length > 0)
    problems.push(
      `process '${drawing[0]![0]}' has no seed of its own and follows seed ${saved.seed} of the simulator, here ${seed}: ` +
        `create with seed: ${saved.seed}`,
    );
  return problems;
}

function tellStrays(what: string, names: readonly string[], here: ReadonlySet<string>, problems: string[]): void {
  for (const name of names)
    if (!here.has(name)) problems.push(`here is no ${what} '${name}'. ${suggest(name, [...here])}`);
}

function processesOf({ sources }: CarriedState): readonly (readonly [name: string, feed: ProcessFeed])[] {
  return [...sources].flatMap(([name, feed]) => (feed instanceof ProcessFeed ? [[name, feed] as const] : []));
}

/** What a process does. @throws NdlError of its own */
function ofProcess<Result>(method: 'save' | 'restore', call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw isNdlError(error) ? processFailed(method, error) : error;
  }
}

/** What a program carries of a signal: the shape of one item, and of how many steps. */
interface CarriedSignal {
  readonly shape: readonly number[];
  readonly steps: number;
  /** Whether something that is seen depends on it. */
  readonly isLive: boolean;
}

/** What a program carries from step to step, by name: state, and how far generated inputs have come. */
function stateSymbols(program: Program): ReadonlyMap<string, CarriedSignal> {
  const { buffers, inputs, symbols } = program;
  const live = observedBuffers(program);
  const steps = new Map(
    buffers.flatMap(({ id, role, steps }) =>
      role === 'state' ? [[id, steps === 'one' ? 1 : Math.max(1, steps.before)] as const] : [],
    ),
  );
  const state = new Map<string, CarriedSignal>();
  for (const [name, { buffer, shape }] of Object.entries(symbols)) {
    const kept = steps.get(buffer);
    if (kept !== undefined) state.set(name, { shape, steps: kept, isLive: live.has(buffer) });
  }
  for (const { name, source = 'fed' } of inputs)
    if (source !== 'fed') state.set(name, { shape: [STREAM_POSITION], steps: 1, isLive: true });
  return state;
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
