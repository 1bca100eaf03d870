/**
 * @file Generated inputs: random numbers that a backend draws by itself, the same ones everywhere. Each item has a stream of its own,
 * of which each step draws as many numbers as the input's buffer has elements.
 */
import { itemSeed, RandomState, type FloatArray } from '@ndl/numerics';

/** What the numbers of a generated input are drawn from. */
export type GeneratedDistribution =
  /** In [low, high), in steps of 2^-53 of the range. */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** By Marsaglia's polar method. */
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number };

/** Where the numbers of an input come from that nobody feeds. */
export interface GeneratedSource {
  /** The Mersenne Twister, as NumPy seeds it: item 0 has the numbers that Nengo draws. */
  readonly generator: 'mt19937';
  readonly distribution: GeneratedDistribution;
  /** What each number is multiplied by, after it was drawn. */
  readonly factor: number;
  /** `first` is the seed of item 0; those of the others follow from it (`itemSeed` of `@ndl/numerics`). */
  readonly seeds: { readonly first: number };
}

/** What keeps a value from saying what is drawn, its seeds aside; undefined where nothing does. */
export function problemOfGenerated(source: object): string | undefined {
  const { generator, distribution, factor } = source as Partial<Record<keyof GeneratedSource, unknown>>;
  if (generator !== 'mt19937') return `no generator: "${String(generator)}"; known: mt19937`;
  const given = (distribution ?? {}) as Readonly<Record<string, unknown>>;
  const isNumber = (value: unknown): value is number => Number.isFinite(value);
  if (given['kind'] === 'uniform') {
    const { low, high } = given;
    if (!isNumber(low) || !isNumber(high) || !isNumber(high - low) || low > high)
      return `draws from no interval: [${String(low)}, ${String(high)})`;
  } else if (given['kind'] === 'normal') {
    const { mean, deviation } = given;
    if (!isNumber(mean) || !isNumber(deviation) || deviation < 0)
      return `draws from no distribution: mean ${String(mean)}, deviation ${String(deviation)}`;
  } else return `no distribution: "${String(given['kind'])}"; known: uniform, normal`;
  return isNumber(factor) ? undefined : `its factor must be a number, got ${String(factor)}`;
}

/** Words of a Mersenne Twister. */
const WORDS = 624;

/** Numbers that tell where a stream stands: the words, the place in them, and the normal number that is yet to be handed out. */
export const STREAM_POSITION: number = WORDS + 3;

/** The numbers of one item, from the first step on. */
export class GeneratedStream {
  readonly #random: RandomState;
  readonly #next: () => number;

  constructor({ distribution, factor, seeds }: GeneratedSource, item: number) {
    const random = new RandomState(itemSeed(seeds.first, item));
    this.#random = random;
    this.#next =
      distribution.kind === 'uniform'
        ? () => random.uniform(distribution.low, distribution.high) * factor
        : () => random.normal(distribution.mean, distribution.deviation) * factor;
  }

  /** Draws one number for each element, in float64, rounded as it is written. */
  fill(into: FloatArray): void {
    for (let element = 0; element < into.length; element++) into[element] = this.#next();
  }

  /** Where it stands, as plain numbers: [STREAM_POSITION]. */
  save(): Float64Array {
    const { words, position, cachedNormal } = this.#random.save();
    const saved = new Float64Array(STREAM_POSITION);
    saved.set(words);
    saved.set([position, cachedNormal === null ? 0 : 1, cachedNormal ?? 0], WORDS);
    return saved;
  }

  /** Goes on where another stood. @throws NdlError INVALID_RANDOM_STATE */
  restore(saved: ArrayLike<number>): void {
    const [position, isKept, kept] = [saved[WORDS]!, saved[WORDS + 1]!, saved[WORDS + 2]!];
    this.#random.restore({
      words: Uint32Array.from({ length: WORDS }, (_, word) => saved[word]!),
      position,
      cachedNormal: isKept === 0 ? null : kept,
    });
  }
}
