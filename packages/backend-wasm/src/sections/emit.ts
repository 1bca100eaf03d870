/**
 * @file Sections, and sequences of them, as functions of one WebAssembly module: each walks a whole block of steps without returning. It
 * is emitted in pieces, between which others get their turn.
 */
import { type BlockFunction, type EmittedSection, type Emission, type Frame, inTurns } from '@ndl/backend-kit';
import { type Amount, CallCosts, writesOf } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { ModuleBuilder } from '@ndl/wasm-module';
import type { ArithmeticMode } from '../arithmetic.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import { Control } from '../memory/control.ts';
import { dumpModule } from './dump.ts';
import { type EmittedFunction, emitSection, emitSequence, type SectionFunction } from './emitted-functions.ts';
import { gathered } from './gathered-sections.ts';
import type { Store } from '../memory/memory.ts';
import { ReadersOfBuffers } from './readers-of-buffers.ts';
import { type ModuleContext, type Pack, SectionContext } from './section-context.ts';
import { isElementwise } from '../products/sums.ts';
import { slotsFor } from './slots.ts';
import { FasterWay } from '../threads/faster-way.ts';
import { emitMeeting } from '../threads/meeting.ts';
import type { Threads } from '../threads/shared-sections.ts';
import { type Crew, JointModule } from '../threads/joint-module.ts';
import { timeOf, WorkTime } from '../threads/work-time.ts';
import { CALIBRATE, timedModule } from './timed-parts.ts';

/** Functions over blocks, and what gives back what they take. */
export interface EmittedModule {
  readonly functions: readonly BlockFunction[];
  free(): void;
}

/** Nanoseconds that a block may take of whoever calls it, where a thread can do it. */
const LONG = 5e6;

/** How, and by whom, functions compute. */
export interface Means {
  readonly arithmetic: ArithmeticMode;
  /** Default: one thread. */
  readonly crew?: Crew | undefined;
}

/** Bytes that every function may use for itself. */
const SCRATCH = 2 ** 18;

/** @returns functions of the sections and, behind them, of the sequences */
export async function emitModule(
  sections: readonly EmittedSection<Store>[],
  frame: Frame<Store>,
  space: AddressSpace,
  { sequences, clock, pause }: Emission,
  { arithmetic, crew }: Means,
): Promise<EmittedModule> {
  const module = new ModuleBuilder({ isShared: space.isShared });
  const control = new Control(space, frame, slotsFor(frame));
  const shared: ModuleContext = {
    frame,
    space,
    module,
    control,
    arithmetic,
    hosts: [],
    callHosts: module.hostFunction('hosts', ['i32', 'i32']),
    lists: new Map(),
    packs: new Map(),
    scratch: scratchOf(control),
    clock: clock && timedModule(module, clock, new CallCosts(frame.program, frame.items)),
  };
  const threads = crew && threadsFor(crew, shared);
  let free = (): void => control.free();
  try {
    const reached = inReach(sections, shared);
    const emitted = await inTurns(functionsOf(reached, sequences, shared, threads), pause);
    dumpModule(module, reached, frame);
    const bytes = await inTurns(module.bytesInPieces(), pause);
    const hosts = (number: number, step: number): void => shared.hosts[number]!(step);
    const imported = { memory: space.memory, hosts, ...(clock && { done: clock.done }) };
    const code = await WebAssembly.compile(bytes);
    const instance = await WebAssembly.instantiate(code, { env: imported });
    const exported = (name: string): (() => void) => instance.exports[name] as () => void;
    clock?.calibrateBy(instance.exports[CALIBRATE] as (times: number) => void);
    if (emitted.every(({ byThreads, time }) => byThreads === undefined && !isLong(time, crew)))
      return { functions: emitted.map((each) => callable(each, exported)), free };
    const joint = new JointModule(crew!, code);
    free = () => {
      joint.free();
      control.free();
    };
    if (crew!.isWaitedFor) await joint.ready;
    else if (emitted.some(({ time }) => isLong(time, crew))) await joint.readySoon();
    return { functions: emitted.map((each) => callable(each, exported, joint)), free };
  } catch (error) {
    free();
    throw error;
  }
}

/** Whether a block takes so long that it should not hold up who calls it. */
function isLong(time: Amount | undefined, crew: Crew | undefined): boolean {
  return time !== undefined && crew !== undefined && timeOf(time, crew.steps) > LONG;
}

