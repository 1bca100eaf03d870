/** @file What must come before what in a loop over steps, in lag form. */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { Buffer } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { extentOf, type Extent } from '../program/view-elements.ts';
import { lagsIn, lagsOf } from '../program/views.ts';
import type { Cuts } from './cuts.ts';
import { cutView, type Part, type Unit, type UnitView, usesOfParts } from './units.ts';

/** That one part must come before another: in the same step, or in a later one. */
export interface Edge {
  readonly to: number;
  /** Whether the other reads what this one left steps back. */
  readonly isLagged: boolean;
}

/** What a look at a part is worth, in operations. */
const PART_COST = 4096;

/** Who wrote an interval of a buffer last, and who reads it at a lag. */
interface Interval {
  writer: number;
  readonly late: number[];
}

/**
 * Edges from each part, in program order. An element is set, then added to, then read, so that what reads never has to come before
 * what writes.
 * @param limit steps that no block is longer than: what lies as far back was written in a block before
 */
export function* dependenciesOf(
  parts: readonly Part[],
  cuts: Cuts,
  buffers: ReadonlyMap<string, Buffer>,
  limit: number,
): Pieces<readonly (readonly Edge[])[]> {
  const operations = new OperationCount();
  const edges = parts.map((): Edge[] => []);
  const join = (from: number, to: number, isLagged: boolean): void => {
    if (from === to && !isLagged) return;
    const [list, last] = [edges[from]!, edges[from]!.at(-1)];
    if (last?.to !== to || last.isLagged !== isLagged) list.push({ to, isLagged });
  };
  const intervals = new Map<string, (Interval | undefined)[]>();
  const intervalsOf = (own: LocalView, part: Part): readonly Interval[] => {
    const { buffer } = own.view;
    let ofBuffer = intervals.get(buffer);
    if (ofBuffer === undefined) intervals.set(buffer, (ofBuffer = []));
    return own.intervalsIn(cuts, part).map((number) => (ofBuffer[number] ??= { writer: -1, late: [] }));
  };
  const isLocal = ({ view }: UnitView): boolean => cuts.of(view.buffer).length > 0;
  let unit: Unit | undefined;
  let [reads, writes]: LocalView[][] = [[], []];
  for (const [index, part] of parts.entries()) {
    const done = operations.add(PART_COST);
    if (done !== undefined) yield done;
    // The parts of a unit follow each other.
    if (part.unit !== unit) {
      const uses = usesOfParts((unit = part.unit));
      [reads, writes] = [uses.reads, uses.writes].map((views) =>
        views.filter(isLocal).map((view) => new LocalView(view, unit!)),
      ) as [LocalView[], LocalView[]];
    }
    for (const own of reads!) {
      const { isPresent, isLate } = own.timesIn(part, limit);
      for (const interval of intervalsOf(own, part)) {
        if (isPresent && interval.writer >= 0) join(interval.writer, index, false);
        if (isLate) interval.late.push(index);
      }
    }
    for (const own of writes!) {
      const isAccumulator = buffers.get(own.view.buffer)!.steps === 'one';
      for (const interval of intervalsOf(own, part)) {
        if (interval.writer >= 0 && interval.writer !== index) {
          // Additions keep their order; summed over steps, they take turns in each, and so share a loop.
          join(interval.writer, index, false);
          if (isAccumulator) join(index, interval.writer, true);
        }
        interval.writer = index;
      }
    }
  }
  yield operations.rest();
  for (const ofBuffer of intervals.values())
    for (const interval of ofBuffer)
      if (interval !== undefined && interval.writer >= 0)
        for (const reader of interval.late) join(interval.writer, reader, true);
  return edges;
}

/** A view of a unit, and what its parts show of it. Most are found without making views of them. */
class LocalView {
  readonly view: View;
  readonly #isCut: boolean;
  /** Elements at the first place, and how far it is from place to place; undefined where a list says where places lie. */
  readonly #atFirst: Extent | undefined;
  readonly #stride: number;
  /** The times of all places, unless they differ. */
  #times: Times | undefined;

  constructor({ view, isCut }: UnitView, { length }: Unit) {
    this.view = view;
    this.#isCut = isCut && length > 1;
    this.#stride = this.#isCut ? view.strides[0]! : 0;
    if (view.indices === undefined)
      this.#atFirst = extentOf(this.#isCut ? { ...view, shape: view.shape.with(0, 1) } : view);
  }

  /** Numbers of the intervals that a part touches. */
  intervalsIn(cuts: Cuts, part: Part): readonly number[] {
    if (this.#atFirst === undefined) return cuts.intervalsOf(this.#shownBy(part));
    const { first, last } = this.#atFirst;
    const [one, other] = [part.start * this.#stride, (part.end - 1) * this.#stride];
    return cuts.intervalsIn(this.view.buffer, {
      first: first + Math.min(one, other),
      last: last + Math.max(one, other),
    });
  }

  /** When it was written what a part shows. */
  timesIn(part: Part, limit: number): Times {
    const { lag } = this.view;
    if (lag !== undefined && this.#isCut && lag.perAxis[0] !== 0) return timesOf(this.#shownBy(part), limit);
    return (this.#times ??= timesOf(this.view, limit));
  }

  #shownBy(part: Part): View {
    return this.#isCut ? cutView(this.view, part) : this.view;
  }
}

/** Whether a view shows what this step has written, and what a step before did within a block. */
interface Times {
  readonly isPresent: boolean;
  readonly isLate: boolean;
}

function timesOf(view: View, limit: number): Times {
  const lags = view.lag === undefined ? [] : lagsIn(view).filter((lag) => lag > 0);
  return { isPresent: lagsOf(view).least === 0, isLate: lags.length > 0 && Math.min(...lags) < limit };
}
