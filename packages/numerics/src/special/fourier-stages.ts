/**
 * @file Fourier transforms of lengths whose prime factors are small, one factor after the other, from one array into another and back, so
 * that the result needs no reordering (Stockham's form of Cooley and Tukey's algorithm).
 */
import { cos, sin } from '../elementary/circular.ts';
import { OperationCount, type Pieces } from '../basics/pieces.ts';

/** Complex numbers, their parts side by side; [length] each. */
export interface ComplexVector {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** An unscaled transform of a vector, which it may overwrite. */
export type FourierSum = (vector: ComplexVector) => Pieces<ComplexVector>;

/** The largest prime factor that a stage is worth taking for. */
const LARGEST_FACTOR = 13;

/** Whether a length has small prime factors alone. */
export function isSmooth(length: number): boolean {
  return factorsOf(length).at(-1)! <= LARGEST_FACTOR;
}

/** Factors whose product is `length`, fours and then primes, ascending but for the fours; what is left of it is the last. */
function factorsOf(length: number): readonly number[] {
  const factors: number[] = [];
  let rest = length;
  for (const factor of [4, 2, 3, 5, 7, 11, LARGEST_FACTOR])
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  return rest > 1 || factors.length === 0 ? [...factors, rest] : factors;
}

/** Elements that are gone through at a time. */
const PART = 2 ** 13;

/** What a root of unity is worth, in operations. */
const ROOT_COST = 16;

/**
 * e^(sign·πi·m/count) for m from 0 to length - 1, or for other numerators below 2 · count. Each is the product of two of a few that are
 * computed by cosine and sine, and as near as two roundings leave it.
 */
export function* unitRoots(
  length: number,
  count: number,
  sign: number,
  numerator: (index: number) => number = (index) => index,
): Pieces<ComplexVector> {
  const pace = Math.ceil(Math.sqrt(2 * count));
  const [coarse, fine] = [circlePoints(pace, pace, count), circlePoints(pace, 1, count)];
  const result = { real: new Float64Array(length), imaginary: new Float64Array(length) };
  for (let from = 0; from < length; from += PART) {
    const end = Math.min(from + PART, length);
    for (let index = from; index < end; index++) {
      const wanted = numerator(index);
      const high = Math.floor(wanted / pace);
      const low = wanted - high * pace;
      const [a, b] = [coarse.real[high]!, coarse.imaginary[high]!];
      const [c, s] = [fine.real[low]!, fine.imaginary[low]!];
      result.real[index] = a * c - b * s;
      result.imaginary[index] = sign * (a * s + b * c);
    }
    yield ROOT_COST * (end - from);
  }
  return result;
}

/** e^(πi·m·pace/count) for m from 0 to length - 1. */
function circlePoints(length: number, pace: number, count: number): ComplexVector {
  const angles = Float64Array.from({ length }, (_, index) => (Math.PI * index * pace) / count);
  return { real: angles.map(cos), imaginary: angles.map(sin) };
}

/** The transform of a smooth length; `sign` is that of the exponent. */
export function* plannedStages(length: number, sign: number): Pieces<FourierSum> {
  const roots = yield* unitRoots(length, length / 2, sign);
  const stages: Stage[] = [];
  let span = 1;
  for (const factor of factorsOf(length)) {
    if (factor > 1) stages.push({ factor, span, count: length / (factor * span), roots, sign });
    span *= factor;
  }
  return function* (vector) {
    let [from, into]: [ComplexVector, ComplexVector] = [
      vector,
      { real: new Float64Array(length), imaginary: new Float64Array(length) },
    ];
    for (const stage of stages) {
      yield* wholeStage(stage, from, into);
      [from, into] = [into, from];
    }
    return from;
  };
}

/** x[q + span · (j + count · k)], k below the factor, become y[q + span · (factor · j + r)]: their transform, turned by j · r. */
interface Stage {
  readonly factor: number;
  readonly span: number;
  readonly count: number;
  /** Of the whole length. */
  readonly roots: ComplexVector;
  readonly sign: number;
}

/** Does a stage for one j and for q from `first` to `end`. */
type Step = (j: number, first: number, end: number) => void;

function* wholeStage(stage: Stage, from: ComplexVector, into: ComplexVector): Pieces<void> {
  const { factor, span, count } = stage;
  const step =
    factor === 2 ? twos(stage, from, into) : factor === 4 ? fours(stage, from, into) : odd(stage, from, into);
  const cost = 4 * factor + factor * factor;
  const operations = new OperationCount();
  for (let j = 0; j < count; j++) {
    for (let first = 0; first < span; first += PART) {
      const end = Math.min(first + PART, span);
      step(j, first, end);
      const done = operations.add(cost * (end - first) + 8 * factor);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

function twos({ span, count, roots }: Stage, from: ComplexVector, into: ComplexVector): Step {
  const [x, y, u, v] = [from.real, from.imaginary, into.real, into.imaginary];
  return (j, first, end) => {
    const [c, s] = [roots.real[j * span]!, roots.imaginary[j * span]!];
    for (let q = first; q < end; q++) {
      const [low, high, to] = [q + span * j, q + span * (j + count), q + span * 2 * j];
      const [a, b] = [x[low]! - x[high]!, y[low]! - y[high]!];
      u[to] = x[low]! + x[high]!;
      v[to] = y[low]! + y[high]!;
      u[to + span] = a * c - b * s;
      v[to + span] = a * s + b * c;
    }
  };
}

function fours({ span, count, roots, sign }: Stage, from: ComplexVector, into: ComplexVector): Step {
  const [x, y, u, v] = [from.real, from.imaginary, into.real, into.imaginary];
  const apart = span * count;
  return (j, first, end) => {
    const at = j * span;
    const [c1, s1] = [roots.real[at]!, roots.imaginary[at]!];
    const [c2, s2] = [roots.real[2 * at]!, roots.imaginary[2 * at]!];
    const [c3, s3] = [roots.real[3 * at]!, roots.imaginary[3 * at]!];
    for (let q = first; q < end; q++) {
      const zero = q + at;
      const [one, two, three] = [zero + apart, zero + 2 * apart, zero + 3 * apart];
      const to = q + 4 * at;
      const [evenA, evenB] = [x[zero]! + x[two]!, y[zero]! + y[two]!];
      const [apartA, apartB] = [x[zero]! - x[two]!, y[zero]! - y[two]!];
      const [oddA, oddB] = [x[one]! + x[three]!, y[one]! + y[three]!];
      // Turned by a quarter.
      const [turnedA, turnedB] = [sign * (y[three]! - y[one]!), sign * (x[one]! - x[three]!)];
      u[to] = evenA + oddA;
      v[to] = evenB + oddB;
      const [a1, b1] = [apartA + turnedA, apartB + turnedB];
      u[to + span] = a1 * c1 - b1 * s1;
      v[to + span] = a1 * s1 + b1 * c1;
      const [a2, b2] = [evenA - oddA, evenB - oddB];
      u[to + 2 * span] = a2 * c2 - b2 * s2;
      v[to + 2 * span] = a2 * s2 + b2 * c2;
      const [a3, b3] = [apartA - turnedA, apartB - turnedB];
      u[to + 3 * span] = a3 * c3 - b3 * s3;
      v[to + 3 * span] = a3 * s3 + b3 * c3;
    }
  };
}

/** Of an odd factor: sums and differences of elements k and factor - k, so that outputs r and factor - r share their products. */
function odd({ factor, span, count, roots }: Stage, from: ComplexVector, into: ComplexVector): Step {
  const [x, y, u, v] = [from.real, from.imaginary, into.real, into.imaginary];
  const [pairs, part] = [(factor - 1) / 2, span * count];
  const [sumA, sumB, apartA, apartB] = Array.from({ length: 4 }, () => new Float64Array(pairs + 1)) as Four;
  const cosines = Float64Array.from({ length: factor }, (_, k) => roots.real[k * part]!);
  const sines = Float64Array.from({ length: factor }, (_, k) => roots.imaginary[k * part]!);
  return (j, first, end) => {
    for (let q = first; q < end; q++) {
      const at = q + span * j;
      const to = q + span * factor * j;
      let [totalA, totalB] = [x[at]!, y[at]!];
      for (let k = 1; k <= pairs; k++) {
        const [low, high] = [at + k * part, at + (factor - k) * part];
        totalA += sumA[k] = x[low]! + x[high]!;
        totalB += sumB[k] = y[low]! + y[high]!;
        apartA[k] = x[low]! - x[high]!;
        apartB[k] = y[low]! - y[high]!;
      }
      u[to] = totalA;
      v[to] = totalB;
      for (let r = 1; r <= pairs; r++) {
        let [a, b, c, d] = [x[at]!, y[at]!, 0, 0];
        for (let k = 1, turn = r; k <= pairs; k++) {
          a += sumA[k]! * cosines[turn]!;
          b += sumB[k]! * cosines[turn]!;
          c += apartB[k]! * sines[turn]!;
          d += apartA[k]! * sines[turn]!;
          turn += r;
          if (turn >= factor) turn -= factor;
        }
        write(to + r * span, j * r * span, a - c, b + d);
        write(to + (factor - r) * span, j * (factor - r) * span, a + c, b - d);
      }
    }
  };

  function write(index: number, root: number, a: number, b: number): void {
    const [c, s] = [roots.real[root]!, roots.imaginary[root]!];
    u[index] = a * c - b * s;
    v[index] = a * s + b * c;
  }
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
