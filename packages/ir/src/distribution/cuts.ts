/**
 * @file Where units are cut. A buffer is cut where some view of it begins or ends; a unit, where one of its views meets a cut of its
 * buffer; and its other views hand the cut on to theirs, until nothing new is found.
 */
import { lastIndexAtMost, OperationCount, type Pieces } from '@ndl/numerics';
import { readsOf, writesOf } from '../program/instruction-access.ts';
import type { View } from '../program/view.ts';
import { extentOf, type Extent } from '../program/view-elements.ts';
import { indicesOf } from '../program/views.ts';
import { type Part, type Unit } from './units.ts';

/** Sorted positions at which one buffer is cut, the first at its first element that is used. */
class BufferCuts {
  readonly #known = new Set<number>();
  #sorted: readonly number[] | undefined;

  /** How many there are; they become more, never fewer. */
  get count(): number {
    return this.#known.size;
  }

  add(cut: number): void {
    if (this.#known.has(cut)) return;
    this.#known.add(cut);
    this.#sorted = undefined;
  }

  get sorted(): readonly number[] {
    return (this.#sorted ??= [...this.#known].sort((a, b) => a - b));
  }
}

const UNCUT = new BufferCuts();

/** The cuts of all buffers. */
export class Cuts {
  readonly #cuts = new Map<string, BufferCuts>();

  /** Those of one buffer, to be added to. */
  in(buffer: string): BufferCuts {
    let cuts = this.#cuts.get(buffer);
    if (cuts === undefined) this.#cuts.set(buffer, (cuts = new BufferCuts()));
    return cuts;
  }

  of(buffer: string): readonly number[] {
    return (this.#cuts.get(buffer) ?? UNCUT).sorted;
  }

  /** Number of the interval, between two neighbouring cuts, in which an element stands. */
  intervalOf(buffer: string, element: number): number {
    return lastIndexAtMost(element, this.of(buffer));
  }

  /** Numbers of the intervals that a view may touch. */
  intervalsOf(view: View): readonly number[] {
    const list = indicesOf(view, 0);
    if (list !== undefined && view.shape.length === 1) {
      const found = new Set(list.map((offset) => this.intervalOf(view.buffer, view.offset + offset)));
      return [...found].sort((a, b) => a - b);
    }
    const extent = extentOf(view);
    return extent === undefined ? [] : this.intervalsIn(view.buffer, extent);
  }

  /** Numbers of the intervals that a range of elements touches. */
  intervalsIn(buffer: string, { first, last }: Extent): readonly number[] {
    const cuts = this.of(buffer);
    const found = [lastIndexAtMost(first, cuts)];
    for (let next = found[0]! + 1; next < cuts.length && cuts[next]! <= last; next++) found.push(next);
    return found;
  }
}

/** The units, cut into the parts that anyone looks at by itself. `isLocal`: whether a buffer is written among them. */
export function* partsOf(
  units: readonly Unit[],
  isLocal: (buffer: string) => boolean,
): Pieces<{ readonly parts: readonly Part[]; readonly cuts: Cuts }> {
  const operations = new OperationCount();
  const cuts = new Cuts();
  const places = units.map((unit) => new Places(unit, walksOf(unit, isLocal, cuts)));
  for (const { unit } of places) {
    for (const view of localViewsOf(unit, isLocal)) for (const end of endsOf(view)) cuts.in(view.buffer).add(end);
  }
  for (let again = true; again;) {
    again = false;
    for (const each of places) {
      const looks = each.look();
      again ||= looks > 0;
      const done = operations.add(LOOK_COST * (1 + looks));
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  const parts = places.flatMap(({ unit, at }) => {
    const starts = [0, ...at].sort((a, b) => a - b);
    return starts.map((start, index): Part => ({ unit, start, end: starts[index + 1] ?? unit.length }));
  });
  return { parts, cuts };
}

/** What a look at a place of a unit is worth, in operations. */
const LOOK_COST = 128;

/** A unit while it is cut, and the places at which it is. */
class Places {
  readonly unit: Unit;
  readonly at: number[] = [];
  readonly #known = new Set<number>();
  readonly #walks: readonly Walk[];
  /** How many cuts each walk has looked at, and how many places have been handed on to all walks. */
  readonly #seen: number[];
  #handedOn = 0;

  constructor(unit: Unit, walks: readonly Walk[]) {
    this.unit = unit;
    this.#walks = walks;
    this.#seen = walks.map(() => -1);
    if (unit.isStacked) for (let place = 1; place < unit.length; place++) this.#add(place);
    for (const walk of walks) for (const place of walk.breaks) this.#add(place);
  }

  /** Cuts the unit where buffers have been cut meanwhile, and them where it is. @returns how many looks that took; 0 for nothing new */
  look(): number {
    let looks = 0;
    for (const [index, walk] of this.#walks.entries()) {
      const { count } = walk.cuts;
      if (this.#seen[index] === count) continue;
      this.#seen[index] = count;
      looks += count + 1;
      for (const place of walk.placesOf()) this.#add(place);
    }
    for (; this.#handedOn < this.at.length; this.#handedOn++) {
      const place = this.at[this.#handedOn]!;
      for (const { cuts, cutAt } of this.#walks) cuts.add(cutAt(place));
      looks++;
    }
    return looks;
  }

  #add(place: number): void {
    if (this.#known.has(place)) return;
    this.#known.add(place);
    this.at.push(place);
  }
}

function localViewsOf({ instruction, member }: Unit, isLocal: (buffer: string) => boolean): readonly View[] {
  const views =
    instruction.kind === 'contract'
      ? Object.values(instruction.members[member]!)
      : [...readsOf(instruction), ...writesOf(instruction).map(({ target }) => target)];
  return (views as readonly View[]).filter(({ buffer }) => isLocal(buffer));
}

/** The first element of a view, and the one after its last; of a list, of each of its runs. */
function endsOf(view: View): readonly number[] {
  const list = indicesOf(view, 0);
  if (list !== undefined && view.shape.length === 1 && list.length > 0) {
    const ends = [view.offset + list[0]!, view.offset + list.at(-1)! + 1];
    for (let place = 1; place < list.length; place++)
      if (list[place] !== list[place - 1]! + 1)
        ends.push(view.offset + list[place - 1]! + 1, view.offset + list[place]!);
    return ends;
  }
  const extent = extentOf(view);
  return extent === undefined ? [] : [extent.first, extent.last + 1];
}

/** How a view walks its buffer along the axis that its unit is cut along. */
interface Walk {
  /** Those of the buffer. */
  readonly cuts: BufferCuts;
  /** Places before which the walk jumps. */
  readonly breaks: readonly number[];
  /** Places before which a cut of the buffer lies. */
  placesOf(): readonly number[];
  /** Where the buffer is cut if the unit is cut before a place. */
  cutAt(place: number): number;
}

function walksOf(unit: Unit, isLocal: (buffer: string) => boolean, cuts: Cuts): readonly Walk[] {
  if (unit.length === 1) return [];
  const rank = rankOf(unit);
  return localViewsOf(unit, isLocal).flatMap((view) => {
    // What a map reads under fewer axes is the same for all places.
    const isWalked = unit.instruction.kind === 'reduce' || view.shape.length === rank;
    if (!isWalked || view.shape[0] !== unit.length) return [];
    const own = cuts.in(view.buffer);
    const walk = indicesOf(view, 0) === undefined ? stridedWalk(view, own) : listedWalk(view, own);
    return walk === undefined ? [] : [walk];
  });
}

function rankOf({ instruction, member }: Unit): number {
  switch (instruction.kind) {
    case 'contract':
      return instruction.members[member]!.target.shape.length;
    case 'map':
      return instruction.outputs[0]!.target.shape.length;
    case 'reduce':
      return instruction.source.shape.length;
    case 'fill':
    case 'copy':
      return instruction.target.shape.length;
    case 'host':
      return 0;
  }
}

/** Steps of one size, each past all that lies at the place before; `undefined` where places lie within each other. */
function stridedWalk(view: View, cuts: BufferCuts): Walk | undefined {
  const stride = view.strides[0]!;
  const place = extentOf({ ...view, shape: view.shape.with(0, 1) });
  if (stride <= 0 || place === undefined || place.last - place.first >= stride) return undefined;
  const length = view.shape[0]!;
  return {
    cuts,
    breaks: [],
    placesOf() {
      const found: number[] = [];
      const all = cuts.sorted;
      const last = place.first + (length - 1) * stride;
      for (let index = lastIndexAtMost(place.first, all) + 1; index < all.length && all[index]! <= last; index++) {
        const before = Math.ceil((all[index]! - place.first) / stride);
        // A cut within a place does not cut the unit.
        if (all[index]! > place.last + (before - 1) * stride) found.push(before);
      }
      return found;
    },
    cutAt: (before) => place.first + before * stride,
  };
}

/** A list of one element each. Where it jumps more often than it goes on, it is taken as one. */
function listedWalk(view: View, cuts: BufferCuts): Walk | undefined {
  const list = indicesOf(view, 0)!;
  if (view.shape.length !== 1) return undefined;
  const breaks: number[] = [];
  for (let place = 1; place < list.length; place++) if (list[place] !== list[place - 1]! + 1) breaks.push(place);
  if (breaks.length > list.length / 2) return undefined;
  const { offset } = view;
  return {
    cuts,
    breaks,
    placesOf() {
      const found: number[] = [];
      const all = cuts.sorted;
      for (const [index, start] of [0, ...breaks].entries()) {
        const end = breaks[index] ?? list.length;
        const first = offset + list[start]!;
        for (let at = lastIndexAtMost(first, all) + 1; at < all.length && all[at]! < first + end - start; at++)
          found.push(start + all[at]! - first);
      }
      return found;
    },
    cutAt: (place) => offset + list[place]!,
  };
}
