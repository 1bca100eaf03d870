/**
 * @file Maps from the unit cube [0, 1)^(d-1) onto the unit sphere in d dimensions that keep uniform points uniform.
 * Both write one point of the sphere for one row of the cube.
 */
import {
  asin,
  cos,
  inverseRegularizedIncompleteBeta,
  pow,
  sin,
  tabulatedInverseBetaInPieces,
  type Pieces,
} from '@ndl/numerics';

/** A map, and what it takes. */
export interface SphereMapping {
  /** Reads one row of the cube, d - 1 numbers from `offset`, and writes d coordinates of a point, from `to`. */
  map(cube: Float64Array, offset: number, points: Float64Array, to: number): void;
  /** Operations per coordinate, roughly. */
  readonly cost: number;
}

const COSTS = { tabulated: 64, exact: 2 ** 14, closedForm: 96 } as const;

/**
 * Spherical coordinates: the angle θ_i has density ∝ sin^(d-2-i) θ, so that sin²θ is Beta distributed; the last,
 * uniform on the half circle, is doubled. `tabulated` takes the inverse of the Beta integral from Nengo's table,
 * `exact` computes it.
 */
export function* sphericalCoordinates(dimensions: number, inverse: 'tabulated' | 'exact'): Pieces<SphereMapping> {
  const last = dimensions - 2;
  const angles: ((probability: number) => number)[] = [];
  for (let axis = 0; axis <= last; axis++) {
    angles.push(yield* polarAngle(dimensions - 1 - axis, inverse));
  }
  const map: SphereMapping['map'] = (cube, offset, points, to) => {
    let sines = 1;
    for (let axis = 0; axis < last; axis++) {
      const angle = angles[axis]!(cube[offset + axis]!);
      points[to + axis] = sines * cos(angle);
      sines *= sin(angle);
    }
    const turn = 2 * angles[last]!(cube[offset + last]!);
    points[to + last] = sines * cos(turn);
    points[to + last + 1] = sines * sin(turn);
  };
  return { map, cost: COSTS[inverse] };
}

/** The quantile function of the angle in [0, π] whose density is ∝ sin^(k-1). */
function* polarAngle(k: number, inverse: 'tabulated' | 'exact'): Pieces<(probability: number) => number> {
  const squaredSine =
    inverse === 'tabulated'
      ? yield* tabulatedInverseBetaInPieces(k)
      : (p: number) => inverseRegularizedIncompleteBeta(k / 2, 0.5, p);
  return (probability) => {
    const isFirstHalf = probability < 0.5;
    const angle = asin(Math.sqrt(squaredSine(2 * (isFirstHalf ? probability : 1 - probability))));
    return isFirstHalf ? angle : Math.PI - angle;
  };
}

/**
 * The transformation of K.-T. Fang and Y. Wang, Number-Theoretic Methods in Statistics (1994), §1.5: the squared
 * radii of planes (for odd d, of a first three-space and planes) from ordered powers of half of the numbers,
 * directions in them from the other half. Closed-form, but less even than spherical coordinates.
 */
export function fangWang(dimensions: number): SphereMapping {
  const map = dimensions % 2 === 0 ? fangWangEven(dimensions / 2) : fangWangOdd((dimensions - 1) / 2);
  return { map, cost: COSTS.closedForm };
}

function fangWangEven(planes: number): SphereMapping['map'] {
  return (cube, offset, points, to) => {
    const radii = planeRadii(cube, offset, planes, (plane) => 1 / plane);
    for (let plane = 0; plane < planes; plane++) {
      writeDirection(cube[offset + planes - 1 + plane]!, radii[plane]!, points, to + 2 * plane);
    }
  };
}

function fangWangOdd(parts: number): SphereMapping['map'] {
  return (cube, offset, points, to) => {
    const radii = planeRadii(cube, offset, parts, (part) => 2 / (2 * part + 1));
    const height = cube[offset + parts - 1]!;
    points[to] = radii[0]! * (1 - 2 * height);
    writeDirection(cube[offset + parts]!, 2 * radii[0]! * Math.sqrt(height * (1 - height)), points, to + 1);
    for (let part = 1; part < parts; part++) {
      writeDirection(cube[offset + parts + part]!, radii[part]!, points, to + 2 * part + 1);
    }
  };
}

/**
 * Radii whose squares sum to one: differences of the products g_j = g_(j+1) · c_j^exponent(j), g_parts = 1, g_0 = 0.
 */
function planeRadii(
  cube: Float64Array,
  offset: number,
  parts: number,
  exponent: (part: number) => number,
): Float64Array {
  const radii = new Float64Array(parts);
  let outer = 1;
  for (let part = parts - 1; part >= 1; part--) {
    const inner = outer * pow(cube[offset + part - 1]!, exponent(part));
    radii[part] = Math.sqrt(outer - inner);
    outer = inner;
  }
  radii[0] = Math.sqrt(outer);
  return radii;
}

function writeDirection(turn: number, radius: number, points: Float64Array, at: number): void {
  points[at] = radius * cos(2 * Math.PI * turn);
  points[at + 1] = radius * sin(2 * Math.PI * turn);
}
