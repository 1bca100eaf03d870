/**
 * @file Sections that threads run together, each a function of its own. Where every item is worked on by itself, each thread walks all
 * steps for some of them, and none waits for another. Else units of a step are shared out one by one, and threads meet in between.
 */
import type { EmittedSection } from '@ndl/backend-kit';
import type { Amount } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import type { FunctionBuilder, FunctionHandle } from '@ndl/wasm-module';
import type { Store } from '../memory/memory.ts';
import { emitUnit, INSTRUCTION_WORK, unitsOf } from '../sections/emitted-units.ts';
import type { IsNeeded, ReadersOfBuffers } from '../sections/readers-of-buffers.ts';
import { EmittedSample } from '../sections/samples.ts';
import type { Unit } from '../sections/schedule.ts';
import { type ItemRange, type ModuleContext, type Pack, SectionContext } from '../sections/section-context.ts';
import { meetingsOf, planOf, type Planned } from './section-plan.ts';
import { emitSharedWalk, type Tasks } from './shared-walk.ts';
import type { Share } from './shares.ts';
import type { WorkTime } from './work-time.ts';

/** What threads have in common while a module is emitted, and what each has for itself. */
export interface Threads {
  /** One for each thread. */
  readonly contexts: readonly ModuleContext[];
  readonly time: WorkTime;
  /** Waits for the other threads. */
  meet(f: FunctionBuilder): void;
}

/** What threads run of a section. */
export interface SharedSection {
  /** One for each thread. */
  readonly handles: readonly FunctionHandle[];
  readonly packs: ReadonlySet<Pack>;
  /** For each sample of the section, those that take it. */
  readonly samples: readonly (readonly EmittedSample[])[];
  /** Nanoseconds of a block that are saved. */
  readonly saved: Amount;
}

/** Adds what threads run of a section to the module; undefined where that would save nothing. */
export function* emitSharedSection(
  section: EmittedSection<Store>,
  threads: Threads,
  readers: ReadersOfBuffers,
  number: number,
  asked: Set<string>,
): Pieces<SharedSection | undefined> {
  const whole = new SectionContext(threads.contexts[0]!, section, `section${number}`);
  const units = yield* unitsOf(whole, section.instructions);
  const plan = planOf(whole, section, units, threads.contexts.length, threads.time);
  if (plan === undefined) return undefined;
  const isNeeded = yield* readers.within(section.instructions, units);
  const emission = new SharedEmission(section, threads, number, asked);
  if (plan.ranges === undefined) return yield* emission.byUnits(plan.units, plan.saved, isNeeded);
  return yield* emission.byItems(plan.ranges, plan.saved, units, isNeeded);
}

class SharedEmission {
  readonly #section: EmittedSection<Store>;
  readonly #threads: Threads;
  readonly #name: string;
  readonly #asked: Set<string>;
  readonly #contexts = new Map<string, SectionContext>();
  readonly #tasks: Tasks[number][][];

  constructor(section: EmittedSection<Store>, threads: Threads, number: number, asked: Set<string>) {
    this.#section = section;
    this.#threads = threads;
    this.#name = `section${number}`;
    this.#asked = asked;
    this.#tasks = threads.contexts.map(() => []);
  }

  *byItems(
    ranges: readonly ItemRange[],
    saved: Amount,
    units: readonly Unit[],
    isNeeded: IsNeeded,
  ): Pieces<SharedSection> {
    for (const unit of units) {
      for (const [thread, range] of ranges.entries()) {
        if (range.count === 0) continue;
        this.#emit(thread, { unit, range }, unit, isNeeded);
        yield INSTRUCTION_WORK;
      }
    }
    const busy = ranges.flatMap((range, thread) => (range.count > 0 ? [{ thread, range }] : []));
    for (const { thread } of busy) this.#tasks[thread]!.push('samples');
    const samples = this.#section.samples.map((sample, index) =>
      busy.map(({ thread, range }) =>
        this.#asking(() => new EmittedSample(this.#context(thread, range), sample, index)),
      ),
    );
    const handles = ranges.map((range, thread) =>
      this.#walk(
        this.#context(thread, range),
        thread,
        samples.map((takers) => takers[busy.findIndex((each) => each.thread === thread)]!).filter(Boolean),
      ),
    );
    return { handles, packs: this.#packs(), samples, saved };
  }

  *byUnits(units: readonly Planned[], saved: Amount, isNeeded: IsNeeded): Pieces<SharedSection> {
    const all = { first: 0, count: this.#threads.contexts[0]!.frame.items };
    const whole = this.#context(0, all);
    const { samples: wanted } = this.#section;
    const meetings = meetingsOf(units, this.#section, all);
    const meetBefore = (index: number): void => {
      if (meetings[index]!) for (const tasks of this.#tasks) tasks.push('meeting');
    };
    for (const [index, { unit, shares }] of units.entries()) {
      meetBefore(index);
      for (const [thread, share] of shares.entries()) {
        if (share === undefined) continue;
        this.#emit(thread, share, unit, isNeeded);
        yield INSTRUCTION_WORK;
      }
    }
    if (wanted.length > 0) {
      meetBefore(units.length);
      this.#tasks[0]!.push('samples');
    }
    const samples = wanted.map((sample, index) => [this.#asking(() => new EmittedSample(whole, sample, index))]);
    const handles = this.#threads.contexts.map((_, thread) =>
      this.#walk(this.#context(thread, all), thread, thread === 0 ? samples.flat() : []),
    );
    return { handles, packs: this.#packs(), samples, saved };
  }

  /** Adds what a thread does of a unit. @param whole what it is a share of */
  #emit(thread: number, { unit, range }: Share, whole: Unit, isNeeded: IsNeeded): void {
    const context = this.#context(thread, range);
    const before = context.parts.length;
    this.#asking(() => emitUnit(context, unit, (view) => isNeeded(view, whole)));
    this.#tasks[thread]!.push(...context.parts.slice(before));
  }

  #walk(context: SectionContext, thread: number, samples: readonly EmittedSample[]): FunctionHandle {
    const name = nameOfThread(this.#name, thread);
    const { meet } = this.#threads;
    return this.#asking(() =>
      context.shared.module.function(
        name,
        {},
        (f) => emitSharedWalk(context, f, this.#tasks[thread]!, samples, meet),
        true,
      ),
    );
  }

  #context(thread: number, range?: ItemRange): SectionContext {
    const shared = this.#threads.contexts[thread]!;
    const { first, count } = range ?? { first: 0, count: shared.frame.items };
    const name = `${nameOfThread(this.#name, thread)}.${first}-${first + count}`;
    const known = this.#contexts.get(name);
    if (known !== undefined) return known;
    const made = new SectionContext(shared, this.#section, name, { first, count });
    this.#contexts.set(name, made);
    return made;
  }

  #packs(): ReadonlySet<Pack> {
    return new Set([...this.#contexts.values()].flatMap(({ packs }) => [...packs]));
  }

  #asking<Result>(make: () => Result): Result {
    let made: Result | undefined;
    this.#threads.contexts[0]!.control.asking(this.#asked, () => {
      made = make();
    });
    return made as Result;
  }
}

/** What a thread's part of a function is called. */
export function nameOfThread(name: string, thread: number): string {
  return `${name}.thread${thread}`;
}
