/**
 * @file An engine held to its contract: what it gives is checked where it comes in, and what is wrong, or fails, is said of the
 * backend. What host functions throw while it calls them, and an abort, is not its fault.
 */
import { backendFailed, showValue } from '@ndl/core';
import type { Dtype, GeneratedSource, Program, Section } from '@ndl/ir';
import { isNdlError, type FloatArray } from '@ndl/numerics';
import type { Clock } from './block-pace.ts';
import type { BlockFunction, Engine, Frame, Memory, RandomStreams, StoreNeed, StoreShape } from '../engine.ts';
import { engineResult } from '../errors.ts';
import { WrittenStreams } from '../feeds/generated-streams.ts';
import { HostErrors } from './host-errors.ts';
import { LONG } from '../programs/section-parts.ts';

/** An engine that is what it should be, with the name of its backend. */
export interface CheckedEngine<Store> extends Engine<Store> {
  readonly backend: string;
  readonly now: Clock;
  readonly longestWork: number;
  runsBeside(program: Program): boolean;
  randomStreams(source: GeneratedSource, items: number, dtype: Dtype): RandomStreams<Store>;
}

/**
 * @param backend its name
 * @param now what measures blocks
 */
export function checkedEngine<Store>(backend: string, engine: Engine<Store>, now: Clock): CheckedEngine<Store> {
  // As the engine knows them.
  const frames = new WeakMap<Frame<Store>, Frame<Store>>();
  return {
    backend,
    now,
    memory: checkedMemory(backend, engine),
    longestWork: engine.longestWork ?? LONG,
    takesItemRanges: engine.takesItemRanges === true,
    timesParts: engine.timesParts === true,
    runsBeside: (program) => guarded(backend, 'runsBeside()', () => engine.runsBeside?.(program) === true),
    blockSteps(program, items, numbers) {
      const steps: unknown = guarded(backend, 'blockSteps()', () => engine.blockSteps(program, items, numbers));
      if (Number.isInteger(steps) && (steps as number) >= 1) return steps as number;
      throw engineResult(backend, 'blockSteps', 'a whole number from 1 on', showValue(steps));
    },
    async emit(sections, frame, emission) {
      const hosts = new HostErrors();
      const watched = watchedFrame(frame, hosts);
      frames.set(frame, watched);
      const functions: unknown = await guarded(
        backend,
        'emit()',
        () => engine.emit(sections, watched, { ...emission, pause: hosts.watchedPause(emission.pause) }),
        hosts,
      );
      const { sequences } = emission;
      const wanted = `a function for each of ${sections.length} sections`;
      if (!Array.isArray(functions)) throw engineResult(backend, 'emit', wanted, showValue(functions));
      if (functions.length !== sections.length && functions.length !== sections.length + sequences.length)
        throw engineResult(backend, 'emit', wanted, `${functions.length} of them`);
      const stray = functions.findIndex((each) => typeof each !== 'function');
      if (stray >= 0)
        throw engineResult(
          backend,
          'emit',
          wanted,
          `${showValue(functions[stray])} for ${stray < sections.length ? 'section' : 'function'} ${stray}`,
        );
      return (functions as readonly BlockFunction[]).map((run, index): BlockFunction => {
        const number = index < sections.length ? index : sequences[index - sections.length]![0]!;
        const what = `the function of ${described(sections[number]!, number)}`;
        return (block) => guarded(backend, what, () => run(block), hosts);
      });
    },
    randomStreams(source, items, dtype) {
      const make = engine.randomStreams?.bind(engine);
      if (make === undefined) return new WrittenStreams(engine.memory, dtype, source, items);
      return guarded(backend, 'randomStreams()', () => make(source, items, dtype));
    },
    release(frame) {
      const watched = frames.get(frame);
      if (watched !== undefined) guarded(backend, 'release()', () => engine.release?.(watched));
    },
    dispose: () => guarded(backend, 'dispose()', () => engine.dispose?.()),
  };
}

function checkedMemory<Store>(backend: string, { memory }: Engine<Store>): Memory<Store> {
  const asked = <Result>(method: keyof Memory<Store>, call: () => Result): Result =>
    guarded(backend, `memory.${method}()`, call);
  return {
    allocate: (shape) => asked('allocate', () => memory.allocate(shape)),
    free: (store) => asked('free', () => memory.free(store)),
    ...(memory.requireRoom !== undefined && {
      requireRoom: (needs: readonly StoreNeed[]) => asked('requireRoom', () => memory.requireRoom!(needs)),
    }),
    ...(memory.within !== undefined && {
      within: (store: Store, shape: StoreShape): Store => asked('within', () => memory.within!(store, shape)),
    }),
    write: (...given) => asked('write', () => memory.write(...given)),
    ...(memory.rows !== undefined && {
      rows(store: Store, row: number, length: number): FloatArray {
        const rows: unknown = asked('rows', () => memory.rows!(store, row, length));
        const isFloats = rows instanceof Float32Array || rows instanceof Float64Array;
        if (isFloats && rows.length === length) return rows;
        const given = isFloats ? `${rows.length} of them` : showValue(rows);
        throw engineResult(backend, 'memory.rows', `an array of ${length} floating-point numbers`, given);
      },
    }),
    fill: (...given) => asked('fill', () => memory.fill(...given)),
    copy: (...given) => asked('copy', () => memory.copy(...given)),
    read: (...given) => asked('read', () => memory.read(...given)),
  };
}

/** The frame, with host functions whose errors are told from the engine's. */
function watchedFrame<Store>(frame: Frame<Store>, hosts: HostErrors): Frame<Store> {
  const { program, items, blockSteps, scalars } = frame;
  return {
    program,
    items,
    blockSteps,
    scalars,
    place: (buffer) => frame.place(buffer),
    instancesOf: (host) => hosts.watched(() => frame.instancesOf(host)),
  };
}

/** What the call gives, or promises; it fails with BACKEND_FAILED, unless with what says itself what is wrong. */
function guarded<Result>(backend: string, what: string, call: () => Result, hosts?: HostErrors): Result {
  const told = (error: unknown): unknown =>
    isNdlError(error) || hosts?.threw(error) === true ? error : backendFailed(backend, what, error);
  let result: Result;
  try {
    result = call();
  } catch (error) {
    throw told(error);
  }
  if (typeof (result as Partial<PromiseLike<unknown>> | undefined)?.then !== 'function') return result;
  return Promise.resolve(result).catch((error: unknown) => {
    throw told(error);
  }) as Result;
}

/** A section by its number, kind, and what of the model its first instruction comes from. */
function described({ kind, instructions }: Section, index: number): string {
  const label = instructions[0]?.label;
  return `section ${index} (${label === undefined ? kind : `${kind}, from "${label}" on`})`;
}
