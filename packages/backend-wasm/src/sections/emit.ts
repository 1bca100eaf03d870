/**
 * @file Sections, and sequences of them, as functions of one WebAssembly module: each walks a whole block of steps without returning. It
 * is emitted in pieces, between which others get their turn.
 */
import { type BlockFunction, type EmittedSection, type Emission, type Frame, inTurns } from '@ndl/backend-kit';
import { CallCosts, writesOf } from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { ModuleBuilder } from '@ndl/wasm-module';
import type { AddressSpace } from '../memory/address-space.ts';
import { Control } from '../memory/control.ts';
import { dumpModule } from './dump.ts';
import { type EmittedFunction, emitSection, emitSequence, type SectionFunction } from './emitted-functions.ts';
import { gathered } from './gathered-sections.ts';
import type { Store } from '../memory/memory.ts';
import { ReadersOfBuffers } from './readers-of-buffers.ts';
import { type ModuleContext, SectionContext } from './section-context.ts';
import { isElementwise } from '../products/sums.ts';
import { slotsFor } from './slots.ts';
import { CALIBRATE, timedModule } from './timed-parts.ts';

/** Functions over blocks, and what gives back what they take. */
export interface EmittedModule {
  readonly functions: readonly BlockFunction[];
  free(): void;
}

/** Bytes that every function may use for itself. */
const SCRATCH = 2 ** 18;

/** @returns functions of the sections and, behind them, of the sequences */
export async function emitModule(
  sections: readonly EmittedSection<Store>[],
  frame: Frame<Store>,
  space: AddressSpace,
  { sequences, clock, pause }: Emission,
): Promise<EmittedModule> {
  const module = new ModuleBuilder();
  const control = new Control(space, frame, slotsFor(frame));
  const shared: ModuleContext = {
    frame,
    space,
    module,
    control,
    hosts: [],
    callHosts: module.hostFunction('hosts', ['i32', 'i32']),
    lists: new Map(),
    packs: new Map(),
    scratch: scratchOf(control),
    clock: clock && timedModule(module, clock, new CallCosts(frame.program, frame.items)),
  };
  try {
    const reached = inReach(sections, shared);
    const emitted = await inTurns(functionsOf(reached, sequences, shared), pause);
    dumpModule(module, reached, frame);
    const bytes = await inTurns(module.bytesInPieces(), pause);
    const hosts = (number: number, step: number): void => shared.hosts[number]!(step);
    const imported = { memory: space.memory, hosts, ...(clock && { done: clock.done }) };
    const { instance } = await WebAssembly.instantiate(bytes, { env: imported });
    const exported = (name: string): (() => void) => instance.exports[name] as () => void;
    clock?.calibrateBy(instance.exports[CALIBRATE] as (times: number) => void);
    return { functions: emitted.map((each) => callable(each, exported)), free: () => control.free() };
  } catch (error) {
    control.free();
    throw error;
  }
}

function* functionsOf(
  sections: readonly EmittedSection<Store>[],
  sequences: Emission['sequences'],
  shared: ModuleContext,
): Pieces<readonly EmittedFunction[]> {
  const readers = yield* ReadersOfBuffers.of(shared.frame.program);
  const made: SectionFunction[] = [];
  for (const [number, section] of sections.entries()) made.push(yield* emitSection(section, shared, readers, number));
  const together = sequences.map((numbers, sequence) =>
    emitSequence(
      numbers.map((number) => made[number]!),
      shared,
      `sequence${sequence}`,
    ),
  );
  return [...made, ...together];
}

/** What the kit calls: packs what has changed, tells the function of the block, and runs it. */
function callable(
  { name, tell, packs, changes, begin }: EmittedFunction,
  exported: (name: string) => () => void,
): BlockFunction {
  const run = exported(name);
  const calls = [...packs].map((pack) => ({ pack, run: exported(pack.handle.name) }));
  return (block) => {
    for (const { pack, run: packAnew } of calls) {
      if (pack.version === pack.store.version) continue;
      packAnew();
      pack.version = pack.store.version;
    }
    tell(block);
    begin?.();
    try {
      run();
    } finally {
      // A host that throws leaves what was changed before it.
      for (const store of changes) store.version++;
    }
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
