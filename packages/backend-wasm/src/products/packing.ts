/**
 * @file `PackedFactor`: a copy of a factor that seldom changes, in the order in which a product walks it: panels of some columns,
 * `[groups][columns / width][width / strip][terms][strip]`, filled up with zeros. Two rows together go through a strip by itself, and find
 * its terms side by side; one row, or a list of terms, goes through all strips of a panel at once. It is made anew when the factor has
 * changed.
 */
import { at, type FunctionBuilder, op } from '@ndl/wasm-module';
import type { Pace } from '../views/access.ts';
import { type Address } from '../views/lanes.ts';
import type { Store } from '../memory/memory.ts';
import { nest } from '../views/nest.ts';
import { type Pack, type PackedFactor, read, type SectionContext } from '../sections/section-context.ts';
import type { LoopAxis } from '../views/space.ts';

/** How a factor is to be packed: its axes, with its own paces in bytes. */
export interface Packing {
  readonly store: Store;
  /** Where its first element stands. */
  readonly base: number;
  readonly groups: readonly PackedAxis[];
  readonly columns: PackedAxis;
  /** In the order of the law. */
  readonly terms: readonly PackedAxis[];
  /** Columns of a panel: whole strips. */
  readonly width: number;
  /** Bytes of a strip's width: whole vectors. */
  readonly strip: number;
}

/** Where a vector of a panel stands behind its term: in one of the strips, each with so many terms. @param strip bytes of its width */
export function placeInPanel(vector: number, terms: number, strip: number): number {
  const perStrip = strip / 16;
  return Math.floor(vector / perStrip) * terms * strip + (vector % perStrip) * 16;
}

interface PackedAxis {
  readonly length: number;
  readonly pace: Pace;
}

const sizeOf = (axes: readonly PackedAxis[]): number => axes.reduce((size, { length }) => size * length, 1);

/** Adds a function to the module that packs; it is called before the section where the factor's store has another version. */
export function packed(context: SectionContext, packing: Packing): PackedFactor {
  const { control, packs } = context.shared;
  const { store, columns, terms, groups, width, strip } = packing;
  const key = JSON.stringify([store.address, packing.base, columns, terms, groups, width, strip]);
  const known = packs.get(key);
  if (known !== undefined) {
    context.packs.add(known);
    return known.factor!;
  }
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const panels = Math.ceil(columns.length / width);
  const panelBytes = sizeOf(terms) * width * bytes;
  const groupBytes = panels * panelBytes;
  const factor: PackedFactor = {
    address: control.take(groupBytes * sizeOf(groups)),
    panelBytes,
    groupBytes,
    isFinite: control.take(4),
  };
  const name = `pack${packs.size}`;
  const handle = context.shared.module.function(name, {}, (f) => emitPacking(context, f, packing, factor), true);
  const pack: Pack = { handle, store, factor, version: -1 };
  packs.set(key, pack);
  context.packs.add(pack);
  return factor;
}

function emitPacking(context: SectionContext, f: FunctionBuilder, packing: Packing, factor: PackedFactor): void {
  const lanes = context.lanesIn(f);
  const { groups, columns, terms, width, strip, base } = packing;
  f.comment(`packs what begins at ${base}, ${columns.length} columns, in panels of ${width}`);
  const { count, bytes } = lanes;
  const panels = Math.ceil(columns.length / width);
  const doubt = f.local('v128', 'doubt');
  const own = (axes: readonly PackedAxis[], strides: readonly number[]): readonly LoopAxis[] =>
    axes.map(({ length, pace }, axis) => ({ length, kind: 'own', paces: [pace, strides[axis]!] }));
  const strides = (axes: readonly PackedAxis[], last: number): readonly number[] =>
    axes.map((_, axis) => last * sizeOf(axes.slice(axis + 1)));
  const outer = own(groups, strides(groups, factor.groupBytes));
  const inner = own(terms, strides(terms, strip));
  const depth = sizeOf(terms);
  const starts = [base, factor.address].map((offset) => ({ pointer: undefined, offset }));
  const paceOf = (position: number): number =>
    typeof columns.pace === 'number' ? position * columns.pace : columns.pace[position]!;
  const row = (place: readonly Address[], first: number, columnsHere: number): void => {
    const [from, to] = place as [Address, Address];
    for (let column = 0; column < width; column += count) {
      const there = Math.min(count, columnsHere - column);
      const offset = (lane: number): number => from.offset + paceOf(first + column + lane) - paceOf(first);
      let vector = lanes.constant(0);
      if (there > 0 && columns.pace === bytes) vector = lanes.load({ ...from, offset: offset(0) }, there);
      else if (there > 0) {
        vector = lanes.loadOne({ ...from, offset: offset(0) });
        for (let lane = 1; lane < there; lane++)
          vector = lanes.withLane(vector, lane, { ...from, offset: offset(lane) });
      }
      const value = lanes.kept(vector);
      // 0 · x is NaN where x is not finite, and stays so.
      f.set(doubt, lanes.add(read(doubt), lanes.multiply(read(value), lanes.constant(0))));
      lanes.store(f, { ...to, offset: to.offset + placeInPanel(column / count, depth, strip) }, value);
    }
  };
  nest(f, context.walked(f, outer), starts, context.listAt, (group) => {
    const whole = Math.floor(columns.length / width);
    const isRegular = typeof columns.pace === 'number';
    const panel = (first: number, begin: readonly Address[], columnsHere: number): void =>
      nest(f, context.walked(f, inner), begin, context.listAt, (place) => row(place, first, columnsHere));
    if (isRegular) {
      const axis: LoopAxis = {
        length: whole,
        kind: 'own',
        paces: [width * (columns.pace as number), factor.panelBytes],
      };
      nest(f, context.walked(f, [axis]), group, context.listAt, (place) => panel(0, place, width));
    }
    for (let number = isRegular ? whole : 0; number < panels; number++) {
      const first = number * width;
      const begin = [group[0]!, group[1]!].map((address, index) => ({
        ...address,
        offset: address.offset + (index === 0 ? paceOf(first) : number * factor.panelBytes),
      }));
      panel(first, begin, Math.min(width, columns.length - first));
    }
  });
  const isFine = op('i32.eqz', op('v128.any_true', lanes.different(read(doubt), read(doubt))));
  f.do(at('i32.store', factor.isFinite, 0, isFine));
}
