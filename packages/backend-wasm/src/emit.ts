/** @file Sections as functions of one WebAssembly module: each walks a whole block of steps without returning. */
import type { Block, BlockFunction, EmittedSection, Frame } from '@ndl/backend-kit';
import { clocksOf, type Instruction, instructionsOf, lagsOf, readsOf, type View, writesOf } from '@ndl/ir';
import { type FunctionBuilder, ModuleBuilder } from '@ndl/wasm-module';
import type { AddressSpace } from './address-space.ts';
import { Control } from './control.ts';
import { dumpModule } from './dump.ts';
import { gathered } from './gathered-sections.ts';
import { emitHost } from './host-calls.ts';
import { emitElementwise } from './loop-emitter.ts';
import type { Store } from './memory.ts';
import { EmittedSample } from './samples.ts';
import { type ModuleContext, type Pack, SectionContext } from './section-context.ts';
import { schedule, type Unit } from './schedule.ts';
import { emitContract, emitReduce, isElementwise } from './sums.ts';
import { viewKey } from './view-key.ts';

/** Functions over blocks, and what gives back what they take. */
export interface EmittedModule {
  readonly functions: readonly BlockFunction[];
  free(): void;
}

/** Bytes that every function may use for itself. */
const SCRATCH = 2 ** 18;

export async function emitModule(
  sections: readonly EmittedSection<Store>[],
  frame: Frame<Store>,
  space: AddressSpace,
): Promise<EmittedModule> {
  const module = new ModuleBuilder();
  const control = new Control(space, frame, slotsFor(frame));
  const shared: ModuleContext = {
    frame,
    space,
    module,
    control,
    hosts: new Map(),
    lists: new Map(),
    packs: new Map(),
    scratch: scratchOf(control),
  };
  try {
    const reached = inReach(sections, shared);
    const emitted = reached.map((section, number) => emitSection(section, shared, `section${number}`));
    dumpModule(module, reached, frame);
    const imports = { memory: space.memory, ...Object.fromEntries(shared.hosts) };
    const { instance } = await WebAssembly.instantiate(module.bytes(), { env: imports });
    const exported = (name: string): (() => void) => instance.exports[name] as () => void;
    const functions = sections.map((_, number): BlockFunction => {
      const run = exported(`section${number}`);
      const { tell, packs, changes } = emitted[number]!;
      const calls = [...packs].map((pack) => ({ pack, run: exported(pack.name) }));
      return (block) => {
        for (const { pack, run: packAnew } of calls) {
          if (pack.version === pack.store.version) continue;
          packAnew();
          pack.version = pack.store.version;
        }
        tell(block);
        run();
        for (const store of changes) store.version++;
      };
    });
    return { functions, free: () => control.free() };
  } catch (error) {
    control.free();
    throw error;
  }
}

/** The sections with elementwise work in the steps next to it, unless they are done in parts. */
function inReach(sections: readonly EmittedSection<Store>[], shared: ModuleContext): readonly EmittedSection<Store>[] {
  const { program } = shared.frame;
  if (sections.length !== program.sections.length) return sections;
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  return gathered(sections, (instruction) => {
    if (writesOf(instruction).some(({ target }) => buffers.get(target.buffer)!.steps === 'one')) return false;
    if (instruction.kind !== 'contract') return ['fill', 'copy', 'map'].includes(instruction.kind);
    const context = new SectionContext(shared, { kind: 'block', direction: 'ascending', instructions: [] }, '');
    return instruction.members.every((member) => isElementwise(context, { ...instruction, members: [member] }));
  });
}

/** What goes with the function of a section. */
interface SectionFrame {
  /** Tells it of a block. */
  readonly tell: (block: Block) => void;
  readonly packs: ReadonlySet<Pack>;
  /** Stores of parameters that it changes. */
  readonly changes: readonly Store[];
}

/** Adds a section to the module. */
function emitSection(section: EmittedSection<Store>, shared: ModuleContext, name: string): SectionFrame {
  const context = new SectionContext(shared, section, name);
  let samples: readonly EmittedSample[] = [];
  const asked = shared.control.asking(() => {
    emitInstructions(context, section);
    samples = section.samples.map((sample, number) => new EmittedSample(context, sample, number));
    shared.module.function(name, {}, (f) => emitWalk(context, f, samples), true);
  });
  const write = shared.control.writer(asked);
  const written = new Set(section.instructions.flatMap(writesOf).map(({ target }) => target.buffer));
  const changed = shared.frame.program.buffers.filter(({ id, role }) => role === 'parameter' && written.has(id));
  return {
    tell(block) {
      write(block);
      for (const sample of samples) sample.write(block);
    },
    packs: context.packs,
    changes: changed.map(({ id }) => shared.frame.place(id).store),
  };
}