/** Threads, where so much is done that they are worth it. What calls the host, or tells the time, is done by one. */
function threadsFor({ team, steps, thresholds }: Crew, shared: ModuleContext): Threads | undefined {
  const { program } = shared.frame;
  const time = new WorkTime(shared, steps, thresholds);
  if (shared.clock !== undefined || program.hosts.length > 0 || !time.isLong(program.sections)) return undefined;
  const meeting = emitMeeting(shared.module);
  const contexts = Array.from({ length: team.size }, () => ({ ...shared, scratch: scratchOf(shared.control) }));
  return { contexts, time, meet: (f) => f.call(meeting, team.size - 1) };
}

function* functionsOf(
  sections: readonly EmittedSection<Store>[],
  sequences: Emission['sequences'],
  shared: ModuleContext,
  threads: Threads | undefined,
): Pieces<readonly EmittedFunction[]> {
  const readers = yield* ReadersOfBuffers.of(shared.frame.program);
  const made: SectionFunction[] = [];
  for (const [number, section] of sections.entries()) {
    made.push(yield* emitSection(section, shared, readers, number, threads));
  }
  const together = sequences.map((numbers, sequence) =>
    emitSequence(
      numbers.map((number) => made[number]!),
      shared,
      `sequence${sequence}`,
      threads,
    ),
  );
  return [...made, ...together];
}

/** What the kit calls: packs what has changed, tells the function of the block, and runs it. @param joint has threads run functions, where that saves something */
function callable(
  { name, tell, packs, changes, begin, byThreads, time }: EmittedFunction,
  exported: (name: string) => () => void,
  joint?: JointModule,
): BlockFunction {
  const packing = (wanted: ReadonlySet<Pack>): (() => void) => {
    const calls = [...wanted].map((pack) => ({ pack, run: exported(pack.handle.name) }));
    return () => {
      for (const { pack, run: packAnew } of calls) {
        if (pack.version === pack.store.version) continue;
        packAnew();
        pack.version = pack.store.version;
      }
    };
  };
  // A host that throws leaves what was changed before it.
  const note = (): void => {
    for (const store of changes) store.version++;
  };
  const [run, pack] = [exported(name), packing(packs)];
  const here: BlockFunction = (block) => {
    pack();
    tell(block);
    begin?.();
    try {
      run();
    } finally {
      note();
    }
  };
  if (joint === undefined) return here;
  const alone: BlockFunction = (block) => {
    if (time === undefined || timeOf(time, block.steps) < LONG || !joint.isReady) return here(block);
    pack();
    tell(block);
    return joint.run([name]).finally(note);
  };
  if (byThreads === undefined) return alone;
  const { names, saved } = byThreads;
  const packForThreads = packing(byThreads.packs);
  const together = (block: Parameters<BlockFunction>[0]): Promise<void> => {
    packForThreads();
    tell(block);
    return joint.run(names).finally(note);
  };
  // Who asks for threads has them.
  if (joint.isAskedFor) return (block) => (joint.saves(timeOf(saved, block.steps)) ? together : alone)(block);
  const ways = new FasterWay();
  return (block) => {
    if (!joint.saves(timeOf(saved, block.steps))) return alone(block);
    const began = performance.now();
    const way = ways.next();
    const done = (): void => ways.note(way, performance.now() - began, block.steps);
    const under = (way === 'together' ? together : alone)(block);
    if (under === undefined) done();
    else return under.then(done);
  };
}

/** The sections with elementwise work in the steps next to it, unless they are done in parts. */
function inReach(sections: readonly EmittedSection<Store>[], shared: ModuleContext): readonly EmittedSection<Store>[] {
  const { program } = shared.frame;
  if (sections.length !== program.sections.length) return sections;
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  const context = new SectionContext(shared, { kind: 'block', direction: 'ascending', instructions: [] }, '');
  return gathered(sections, (instruction) => {
    if (writesOf(instruction).some(({ target }) => buffers.get(target.buffer)!.steps === 'one')) return false;
    if (instruction.kind !== 'contract') return ['fill', 'copy', 'map'].includes(instruction.kind);
    return instruction.members.every((member) => isElementwise(context, { ...instruction, members: [member] }));
  });
}

/** A piece for whoever runs; what needs more has its own. */
function scratchOf(control: Control): ModuleContext['scratch'] {
  let start: number | undefined;
  let taken = 0;
  return {
    take(bytes) {
      const wanted = Math.ceil(bytes / 64) * 64;
      if (taken + wanted > SCRATCH) return control.take(wanted);
      start ??= control.take(SCRATCH);
      taken += wanted;
      return start + taken - wanted;
    },
    reset() {
      taken = 0;
    },
  };
}
