/** @file Columns with zeros in the same rows, side by side. */
import type { Matrix } from '../linear-algebra/matrix.ts';
import type { Pieces } from '../basics/pieces.ts';

/** Rows that are looked at, and how many words their bits are. */
const SAMPLED_ROWS = 128;
const WORDS: number = SAMPLED_ROWS / 32;

/** Fewer zeros than this share are not worth an order. */
const WORTH_ORDER = 0.2;

/** So few columns are not told apart any more. */
const FEW = 4;

/**
 * An order of the columns of a matrix, [rows, columns], in which neighbours are zero in much the same rows; undefined where few elements
 * are zero. It looks at some of the rows: columns are cut into those that are zero in a row and the others, and again, each time in
 * the row that comes nearest to halves.
 */
export function* orderByZeros({ data, shape }: Matrix): Pieces<Uint32Array | undefined> {
  const [rows, columns] = shape as [number, number];
  const sampled = Math.min(SAMPLED_ROWS, rows);
  const words = new Int32Array(columns * WORDS);
  let count = 0;
  for (let sample = 0; sample < sampled; sample++) {
    const start = Math.floor((sample * rows) / sampled) * columns;
    const bit = 1 << (sample & 31);
    for (let column = 0, at = sample >> 5; column < columns; column++, at += WORDS) {
      if (data[start + column] === 0) continue;
      words[at]! |= bit;
      count++;
    }
  }
  yield 2 * sampled * columns;
  if (!(count <= (1 - WORTH_ORDER) * sampled * columns)) return undefined;
  const order = Uint32Array.from({ length: columns }, (_, column) => column);
  yield* arrange(order, words);
  return order;
}

/** Arranges columns, those first that are not zero where they are cut. */
function* arrange(columns: Uint32Array, words: Int32Array): Pieces<void> {
  if (columns.length <= FEW) return;
  const counts = new Uint32Array(SAMPLED_ROWS);
  for (const column of columns) {
    for (let word = 0; word < WORDS; word++) {
      for (let bits = words[column * WORDS + word]!; bits !== 0; bits &= bits - 1)
        counts[word * 32 + 31 - Math.clz32(bits & -bits)]!++;
    }
  }
  let best = 0;
  const evenness = (sample: number): number => Math.min(counts[sample]!, columns.length - counts[sample]!);
  for (let sample = 1; sample < SAMPLED_ROWS; sample++) if (evenness(sample) > evenness(best)) best = sample;
  if (evenness(best) === 0) return;
  const isSet = (column: number): boolean => (words[column * WORDS + (best >> 5)]! & (1 << (best & 31))) !== 0;
  const [set, others] = [columns.filter(isSet), columns.filter((column) => !isSet(column))];
  columns.set(set);
  columns.set(others, set.length);
  yield SAMPLED_ROWS * columns.length;
  yield* arrange(columns.subarray(0, set.length), words);
  yield* arrange(columns.subarray(set.length), words);
}
