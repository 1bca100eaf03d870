/** @file From numbers to pixels, and the round numbers between the ends: for any finite numbers, however large, small or close. */
import { scaleLinear } from 'd3-scale';

/** What an axis is asked for. */
export interface Extent {
  readonly domain: readonly [number, number];
  /** Whether ends may move to round numbers. Default false. */
  readonly nice?: boolean;
  /** Whole numbers alone. Default false. */
  readonly whole?: boolean;
}

/** Pixels beyond which no picture reaches: what lies further away is drawn there. */
const FAR = 1e6;
/** Ticks whose texts are longer are written with exponents. */
const LONGEST_PLAIN = 10;
/** Differences outside of these are none to reckon with: numbers are taken as so many times larger or smaller. A power of ten, which leaves round numbers round. */
const [SMALLEST, LARGEST, FACTOR] = [1e-280, Number.MAX_VALUE, 1e40];

export class Scale {
  readonly #place: ReturnType<typeof scaleLinear<number, number>>;
  readonly #unit: number;
  readonly #domain: Extent['domain'];
  readonly #grows: boolean;
  /** Where round numbers lie, in pixels, and what they are. */
  readonly ticks: readonly (readonly [at: number, text: string])[];

  /** @param range pixels of the ends of the domain @param count about how many ticks there are */
  constructor({ domain, nice = false, whole = false }: Extent, range: readonly [number, number], count: number) {
    const difference = domain[1] - domain[0];
    this.#domain = domain;
    this.#grows = range[1] > range[0];
    this.#unit = difference > LARGEST ? 1 / FACTOR : difference < SMALLEST ? FACTOR : 1;
    this.#place = scaleLinear()
      .domain([domain[0] * this.#unit, domain[1] * this.#unit])
      .range(range);
    if (nice) this.#place.nice(count);
    const format = this.#place.tickFormat(count);
    const marks = this.#place
      .ticks(count)
      .map((tick) => ({ at: this.#place(tick), tick, value: tick / this.#unit }))
      .filter(({ value }) => Number.isFinite(value) && (!whole || Number.isInteger(value)));
    const plain = marks.map(({ tick, value }) =>
      whole ? String(value) : this.#unit === 1 ? format(tick) : withExponent(value),
    );
    const short = marks.map(({ value }) => withExponent(value));
    const isLong = longestOf(plain) > LONGEST_PLAIN && longestOf(short) < longestOf(plain);
    this.ticks = marks.map(({ at }, index) => [at, (isLong ? short : plain)[index]!]);
  }

  /** Where a finite number lies, in pixels. */
  at(value: number): number {
    const at = this.#place(value * this.#unit);
    // Far outside, the arithmetic ends.
    if (!Number.isFinite(at)) return value > this.#domain[1] === this.#grows ? FAR : -FAR;
    return Math.min(Math.max(at, -FAR), FAR);
  }
}

function longestOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

/** 2e+10: as many digits as are meant. */
function withExponent(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(12)).toExponential();
}