function emitWalk(context: SectionContext, f: FunctionBuilder, samples: readonly EmittedSample[]): void {
  if (context.kind !== 'steps') {
    for (const part of context.parts) f.call(part, 0);
    for (const sample of samples) sample.all(f);
    return;
  }
  const steps = context.steps(f);
  const takes = samples.map((sample) => sample.walking(f));
  const step = f.local('i32', 'step');
  const isDescending = context.direction === 'descending';
  if (isDescending) f.set(step, steps);
  f.count(0, steps, 1, () => {
    if (isDescending) f.increase(step, -1);
    for (const part of context.parts) f.call(part, step);
    for (const take of takes) take(step);
    if (!isDescending) f.increase(step, 1);
  });
}

function emitInstructions(context: SectionContext, section: EmittedSection<Store>): void {
  const units = schedule(section.instructions, {
    kind: section.kind,
    isElementwise: (instruction) => isElementwise(context, instruction),
    axesOf: (view) => {
      const { hasItems, hasSteps } = context.access(view);
      return `${hasItems} ${hasSteps}`;
    },
  });
  const isNeeded = readersOf(context, section, units);
  for (const unit of units) {
    if (unit.kind === 'loop') emitElementwise(context, unit.group, (view) => isNeeded(view, unit));
    else emitInstruction(context, unit.instruction);
  }
}

function emitInstruction(context: SectionContext, instruction: Instruction): void {
  switch (instruction.kind) {
    case 'contract':
      return emitContract(context, instruction);
    case 'reduce':
      return emitReduce(context, instruction);
    case 'host':
      return emitHost(context, instruction);
    default:
      throw new TypeError(`a loop is wanted for ${instruction.kind}`);
  }
}

/** Who asks for what a unit writes: other units, other sections, outputs; what nobody asks for need not be stored. */
function readersOf(
  { shared: { frame } }: SectionContext,
  section: EmittedSection<Store>,
  units: readonly Unit[],
): (view: View, writer: Unit) => boolean {
  const { program } = frame;
  const own = new Set(section.instructions);
  const elsewhere = new Set([
    ...instructionsOf(program)
      .filter((instruction) => !own.has(instruction))
      .flatMap(readsOf)
      .map(({ buffer }) => buffer),
    ...program.outputs.map(({ view }) => view.buffer),
    ...Object.values(program.symbols).map(({ buffer }) => buffer),
  ]);
  const passing = new Set(
    program.buffers
      .filter(
        ({ id, role, lifetime }) =>
          role === 'temp' && (lifetime === 'step' || lifetime === 'block') && !elsewhere.has(id),
      )
      .map(({ id }) => id),
  );
  const readers = new Map<string, Set<Unit>>();
  for (const unit of units) {
    const reads = unit.kind === 'loop' ? unit.group.flatMap((work) => work.reads) : readsOf(unit.instruction);
    const added = unit.kind === 'loop' ? [] : writesOf(unit.instruction).map(({ target }) => target);
    for (const { buffer } of [...reads, ...added]) {
      if (!readers.has(buffer)) readers.set(buffer, new Set());
      readers.get(buffer)!.add(unit);
    }
  }
  return (view, writer) => {
    const others = [...(readers.get(view.buffer) ?? [])].filter((unit) => unit !== writer);
    return !passing.has(view.buffer) || others.length > 0 || !keepsInRegisters(writer, view.buffer);
  };
}

/** Whether a loop reads of a buffer only what it has written at the same position: what lies some steps back comes from memory. */
function keepsInRegisters(unit: Unit, buffer: string): boolean {
  if (unit.kind !== 'loop') return false;
  const written = new Set(unit.group.flatMap((work) => work.outputs.map(({ target }) => viewKey(target))));
  const reads = unit.group.flatMap((work) => work.reads).filter((view) => view.buffer === buffer);
  return reads.every((view) => lagsOf(view).most === 0 && written.has(viewKey(view)));
}

/** What functions can be told: where buffers lie, scalars, the clock. */
function slotsFor({ program }: Frame<Store>): number {
  const clocks = instructionsOf(program).reduce((sum, instruction) => sum + clocksOf(instruction).length, 0);
  return program.buffers.length + program.scalars.length + clocks + 2;
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
