/** @file Who reads and who writes which buffer of a program, and where: one index that passes, checks and adjoints work from. */
import { readsOf, writesOf } from './instruction-access.ts';
import type { Instruction, WriteMode } from './instructions.ts';
import type { Buffer, Program, Section } from './program.ts';
import type { View } from './view.ts';
import { lagsOf, overlaps } from './views.ts';

/** A place in a program where a buffer is read or written. */
export interface Use {
  /** Number of the section. */
  readonly section: number;
  /** Number of the instruction within its section. */
  readonly index: number;
  readonly instruction: Instruction;
  readonly view: View;
}

export interface WriteUse extends Use {
  readonly mode: WriteMode;
}

const NO_USES: readonly never[] = [];

export class BufferUses {
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #reads = new Map<string, Use[]>();
  readonly #writes = new Map<string, WriteUse[]>();

  constructor({ buffers, sections }: { readonly buffers: readonly Buffer[]; readonly sections: Program['sections'] }) {
    this.#buffers = new Map(buffers.map((buffer) => [buffer.id, buffer]));
    sections.forEach((section, number) => this.#add(section, number));
  }

  bufferOf(view: Pick<View, 'buffer'>): Buffer {
    return this.#buffers.get(view.buffer)!;
  }

  /** In the order of sections and instructions, as are writes. */
  readsOf(id: string): readonly Use[] {
    return this.#reads.get(id) ?? NO_USES;
  }

  writesOf(id: string): readonly WriteUse[] {
    return this.#writes.get(id) ?? NO_USES;
  }

  /**
   * Whether an instruction of a section, from number `start` to the one before `stop`, changes what the view shows. What lies
   * steps back is not written any more.
   */
  isChanged(view: View, section: number, start: number, stop: number): boolean {
    if (lagsOf(view).least > 0) return false;
    return this.writesOf(view.buffer).some(
      (write) => write.section === section && write.index >= start && write.index < stop && overlaps(write.view, view),
    );
  }

  #add({ instructions }: Section, section: number): void {
    instructions.forEach((instruction, index) => {
      for (const view of readsOf(instruction)) append(this.#reads, { section, index, instruction, view });
      for (const { target, mode } of writesOf(instruction))
        append(this.#writes, { section, index, instruction, view: target, mode });
    });
  }
}

function append<Place extends Use>(places: Map<string, Place[]>, place: Place): void {
  const list = places.get(place.view.buffer);
  if (list === undefined) places.set(place.view.buffer, [place]);
  else list.push(place);
}
