/** @file What must come before what in a loop over steps, in lag form. */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { Buffer } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { lagsIn, lagsOf } from '../program/views.ts';
import type { Cuts } from './cuts.ts';
import { type Part, usesOfPart } from './units.ts';

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
  const intervalsOf = (view: View): readonly Interval[] => {
    let ofBuffer = intervals.get(view.buffer);
    if (ofBuffer === undefined) intervals.set(view.buffer, (ofBuffer = []));
    return cuts.intervalsOf(view).map((number) => (ofBuffer[number] ??= { writer: -1, late: [] }));
  };
  const isLocal = (view: View): boolean => cuts.of(view.buffer).length > 0;
  for (const [index, part] of parts.entries()) {
    const done = operations.add(PART_COST);
    if (done !== undefined) yield done;
    const { reads, writes } = usesOfPart(part);
    for (const view of reads) {
      if (!isLocal(view)) continue;
      const isPresent = lagsOf(view).least === 0;
      const lags = view.lag === undefined ? [] : lagsIn(view).filter((lag) => lag > 0);
      const isLate = lags.length > 0 && Math.min(...lags) < limit;
      for (const interval of intervalsOf(view)) {
        if (isPresent && interval.writer >= 0) join(interval.writer, index, false);
        if (isLate) interval.late.push(index);
      }
    }
    for (const target of writes) {
      const isAccumulator = buffers.get(target.buffer)!.steps === 'one';
      for (const interval of intervalsOf(target)) {
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
