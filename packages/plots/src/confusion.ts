/** @file Which classes were taken for which. */
import { type ArrayLikeInput, refuseSurplus } from '@ndl/numerics';
import { classes, names } from './checks.ts';
import { wrongShape } from './errors.ts';
import { pictureOptions, svgOf, titleHeight, type PictureOptions } from './picture.ts';
import { element, escaped } from './svg.ts';
import { counted, widthOf, written } from './written-text.ts';

/** Options of `confusion`. */
export interface ConfusionOptions extends PictureOptions {
  /** Of the classes, from 0; 100 at most. Default: their numbers, up to the largest there is. */
  readonly names?: readonly string[] | undefined;
}

const MOST_CLASSES = 100;
/** Cells that are smaller have no count written in them. */
const SMALLEST_WRITTEN = 18;

/**
 * How often each class (a row) was taken for each (a column), as SVG text. Right and wrong have two colours, the stronger the larger its
 * part of its row. There are 100 classes at most, from 0 to 99.
 * @param labels [items], true classes from 0 @param choices [items], those that were chosen
 * @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY, UNKNOWN_OPTION, INVALID_OPTION
 */
export function confusion(labels: ArrayLikeInput, choices: ArrayLikeInput, options: ConfusionOptions = {}): string {
  refuseSurplus('confusion', arguments, 3);
  const picture = pictureOptions('confusion', options, 'True and chosen classes', ['names']);
  const isNamed = Array.isArray(options.names) && options.names.length <= MOST_CLASSES;
  const most = isNamed ? options.names!.length : MOST_CLASSES;
  const [truth, chosen] = [
    classes('confusion', 'labels', labels, most),
    classes('confusion', 'choices', choices, most),
  ];
  if (truth.length !== chosen.length) throw wrongShape('confusion', 'choices', `[${truth.length}]`, [chosen.length]);
  const largest = [...truth, ...chosen].reduce((most, each) => Math.max(most, each), 0);
  const count = isNamed ? most : largest + 1;
  const given = options.names === undefined ? numbered(count) : names('confusion', 'names', options.names, count);
  const counts = new Float64Array(count * count);
  truth.forEach((label, item) => (counts[label * count + chosen[item]!]! += 1));
  const totals = numbered(count).map((_, row) =>
    counts.subarray(row * count, (row + 1) * count).reduce((sum, each) => sum + each, 0),
  );

  const top = titleHeight(picture) + 38;
  const left = Math.min(0.3 * picture.width, 20 + Math.max(...given.map(widthOf)));
  const side = Math.min(44, (picture.width - left - 14) / count);
  const height = picture.height ?? Math.max(80, top + side * count + 12);
  const tall = Math.min(side, (height - top - 12) / count);
  const cells = Array.from(counts, (times, index) => {
    const [row, column] = [Math.floor(index / count), index % count];
    const [x, y] = [left + side * column, top + tall * row];
    const part = totals[row] === 0 ? 0 : times / totals[row]!;
    // Mistakes are few where a network is good: they are shown stronger than they are, so that they are seen.
    const isRight = row === column;
    const opacity = times === 0 ? 0 : isRight ? 0.15 + 0.5 * part : 0.12 + 0.88 * Math.min(1, 4 * part);
    const fits = Math.min(side, tall) >= SMALLEST_WRITTEN && widthOf(String(times)) <= side - 2;
    return element(
      'g',
      { class: 'cell' },
      element('title', {}, escaped(`${given[row]} taken for ${given[column]}: ${times}`)),
      element('rect', {
        class: isRight ? 'cold' : 'warm',
        x: x + 1,
        y: y + 1,
        width: Math.max(1, side - 2),
        height: Math.max(1, tall - 2),
        'fill-opacity': times === 0 ? 0.04 : opacity,
      }),
      times > 0 && fits
        ? element('text', { x: x + side / 2, y: y + tall / 2 + 4, 'text-anchor': 'middle' }, String(times))
        : '',
    );
  });
  const marks = given.flatMap((name, index) => [
    written({ class: 'pale', x: left - 8, y: top + tall * (index + 0.5) + 4, 'text-anchor': 'end' }, name, left - 12),
    written({ class: 'pale', x: left + side * (index + 0.5), y: top - 6, 'text-anchor': 'middle' }, name, side),
  ]);
  const axes = element('text', { x: 8, y: top - 24 }, 'true ↓  chosen →');
  const right = numbered(count).reduce((sum, _, each) => sum + counts[each * count + each]!, 0);
  const words =
    truth.length === 0
      ? 'No items.'
      : `${right} of ${counted(truth.length, 'item')} ${right === 1 ? 'is' : 'are'} right, in ${counted(count, 'class', 'classes')}.`;
  return svgOf(picture, height, words, ...cells, ...marks, axes);
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, each) => String(each));
}
