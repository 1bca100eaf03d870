/** @file Functions of a module over blocks of steps: of sections, and of sequences of them. */
import type { Block, EmittedSection } from '@ndl/backend-kit';
import { type HostInstruction, type Instruction, type View, writesOf } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import type { FunctionBuilder, FunctionHandle, Operand } from '@ndl/wasm-module';
import { emitHosts } from './host-calls.ts';
import { emitElementwise } from '../loops/loop-emitter.ts';
import type { Store } from '../memory/memory.ts';
import type { ReadersOfBuffers } from './readers-of-buffers.ts';
import { EmittedSample } from './samples.ts';
import { schedule, type Unit } from './schedule.ts';
import { type ModuleContext, type Pack, SectionContext } from './section-context.ts';
import { emitContract, emitReduce, isElementwise } from '../products/sums.ts';
import { TimedParts } from './timed-parts.ts';

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
}

/** The function of a section. */
export interface SectionFunction extends EmittedFunction {
  readonly handle: FunctionHandle;
  /** Slots that it looks at. */
  readonly asked: ReadonlySet<string>;
  readonly samples: readonly EmittedSample[];
}

/** Operations that emitting an instruction takes, roughly. */
const INSTRUCTION_WORK = 2 ** 16;

/** Host functions that are called at one call. */
const MOST_HOSTS = 32;

/** Adds a section to the module. @param number of the section among those that are emitted */
export function* emitSection(
  section: EmittedSection<Store>,
  shared: ModuleContext,
  readers: ReadersOfBuffers,
  number: number,
): Pieces<SectionFunction> {
  const name = `section${number}`;
  const context = new SectionContext(shared, section, name);
  const { frame, clock } = shared;
  const timed = clock && new TimedParts(clock, number, section.kind);
  const asked = new Set<string>();
  yield* emitInstructions(context, section, readers, asked, timed);
  let samples: readonly EmittedSample[] = [];
  let handle: FunctionHandle | undefined;
  shared.control.asking(asked, () => {
    samples = section.samples.map((sample, index) => new EmittedSample(context, sample, index));
    handle = shared.module.function(name, {}, (f) => emitWalk(context, f, samples, timed), true);
  });
  const written = new Set(section.instructions.flatMap(writesOf).map(({ target }) => target.buffer));
  const places = [...written].map((buffer) => frame.place(buffer));
  const changes = places.filter(({ buffer }) => buffer.role === 'parameter').map(({ store }) => store);
  const tell = teller(shared, asked, samples);
  return { name, handle: handle!, asked, samples, packs: context.packs, changes, tell, begin: timed?.begin };
}

/** Adds a function that calls those of sections one after another. Factors that one of them changes are packed anew for those behind it. */
export function emitSequence(
  sections: readonly SectionFunction[],
  shared: ModuleContext,
  name: string,
): EmittedFunction {
  const changed = new Set<Store>();
  shared.module.function(
    name,
    {},
    (f) => {
      for (const { handle, packs, changes } of sections) {
        for (const pack of packs) if (changed.has(pack.store)) f.call(pack.handle);
        f.call(handle);
        for (const store of changes) changed.add(store);
      }
    },
    true,
  );
  const asked = new Set(sections.flatMap((section) => [...section.asked]));
  const samples = sections.flatMap((section) => section.samples);
  const packs = new Set(sections.flatMap((section) => [...section.packs]));
  return { name, packs, changes: [...changed], tell: teller(shared, asked, samples) };
}

function teller(
  { control }: ModuleContext,
  asked: ReadonlySet<string>,
  samples: readonly EmittedSample[],
): EmittedFunction['tell'] {
  const write = control.writer(asked);
  return (block) => {
    write(block);
    for (let sample = 0; sample < samples.length; sample++) samples[sample]!.write(block.sampled[sample]!);
  };
}

function emitWalk(
  context: SectionContext,
  f: FunctionBuilder,
  samples: readonly EmittedSample[],
  timed: TimedParts | undefined,
): void {
  const callParts = (step: Operand<'i32'>): void => {
    for (const [position, part] of context.parts.entries()) {
      f.call(part, step);
      timed?.done(f, position);
    }
  };
  const tellOfSamples = samples.length > 0 ? timed?.samples() : undefined;
  if (context.kind !== 'steps') {
    callParts(0);
    for (const sample of samples) sample.all(f);
    tellOfSamples?.(f);
    return;
  }
  const steps = context.steps(f);
  const takes = samples.map((sample) => sample.walking(f));
  const step = f.local('i32', 'step');
  const isDescending = context.direction === 'descending';
  if (isDescending) f.set(step, steps);
  f.count(0, steps, 1, () => {
    if (isDescending) f.increase(step, -1);
    callParts(step);
    for (const take of takes) take(step);
    tellOfSamples?.(f);
    if (!isDescending) f.increase(step, 1);
  });
}

function* emitInstructions(
  context: SectionContext,
  section: EmittedSection<Store>,
  readers: ReadersOfBuffers,
  asked: Set<string>,
  timed: TimedParts | undefined,
): Pieces<void> {
  const units = yield* schedule(section.instructions, {
    kind: section.kind,
    isElementwise: (instruction) => isElementwise(context, instruction),
    axesOf: (view) => {
      const { hasItems, hasSteps } = context.access(view);
      return `${hasItems} ${hasSteps}`;
    },
  });
  const isNeeded = yield* readers.within(section.instructions, units);
  const { control } = context.shared;
  for (const unit of gatheredHosts(units)) {
    const isStored = (view: View): boolean => Array.isArray(unit) || isNeeded(view, unit);
    control.asking(asked, () => {
      if (Array.isArray(unit)) emitHosts(context, unit);
      else if (unit.kind === 'loop') emitElementwise(context, unit.group, isStored);
      else emitInstruction(context, unit.instruction);
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

function emitInstruction(context: SectionContext, instruction: Instruction): void {
  switch (instruction.kind) {
    case 'contract':
      return emitContract(context, instruction);
    case 'reduce':
      return emitReduce(context, instruction);
    default:
      throw new TypeError(`a loop is wanted for ${instruction.kind}`);
  }
}
