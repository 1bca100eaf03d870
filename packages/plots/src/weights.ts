/** @file A matrix as a field of colours. */
import { type ArrayLikeInput, NdArray, refuseSurplus } from '@ndl/numerics';
import { numbers, text } from './checks.ts';
import { wrongShape } from './errors.ts';
import { pictureOptions, svgOf, titleHeight, type PictureOptions } from './picture.ts';
import { extentOf, shown, spanOf } from './ranges.ts';
import { element, escaped, rounded } from './svg.ts';
import { counted, written } from './written-text.ts';

/** Options of `weights`. */
export interface WeightsOptions extends PictureOptions {
  /** Of the rows. Default `to`. */
  readonly rowLabel?: string | undefined;
  /** Of the columns. Default `from`. */
  readonly columnLabel?: string | undefined;
}

/** More rows or columns are drawn in blocks. */
const MOST = 160;
/** Shades of a sign. */
const SHADES = 16;
const LEFT = 44;

/**
 * The elements of a matrix, negative and positive in two colours, the stronger the further from 0, as SVG text. Elements that are not
 * finite are outlined. Where a side is longer than 160, the cells are means of blocks of elements.
 * @param matrix [rows, columns]: `sim.data.get(connection).weights`; a list is one row
 * @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY, UNKNOWN_OPTION, INVALID_OPTION
 */
export function weights(matrix: ArrayLikeInput, options: WeightsOptions = {}): string {
  refuseSurplus('weights', arguments, 2);
  const picture = pictureOptions('weights', options, 'Weights', ['rowLabel', 'columnLabel']);
  const array = numbers('weights', 'matrix', matrix);
  if (array.rank !== 1 && array.rank !== 2) throw wrongShape('weights', 'matrix', '[rows, columns]', array.shape);
  const whole = array.rank === 1 ? array.reshape([1, array.size]) : array;
  const { cells, block } = inBlocks(whole);
  const [rows, columns] = cells.shape as [number, number];
  const top = titleHeight(picture) + 24;
  const room = picture.width - LEFT - 14;
  const side = Math.min(28, room / Math.max(1, columns));
  const height = picture.height ?? Math.min(900, Math.max(120, top + Math.max(1, rows) * side + 58));
  const tall = Math.min(28, (height - top - 58) / Math.max(1, rows));
  const strongest = Math.max(...extentOf(cells.data, [0]).map(Math.abs));

  const paths = new Map<string, string>();
  cells.data.forEach((value, index) => {
    const [x, y] = [LEFT + side * (index % columns), top + tall * Math.floor(index / columns)];
    const shade = Math.ceil((Math.abs(value) / strongest) * SHADES);
    if (shade === 0) return;
    const key = Number.isFinite(value) ? `${value < 0 ? 'cold' : 'warm'} ${shade}` : 'missing';
    const cell = `M${rounded(x)} ${rounded(y)}h${rounded(side)}v${rounded(tall)}h${rounded(-side)}z`;
    paths.set(key, (paths.get(key) ?? '') + cell);
  });
  const drawn = [...paths].map(([key, d]) => {
    const [sign, shade] = key.split(' ') as [string, string?];
    return element('path', { class: sign, d, 'fill-opacity': shade && Number(shade) / SHADES });
  });
  const [right, bottom] = [LEFT + side * columns, top + tall * rows];
  const frame = element('path', { class: 'axis', d: `M${LEFT} ${top}H${rounded(right)}V${rounded(bottom)}H${LEFT}z` });
  const [wholeRows, wholeColumns] = whole.shape as [number, number];
  const rowLabel = text('weights', 'rowLabel', options.rowLabel ?? 'to');
  const columnLabel = text('weights', 'columnLabel', options.columnLabel ?? 'from');
  const labels = [
    label(
      LEFT,
      top - 8,
      `${columnLabel}${columnLabel.trim() === '' ? '' : ', '}0 to ${Math.max(0, wholeColumns - 1)}`,
      room,
    ),
    label(8, top + 10, rowLabel, LEFT - 12),
    label(8, top + 26, '0', LEFT - 12, 'pale'),
    ...(wholeRows > 2 && bottom - top > 44 ? [label(8, bottom - 2, String(wholeRows - 1), LEFT - 12, 'pale')] : []),
  ];
  const blocks = block > 1 ? ` Each cell is the mean of up to ${block} elements.` : '';
  const words =
    whole.size === 0
      ? 'No elements.'
      : `${counted(wholeRows, 'row')}, ${counted(wholeColumns, 'column')}; ${spanOf(whole.data) ?? 'none is finite'}.${blocks}`;
  return svgOf(picture, height, words, ...drawn, frame, ...labels, legend(bottom + 18, strongest));
}

/** Shades and the numbers that they stand for. */
function legend(top: number, strongest: number): string {
  const steps = Array.from({ length: 9 }, (_, index) => index / 4 - 1);
  const swatches = steps.map((step, index) =>
    element('rect', {
      class: step < 0 ? 'cold' : 'warm',
      x: LEFT + 18 * index,
      y: top,
      width: 18,
      height: 8,
      'fill-opacity': Math.abs(step),
    }),
  );
  const marks = [-strongest, 0, strongest].map((value, index) =>
    element(
      'text',
      { class: 'pale', x: LEFT + 81 * index, y: top + 22, 'text-anchor': ['start', 'middle', 'end'][index] },
      escaped(shown(value)),
    ),
  );
  return element('g', { class: 'legend' }, ...swatches, ...marks);
}

function label(x: number, y: number, text: string, room: number, kind?: string): string {
  return written({ x, y, class: kind }, text, room);
}

/** The matrix, or means of its blocks; `block` is the size of one. */
function inBlocks(matrix: NdArray): { readonly cells: NdArray; readonly block: number } {
  const [rows, columns] = matrix.shape as [number, number];
  const [tall, wide] = [Math.ceil(rows / MOST) || 1, Math.ceil(columns / MOST) || 1];
  if (tall * wide === 1) return { cells: matrix, block: 1 };
  const [down, across] = [Math.ceil(rows / tall), Math.ceil(columns / wide)];
  const [sums, counts] = [new Float64Array(down * across), new Float64Array(down * across)];
  matrix.data.forEach((value, index) => {
    const cell = Math.floor(Math.floor(index / columns) / tall) * across + Math.floor((index % columns) / wide);
    sums[cell]! += value;
    counts[cell]! += 1;
  });
  const means = sums.map((sum, cell) => sum / counts[cell]!);
  return { cells: new NdArray(means, [down, across]), block: tall * wide };
}
