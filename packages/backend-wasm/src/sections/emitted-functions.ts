/** @file Functions of a module over blocks of steps: of sections, and of sequences of them. */
import type { Block, EmittedSection } from '@ndl/backend-kit';
import { type Amount, type HostInstruction, sumOfAmounts, type View, writesOf } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import type { FunctionBuilder, FunctionHandle } from '@ndl/wasm-module';
import { emitHosts } from './host-calls.ts';
import type { Store } from '../memory/memory.ts';
import { emitUnit, INSTRUCTION_WORK, unitsOf } from './emitted-units.ts';
import type { ReadersOfBuffers } from './readers-of-buffers.ts';
import { EmittedSample } from './samples.ts';
import type { Unit } from './schedule.ts';
import { type ModuleContext, type Pack, SectionContext } from './section-context.ts';
import { emitSharedSection, nameOfThread, type SharedSection, type Threads } from '../threads/shared-sections.ts';
import { perBlock } from '../threads/work-time.ts';
import { TimedParts } from './timed-parts.ts';
import { walkSteps } from './walk-steps.ts';

/** A function of the module, with what goes with it. */
export interface EmittedFunction {
  readonly name: string;
  /** Tells it of a block; to be called before it is. */
  tell(block: Block): void;
  /** What it uses of packed factors as they are when it is called. */
  readonly packs: ReadonlySet<Pack>;
  /** Stores of parameters that it changes. */
  readonly changes: readonly Store[];
  /** Where parts are timed: to be called when what comes before the first is done. */
  readonly begin?: (() => void) | undefined;
  /** Where threads can run it, together. */
  readonly byThreads?: ThreadedFunction | undefined;
  /** Nanoseconds of a block on one thread, where there are threads. */
  readonly time?: Amount | undefined;
}

/** What threads run. */
interface ThreadedFunction {
  /** One function for each. */
  readonly names: readonly string[];
  readonly packs: ReadonlySet<Pack>;
  /** Nanoseconds of a block that they save. */
  readonly saved: Amount;
}

/** The function of a section. */
export interface SectionFunction extends EmittedFunction {
  readonly handle: FunctionHandle;
  /** What threads run of it, where they can. */
  readonly together: SharedSection | undefined;
  /** Slots that it looks at. */
  readonly asked: ReadonlySet<string>;
  /** For each sample, those that take it. */
  readonly samples: readonly (readonly EmittedSample[])[];
}

/** Host functions that are called at one call. */
const MOST_HOSTS = 32;

/** Adds a section to the module. @param number of the section among those that are emitted. @param threads that are there to run it together */
export function* emitSection(
  section: EmittedSection<Store>,
  shared: ModuleContext,
  readers: ReadersOfBuffers,
  number: number,
  threads?: Threads,
): Pieces<SectionFunction> {
  const name = `section${number}`;
  const { frame, clock, control, module } = shared;
  const context = new SectionContext(shared, section, name);
  const timed = clock && new TimedParts(clock, number, section.kind);
  const asked = new Set<string>();
  yield* emitInstructions(context, section, readers, asked, timed);
  let own: readonly EmittedSample[] = [];
  let handle: FunctionHandle | undefined;
  control.asking(asked, () => {
    own = section.samples.map((sample, index) => new EmittedSample(context, sample, index));
    handle = module.function(name, {}, (f) => emitWalk(context, f, own, timed), true);
  });
  const together = threads && (yield* emitSharedSection(section, threads, readers, number, asked));
  const samples = own.map((sample, index) => [sample, ...(together?.samples[index] ?? [])]);
  const written = new Set(section.instructions.flatMap(writesOf).map(({ target }) => target.buffer));
  const places = [...written].map((buffer) => frame.place(buffer));
  return {
    name,
    handle: handle!,
    asked,
    samples,
    packs: context.packs,
    changes: places.filter(({ buffer }) => buffer.role === 'parameter').map(({ store }) => store),
    tell: teller(shared, asked, samples),
    begin: timed?.begin,
    together,
    byThreads: together && { ...together, names: together.handles.map((each) => each.name) },
    time:
      threads &&
      perBlock(
        sumOfAmounts(section.instructions.map((each) => threads.time.ofInstruction(each, section.kind))),
        section.kind,
      ),
  };
}

