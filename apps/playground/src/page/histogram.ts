/** @file How often values occur, as bars. */
import { drawing } from './element.ts';

const BARS = 24;
const [WIDTH, HEIGHT] = [280, 70];

/** Counts of values in bars of one width from the least to the greatest. */
export function countsOf(
  values: ArrayLike<number>,
  bars: number,
): { readonly counts: readonly number[]; readonly least: number; readonly greatest: number } {
  let [least, greatest] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at]!)) continue;
    least = Math.min(least, values[at]!);
    greatest = Math.max(greatest, values[at]!);
  }
  if (least > greatest) return { counts: new Array<number>(bars).fill(0), least: 0, greatest: 0 };
  const counts = new Array<number>(bars).fill(0);
  const width = (greatest - least) / bars || 1;
  for (let at = 0; at < values.length; at++)
    if (Number.isFinite(values[at]!)) counts[Math.min(bars - 1, Math.floor((values[at]! - least) / width))]!++;
  return { counts, least, greatest };
}

/** A picture of them. @param what begins what is read of it */
export function histogram(values: ArrayLike<number>, what: string): SVGElement {
  const { counts, least, greatest } = countsOf(values, BARS);
  const most = Math.max(1, ...counts);
  const shown = (value: number): string => String(Number(value.toPrecision(3)));
  const label = `${what}: ${values.length} values from ${shown(least)} to ${shown(greatest)}`;
  const svg = drawing('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT + 14}`,
    role: 'img',
    'aria-label': label,
    class: 'histogram',
  });
  const width = WIDTH / BARS;
  for (const [bar, count] of counts.entries()) {
    const height = (count / most) * (HEIGHT - 2);
    svg.append(drawing('rect', { x: bar * width, y: HEIGHT - height, width: width - 1, height }));
  }
  svg.append(
    drawing('text', { x: 0, y: HEIGHT + 12 }, [shown(least)]),
    drawing('text', { x: WIDTH, y: HEIGHT + 12, 'text-anchor': 'end' }, [shown(greatest)]),
  );
  return svg;
}
