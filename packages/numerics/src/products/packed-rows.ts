/** @file Copies that kernels work on: rows of factors in groups, interleaved, and parts of targets. */
import type { Panel } from './panel.ts';
import { KERNEL_ROWS } from './row-product-kernel.ts';

/** Rows and columns of a part of a target; its copy has as many numbers in a row, whatever the part has. */
export const PART_ROWS = 256;

/** Rows and columns of a target that are worked on together. */
export interface Part {
  readonly row: number;
  readonly rowEnd: number;
  readonly column: number;
  readonly columnEnd: number;
  readonly lowerOnly: boolean;
}

/** Rows of a factor, and the terms that are taken of them. */
export interface PackedRange {
  readonly first: number;
  readonly afterLast: number;
  readonly from: number;
  readonly depth: number;
}

/** Copies rows as groups of four, interleaved, to `start`; what the last group lacks are zeros. */
export function packRows(
  numbers: Float64Array,
  start: number,
  { data, start: origin, stride, step = 1 }: Panel,
  { first, afterLast, from, depth }: PackedRange,
): void {
  for (let row = first; row < afterLast; row += KERNEL_ROWS) {
    const to = start + (row - first) * depth;
    const at = origin + row * stride + from * step;
    if (row + KERNEL_ROWS <= afterLast) {
      packFour(numbers, to, data, { at, stride, step }, depth);
      continue;
    }
    for (let k = 0; k < depth; k++)
      for (let lane = 0; lane < KERNEL_ROWS; lane++)
        numbers[to + k * KERNEL_ROWS + lane] = row + lane < afterLast ? data[at + lane * stride + k * step]! : 0;
  }
}

/** Four rows from `at` on, interleaved. */
function packFour(
  numbers: Float64Array,
  start: number,
  data: Float64Array,
  { at, stride, step }: { readonly at: number; readonly stride: number; readonly step: number },
  depth: number,
): void {
  let to = start;
  let [a, b, c, d] = [at, at + stride, at + 2 * stride, at + 3 * stride];
  for (let k = 0; k < depth; k++) {
    numbers[to] = data[a]!;
    numbers[to + 1] = data[b]!;
    numbers[to + 2] = data[c]!;
    numbers[to + 3] = data[d]!;
    to += 4;
    a += step;
    b += step;
    c += step;
    d += step;
  }
}

/** Copies what is meant of a part of a target to `copy`. */
export function fetchPart(numbers: Float64Array, copy: number, { data, start, stride }: PartTarget, part: Part): void {
  for (let at = part.row; at < part.rowEnd; at++) {
    const end = endOfRow(part, at);
    let from = start + at * stride + part.column;
    let to = copy + (at - part.row) * PART_ROWS;
    for (let column = part.column; column < end; column++) numbers[to++] = data[from++]!;
  }
}

/** Copies it back. */
export function putPart(numbers: Float64Array, copy: number, { data, start, stride }: PartTarget, part: Part): void {
  for (let at = part.row; at < part.rowEnd; at++) {
    const end = endOfRow(part, at);
    let from = copy + (at - part.row) * PART_ROWS;
    let to = start + at * stride + part.column;
    for (let column = part.column; column < end; column++) data[to++] = numbers[from++]!;
  }
}

/** What a part is of. */
export type PartTarget = Pick<Panel, 'data' | 'start' | 'stride'>;

/** Where what is meant of a row ends. */
function endOfRow({ columnEnd, lowerOnly }: Part, row: number): number {
  return lowerOnly ? Math.min(columnEnd, row + 1) : columnEnd;
}