/** Adds a function that calls those of sections one after another. Factors that one of them changes are packed anew for those behind it. */
export function emitSequence(
  sections: readonly SectionFunction[],
  shared: ModuleContext,
  name: string,
  threads?: Threads,
): EmittedFunction {
  const changed = new Set(sections.flatMap(({ changes }) => changes));
  const asked = new Set(sections.flatMap((section) => [...section.asked]));
  const samples = sections.flatMap((section) => section.samples);
  const packs = new Set(sections.flatMap((section) => [...section.packs]));
  const made = { name, packs, changes: [...changed], tell: teller(shared, asked, samples) };
  shared.module.function(name, {}, (f) => emitCalls(f, sections), true);
  if (threads === undefined) return made;
  const time = sumOfAmounts(sections.flatMap((section) => section.time ?? []));
  const shares = sections.flatMap(({ together }) => together ?? []);
  if (shares.length === 0) return { ...made, time };
  const names = threads.contexts.map((_, thread) => nameOfThread(name, thread));
  for (const [thread, own] of names.entries())
    shared.module.function(own, {}, (f) => emitCalls(f, sections, { number: thread, threads }), true);
  const theirs = new Set(sections.flatMap((section) => [...(section.together ?? section).packs]));
  return { ...made, time, byThreads: { names, packs: theirs, saved: sumOfAmounts(shares.map(({ saved }) => saved)) } };
}

/** The functions of sections one after another, or what a thread does of them: threads meet where one may look at what another has written. */
function emitCalls(
  f: FunctionBuilder,
  sections: readonly SectionFunction[],
  thread?: { readonly number: number; readonly threads: Threads },
): void {
  const meet = (): void => thread?.threads.meet(f);
  const isFirst = thread === undefined || thread.number === 0;
  const changed = new Set<Store>();
  for (const [index, { handle, together, packs, changes }] of sections.entries()) {
    if (index > 0) meet();
    const isShared = thread !== undefined && together !== undefined;
    const anew = [...(isShared ? together.packs : packs)].filter((pack) => changed.has(pack.store));
    if (isFirst) for (const pack of anew) f.call(pack.handle);
    if (anew.length > 0) meet();
    if (isShared) f.call(together.handles[thread.number]!);
    else if (isFirst) f.call(handle);
    for (const store of changes) changed.add(store);
  }
}

function teller(
  { control }: ModuleContext,
  asked: ReadonlySet<string>,
  samples: SectionFunction['samples'],
): EmittedFunction['tell'] {
  const write = control.writer(asked);
  return (block) => {
    write(block);
    for (let sample = 0; sample < samples.length; sample++)
      for (const taker of samples[sample]!) taker.write(block.sampled[sample]!);
  };
}

function emitWalk(
  context: SectionContext,
  f: FunctionBuilder,
  samples: readonly EmittedSample[],
  timed: TimedParts | undefined,
): void {
  const tellOfSamples = samples.length > 0 ? timed?.samples() : undefined;
  walkSteps(context, f, samples, (step, takeSamples) => {
    for (const [position, part] of context.parts.entries()) {
      f.call(part, step);
      timed?.done(f, position);
    }
    takeSamples();
    tellOfSamples?.(f);
  });
}

function* emitInstructions(
  context: SectionContext,
  section: EmittedSection<Store>,
  readers: ReadersOfBuffers,
  asked: Set<string>,
  timed: TimedParts | undefined,
): Pieces<void> {
  const units = yield* unitsOf(context, section.instructions);
  const isNeeded = yield* readers.within(section.instructions, units);
  const { control } = context.shared;
  for (const unit of gatheredHosts(units)) {
    const isStored = (view: View): boolean => Array.isArray(unit) || isNeeded(view, unit);
    control.asking(asked, () => {
      if (Array.isArray(unit)) emitHosts(context, unit);
      else emitUnit(context, unit, isStored);
    });
    timed?.add(unit, context.parts.length, isStored);
    yield INSTRUCTION_WORK;
  }
}

/** Units, and host functions that are called one after another as one list: as many as take no longer than a piece of work. */
function gatheredHosts(units: readonly Unit[]): readonly (Unit | HostInstruction[])[] {
  const gathered: (Unit | HostInstruction[])[] = [];
  for (const unit of units) {
    if (unit.kind === 'loop' || unit.instruction.kind !== 'host') {
      gathered.push(unit);
      continue;
    }
    const last = gathered.at(-1);
    if (Array.isArray(last) && last.length < MOST_HOSTS) last.push(unit.instruction);
    else gathered.push([unit.instruction]);
  }
  return gathered;
}
