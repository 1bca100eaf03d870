/** @file Who asks for what a program writes: what nobody asks for but the loop that writes it need not be stored. */
import {
  type Buffer,
  type Instruction,
  instructionsOf,
  lagsOf,
  type Program,
  readsOf,
  type View,
  writesOf,
} from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import type { Unit } from './schedule.ts';
import { viewKey } from '../views/view-key.ts';

/** Asks whether a view that a unit writes is read by others. */
export type IsNeeded = (view: View, writer: Unit) => boolean;

/** Operations that a look at an instruction takes, roughly. */
const LOOK_WORK = 2 ** 12;

export class ReadersOfBuffers {
  /** Buffers that live no longer than a block, and that outputs and symbols do not show. */
  readonly #passing: ReadonlySet<string>;
  readonly #instructions = new Map<string, Instruction[]>();

  /** Those of a program. */
  static *of(program: Program): Pieces<ReadersOfBuffers> {
    const made = new ReadersOfBuffers(program);
    for (const instruction of instructionsOf(program)) {
      for (const { buffer } of readsOf(instruction)) listed(made.#instructions, buffer).push(instruction);
      yield LOOK_WORK;
    }
    return made;
  }

  private constructor(program: Program) {
    const shown = new Set(
      [...program.outputs.map(({ view }) => view), ...Object.values(program.symbols)].map(bufferOf),
    );
    const passes = ({ id, role, lifetime }: Buffer): boolean =>
      role === 'temp' && (lifetime === 'step' || lifetime === 'block') && !shown.has(id);
    this.#passing = new Set(program.buffers.filter(passes).map(({ id }) => id));
  }

  /** What is asked within a section of these instructions, whose work is done by these units. */
  *within(instructions: readonly Instruction[], units: readonly Unit[]): Pieces<IsNeeded> {
    const own = new Set(instructions);
    const readers = new Map<string, Unit[]>();
    for (const unit of units) {
      const reads = unit.kind === 'loop' ? unit.group.flatMap((work) => work.reads) : readsOf(unit.instruction);
      const added = unit.kind === 'loop' ? [] : writesOf(unit.instruction).map(({ target }) => target);
      for (const buffer of new Set([...reads, ...added].map(bufferOf))) listed(readers, buffer).push(unit);
      yield LOOK_WORK;
    }
    const keeps = new Map<Unit, (buffer: string) => boolean>();
    const keepsInRegisters = (writer: Unit, buffer: string): boolean => {
      const known = keeps.get(writer) ?? inRegisters(writer);
      keeps.set(writer, known);
      return known(buffer);
    };
    return ({ buffer }, writer) =>
      !this.#passing.has(buffer) ||
      (this.#instructions.get(buffer) ?? []).some((instruction) => !own.has(instruction)) ||
      (readers.get(buffer) ?? []).some((unit) => unit !== writer) ||
      !keepsInRegisters(writer, buffer);
  }
}

function bufferOf({ buffer }: View): string {
  return buffer;
}

function listed<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: Value[] = [];
  lists.set(key, made);
  return made;
}

/** Whether a loop reads of a buffer only what it has written at the same position: what lies some steps back comes from memory. */
function inRegisters(unit: Unit): (buffer: string) => boolean {
  if (unit.kind !== 'loop') return () => false;
  const written = new Set(unit.group.flatMap((work) => work.outputs.map(({ target }) => viewKey(target))));
  const reads = unit.group.flatMap((work) => work.reads);
  const fromMemory = reads.filter((view) => lagsOf(view).most !== 0 || !written.has(viewKey(view)));
  const buffers = new Set(fromMemory.map(bufferOf));
  return (buffer) => !buffers.has(buffer);
}
