/** @file Who reads and who writes which buffer of a program, and where: one index that passes, checks and adjoints work from. */
import { readsOf, writesOf } from './instruction-access.ts';
import type { Instruction, WriteMode } from './instructions.ts';
import type { Buffer, Section } from './program.ts';
import type { View } from './view.ts';
import { extentOf, overlaps } from './view-elements.ts';
import { lagsOf } from './views.ts';

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
  readonly #reads = new Map<string, UseList<Use>>();
  readonly #writes = new Map<string, UseList<WriteUse>>();

  constructor(program: {
    readonly buffers: readonly Buffer[];
    readonly sections: readonly Pick<Section, 'instructions'>[];
  }) {
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    program.sections.forEach(({ instructions }, section) => {
      instructions.forEach((instruction, index) => {
        for (const view of readsOf(instruction)) append(this.#reads, { section, index, instruction, view });
        for (const { target, mode } of writesOf(instruction))
          append(this.#writes, { section, index, instruction, view: target, mode });
      });
    });
  }

  bufferOf(view: Pick<View, 'buffer'>): Buffer {
    return this.#buffers.get(view.buffer)!;
  }

  /** In the order of sections and instructions, as are writes. */
  readsOf(id: string): readonly Use[] {
    return this.#reads.get(id)?.all ?? NO_USES;
  }

  writesOf(id: string): readonly WriteUse[] {
    return this.#writes.get(id)?.all ?? NO_USES;
  }

  /** The reads that see some element of the view, in no order. */
  readsFrom(view: View): readonly Use[] {
    return this.#reads.get(view.buffer)?.overlapping(view) ?? NO_USES;
  }

  /** The writes that touch some element of the view, in no order. */
  writesInto(view: View): readonly WriteUse[] {
    return this.#writes.get(view.buffer)?.overlapping(view) ?? NO_USES;
  }

  /**
   * Whether an instruction of a section, from number `start` to the one before `stop`, changes what the view shows. What lies
   * steps back is not written any more.
   */
  isChanged(view: View, section: number, start: number, stop: number): boolean {
    if (lagsOf(view).least > 0) return false;
    return this.writesInto(view).some(
      (write) => write.section === section && write.index >= start && write.index < stop,
    );
  }
}

/** The uses of one buffer; those of a part of it are found without looking at all. */
class UseList<Place extends Use> {
  readonly all: Place[] = [];
  #sorted: readonly Reach<Place>[] | undefined;

  overlapping(view: View): Place[] {
    const extent = extentOf(view);
    if (extent === undefined) return [];
    const sorted = (this.#sorted ??= sortByExtent(this.all));
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.first <= extent.last) low = middle + 1;
      else high = middle;
    }
    const found: Place[] = [];
    for (let at = low - 1; at >= 0 && sorted[at]!.farthest >= extent.first; at--) {
      const { last, use } = sorted[at]!;
      if (last >= extent.first && overlaps(use.view, view)) found.push(use);
    }
    return found;
  }
}

/** A use and the elements between which it stands. */
interface Reach<Place> {
  readonly use: Place;
  readonly first: number;
  readonly last: number;
  /** The greatest element that this use and those before it reach. */
  readonly farthest: number;
}

function sortByExtent<Place extends Use>(uses: readonly Place[]): readonly Reach<Place>[] {
  let farthest = -Infinity;
  return uses
    .flatMap((use) => {
      const extent = extentOf(use.view);
      return extent === undefined ? [] : [{ use, ...extent }];
    })
    .sort((a, b) => a.first - b.first)
    .map((each) => {
      farthest = Math.max(farthest, each.last);
      return { ...each, farthest };
    });
}

function append<Place extends Use>(places: Map<string, UseList<Place>>, place: Place): void {
  const list = places.get(place.view.buffer) ?? new UseList<Place>();
  places.set(place.view.buffer, list);
  list.all.push(place);
}
