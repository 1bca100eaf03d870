/**
 * @file The eigenvalues of a diagonal matrix to which a multiple of z·zᵀ is added: roots of 1 + ρ Σ zⱼ² / (dⱼ - λ), one behind each d.
 * Sources: Bunch, Nielsen & Sorensen, Numerische Mathematik 31 (1978); Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 15 (1994).
 */

const MOST_STEPS = 100;

/**
 * Writes dⱼ - λ of root number `index` into `differences`, each to nearly all of its digits, as the root is sought from the pole that it is next
 * to. `poles` ascend strictly, no z is 0, ρ is positive.
 * @returns λ
 */
export function secularRoot(
  index: number,
  poles: Float64Array,
  squares: Float64Array,
  rho: number,
  differences: Float64Array,
): number {
  const count = poles.length;
  const isLast = index === count - 1;
  const total = isLast ? rho * squares.reduce((sum, square) => sum + square, 0) : poles[index + 1]! - poles[index]!;
  const origin = isLast || valueAt(poles[index]! + total / 2, poles, squares, rho) >= 0 ? index : index + 1;
  const base = poles[origin]!;
  const isAtLeft = origin === index;
  // Where the root is, from the origin on: rounding may put the last one on the end.
  let [low, high] = isLast ? [0, 2 * total] : isAtLeft ? [0, total / 2] : [-total / 2, 0];
  let shift = isLast ? total / 2 : (low + high) / 2;
  if (shift === 0) shift = isAtLeft ? high : low;
  for (let step = 0; step < MOST_STEPS; step++) {
    let [left, leftSlope, right, rightSlope] = [0, 0, 0, 0];
    for (let j = 0; j <= index; j++) {
      const inverse = 1 / (poles[j]! - base - shift);
      const term = squares[j]! * inverse;
      left += term;
      leftSlope += term * inverse;
    }
    for (let j = index + 1; j < count; j++) {
      const inverse = 1 / (poles[j]! - base - shift);
      const term = squares[j]! * inverse;
      right += term;
      rightSlope += term * inverse;
    }
    const value = 1 + rho * (left + right);
    if (!(Math.abs(value) > Number.EPSILON * count * (1 + rho * (right - left)))) break;
    if (value > 0) high = shift;
    else low = shift;
    const next = shift + correction(poles, { index, base, shift, isLast }, rho, [left, leftSlope, right, rightSlope]);
    const previous = shift;
    shift = next > low && next < high ? next : (low + high) / 2;
    if (shift === previous || shift === low || shift === high) break;
  }
  for (let j = 0; j < count; j++) differences[j] = poles[j]! - base - shift;
  return base + shift;
}

/** To where the function is 0 that has the poles beside the root, and the values and slopes of both sums. */
function correction(
  poles: Float64Array,
  { index, base, shift, isLast }: { readonly index: number; base: number; shift: number; isLast: boolean },
  rho: number,
  [left, leftSlope, right, rightSlope]: readonly number[],
): number {
  const before = poles[index]! - base - shift;
  const s = rho * leftSlope! * before * before;
  if (isLast) {
    const rest = 1 + rho * (left! - before * leftSlope!);
    return before + s / rest;
  }
  const after = poles[index + 1]! - base - shift;
  const t = rho * rightSlope! * after * after;
  const rest = 1 + rho * (left! - before * leftSlope! + (right! - after * rightSlope!));
  const b = rest * (before + after) + s + t;
  const c = before * after * (1 + rho * (left! + right!));
  const root = Math.sqrt(Math.max(0, b * b - 4 * rest * c));
  return b > 0 ? (2 * c) / (b + root) : (b - root) / (2 * rest);
}

function valueAt(x: number, poles: Float64Array, squares: Float64Array, rho: number): number {
  let sum = 0;
  for (let j = 0; j < poles.length; j++) sum += squares[j]! / (poles[j]! - x);
  return 1 + rho * sum;
}
