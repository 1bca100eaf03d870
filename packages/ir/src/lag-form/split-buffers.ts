/** @file Buffers that a planner merged, apart again where nobody looks across. */
import { lastIndexAtMost, sizeOf } from '@ndl/numerics';
import type { PassContext, ProgramPass } from '../passes/program-pass.ts';
import { instructionsOf, mapSections, mapViews, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { extentOf, type Extent } from '../program/view-elements.ts';

/**
 * Exact. Temps and state that have a value for each step become several where no view shows elements on both sides: so that what one
 * loop alone looks at can be narrowed, though its neighbours in the buffer leave theirs.
 */
export const splitBuffers: ProgramPass = {
  name: 'splitBuffers',
  apply(program: Program, { keep, arrays }: PassContext): Program {
    const kept = new Set(keep);
    const candidates = new Map(
      program.buffers
        .filter((buffer) => !kept.has(buffer.id) && isCuttable(buffer, arrays))
        .map((buffer) => [buffer.id, buffer]),
    );
    const splits = new Map<string, Split>();
    for (const [id, extents] of extentsOf(program, candidates)) {
      const split = splitAt(candidates.get(id)!, extents);
      if (split !== undefined) splits.set(id, split);
    }
    if (splits.size === 0) return program;
    const moved = (view: View): View => splits.get(view.buffer)?.moved(view) ?? view;
    return {
      ...mapSections(program, ({ instructions }) => instructions.map((each) => mapViews(each, moved, moved))),
      buffers: program.buffers.flatMap((buffer) => splits.get(buffer.id)?.buffersOf(arrays) ?? [buffer]),
      outputs: program.outputs.map((output) => ({ ...output, view: moved(output.view) })),
      symbols: Object.fromEntries(Object.entries(program.symbols).map(([name, view]) => [name, moved(view)])),
    };
  },
};

/** Temps and state of each step; what begins as a parameter stays of the parameter's shape. */
function isCuttable({ role, steps, initial }: Buffer, arrays: PassContext['arrays']): boolean {
  if (steps === 'one' || role !== 'temp') return false;
  return typeof initial === 'number' || ('array' in initial && arrays.has(initial.array));
}

/** Where each view of the buffers begins and ends. */
function extentsOf(program: Program, buffers: ReadonlyMap<string, Buffer>): ReadonlyMap<string, readonly Extent[]> {
  const extents = new Map<string, Extent[]>();
  const views = [
    ...instructionsOf(program).flatMap((each) => [...readsOf(each), ...writesOf(each).map(({ target }) => target)]),
    ...program.outputs.map(({ view }) => view),
    ...Object.values(program.symbols),
  ];
  for (const view of views) {
    const extent = buffers.has(view.buffer) ? extentOf(view) : undefined;
    if (extent === undefined) continue;
    const known = extents.get(view.buffer);
    if (known === undefined) extents.set(view.buffer, [extent]);
    else known.push(extent);
  }
  return extents;
}

interface Split {
  buffersOf(arrays: PassContext['arrays']): readonly Buffer[];
  moved(view: View): View;
}

function splitAt(buffer: Buffer, extents: readonly Extent[]): Split | undefined {
  const size = sizeOf(buffer.shape);
  const starts: number[] = [];
  let end = -1;
  for (const { first, last } of [...extents].sort((a, b) => a.first - b.first)) {
    if (first > end) starts.push(first);
    end = Math.max(end, last);
  }
  if (starts.length <= 1) return undefined;
  const idOf = (start: number): string => `${buffer.id}@${start}`;
  return {
    buffersOf(arrays) {
      return starts.map((start, index) => {
        const stop = starts[index + 1] ?? size;
        const part = { ...buffer, id: idOf(start), shape: [stop - start] };
        const { initial } = buffer;
        if (typeof initial === 'number' || !('array' in initial)) return part;
        const array = arrays.get(initial.array)!;
        const id = `${initial.array}@${start}`;
        arrays.set(id, { shape: [stop - start], data: array.data.slice(start, stop) });
        return { ...part, initial: { array: id } };
      });
    },
    moved(view) {
      const extent = extentOf(view);
      if (extent === undefined) return { ...view, buffer: idOf(starts[0]!) };
      const start = starts[lastIndexAtMost(extent.first, starts)]!;
      return { ...view, buffer: idOf(start), offset: view.offset - start };
    },
  };
}
