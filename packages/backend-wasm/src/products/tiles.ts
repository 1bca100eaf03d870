/**
 * @file Sums in tiles, one by one, in the order of the law. Nothing but targets stands side by side.
 */
import { type FunctionHandle, op } from '@ndl/wasm-module';
import { type Address, pointerTo } from '../views/lanes.ts';
import { nest, Walk } from '../views/nest.ts';
import type { SectionContext, Work } from '../sections/section-context.ts';
import type { SpreadSum } from './sum.ts';
import { TileKernel } from './tile-kernel.ts';
import { type Tile, type Tiling, tilingOf } from './tiling.ts';

export function emitTiles(context: SectionContext, sum: SpreadSum): void {
  if (sum.kept.some(({ length }) => length === 0)) return;
  context.part(sum.label, (work) => {
    const starts = [...sum.factors, sum.target].map((access, index) => context.start(work, access, sum.bases[index]!));
    addTiles(context, work, sum, starts);
  });
}

/** The sums, from where the factors and the target begin. */
export function addTiles(context: SectionContext, work: Work, sum: SpreadSum, starts: readonly Address[]): void {
  const tiling = tilingOf(context, sum);
  const kernels = new Map<string, FunctionHandle>();
  nest(work.f, context.walked(work.f, tiling.others), starts, context.listAt, (addresses) => {
    acrossVectors(context, work, tiling, addresses, (vectors, lastLanes, at) => {
      acrossRows(context, work, tiling, at, (rows, place) => {
        const kernel = kernelFor(context, sum, tiling, { rows, vectors, lastLanes }, kernels);
        work.f.call(kernel, ...place.map((address) => pointerTo(address)));
      });
    });
  });
}

/** Panels of whole vectors, then what is left. */
function acrossVectors(
  context: SectionContext,
  { f, lanes }: Work,
  { vector, vectorsAtOnce }: Tiling,
  addresses: readonly Address[],
  body: (vectors: number, lastLanes: number, at: readonly Address[]) => void,
): void {
  if (vector === undefined) return body(1, 1, addresses);
  const length = vector.length!;
  const panel = vectorsAtOnce * lanes.count;
  const panels = Math.floor(length / panel);
  const rest = length - panels * panel;
  const walk = new Walk(f, addresses, vector.paces, context.listAt);
  f.count(0, panels, 1, () => {
    body(vectorsAtOnce, lanes.count, walk.at(0));
    if (panels > 1 || rest > 0) walk.advance(panel);
  });
  if (rest === 0) return;
  const lastLanes = rest % lanes.count;
  body(Math.ceil(rest / lanes.count), lastLanes === 0 ? lanes.count : lastLanes, walk.at(0));
}

/** Groups of rows, then single ones. */
function acrossRows(
  context: SectionContext,
  { f }: Work,
  { rows, rowsAtOnce }: Tiling,
  addresses: readonly Address[],
  body: (rows: number, at: readonly Address[]) => void,
): void {
  if (rows === undefined) return body(1, addresses);
  const walk = new Walk(f, addresses, rows.paces, context.listAt);
  if (rows.length !== undefined) {
    const groups = Math.floor(rows.length / rowsAtOnce);
    f.count(0, groups, 1, () => {
      body(rowsAtOnce, walk.at(0));
      walk.advance(rowsAtOnce);
    });
    f.count(groups * rowsAtOnce, rows.length, 1, () => {
      body(1, walk.at(0));
      walk.advance(1);
    });
    return;
  }
  const left = context.steps(f);
  f.while(
    () => op('i32.ge_s', left, rowsAtOnce),
    () => {
      body(rowsAtOnce, walk.at(0));
      walk.advance(rowsAtOnce);
      f.increase(left, -rowsAtOnce);
    },
  );
  f.while(
    () => op('i32.gt_s', left, 0),
    () => {
      body(1, walk.at(0));
      walk.advance(1);
      f.increase(left, -1);
    },
  );
}

/** The function that computes one tile: addresses of the factors and of the target. */
function kernelFor(
  context: SectionContext,
  sum: SpreadSum,
  tiling: Tiling,
  tile: Tile,
  kernels: Map<string, FunctionHandle>,
): FunctionHandle {
  const key = `${tile.rows}x${tile.vectors}.${tile.lastLanes}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const names = sum.factors.length === 1 ? ['source', 'target'] : ['left', 'right', 'target'];
  const places = Object.fromEntries(names.map((name) => [name, 'i32' as const]));
  const made = context.function(key, places, (f, locals) => {
    const pointers = names.map((name): Address => ({ pointer: locals[name]!, offset: 0 }));
    new TileKernel(context, f, sum, tiling, tile).emit(pointers);
  });
  kernels.set(key, made);
  return made;
}
