/** @file Compares gradients: a backend's with those of the IR, and those with differences of the loss. */
import { NdArray, RandomState, type FloatArray } from '@ndl/numerics';
import type { LearningRequest, NetworkExecutable } from '../composition/network-executable.ts';
import { numericDerivatives, type NumericDerivative } from './numeric-derivative.ts';

/** Worst disagreement found, and where. */
export interface GradientDifference {
  /** The parameter signal. */
  readonly parameter: string;
  /** Relative: |a - b| / max(largest |b| of that parameter, floor), less what cannot be told apart from an error of method. */
  readonly error: number;
  /** What disagrees most there: the gradient that is checked, and what it is held against. */
  readonly values?: readonly [number, number];
}

/** What differences say of gradients. */
export interface DifferencesReport {
  /** The IR's gradients against differences of the loss, both in float64. */
  readonly irAgainstDifferences: GradientDifference;
  /** Elements whose derivative was taken by differences, and could be told to the tolerance. */
  readonly elementsChecked: number;
  /** Elements whose differences cannot tell so much: they stand at kinks, or close to them. */
  readonly elementsUndecided: number;
}

/** A trainable buffer and the parameter signals in it. */
export interface CheckedParameter {
  readonly buffer: string;
  readonly signals: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

/** Central differences are taken of at most so many elements per signal, spread evenly. */
const ELEMENTS_PER_SIGNAL = 12;

/** Steps of differences are relative to the element's size, or to this where it is smaller. */
const SMALLEST_SCALE = 0.1;

/** Gradients smaller than this share of the largest of all count as zero: below it both sides are rounding. */
const FLOOR = 1e-6;

/** How many times the error that differences, or perturbations, show is still no reason to complain. */
const SAFETY = 4;

/** Parameters are moved by so many units of float32's epsilon, so many times, to see what its rounding may do to gradients. */
const PERTURBATION = 4 * 2 ** -23;
const PERTURBATIONS = 6;

/** By id of the parameter buffer. */
export type Gradients = ReadonlyMap<string, NdArray>;

/** What gradients are checked with. */
export type CheckedExecutable = Pick<NetworkExecutable, 'gradients' | 'evaluate' | 'read' | 'write'>;

export async function gradientsOf(executable: CheckedExecutable, request: LearningRequest): Promise<Gradients> {
  return (await executable.gradients(request)).gradients;
}

/** Two executables with the same parameters. */
interface ComparedExecutables {
  /** Any backend, any dtype. */
  readonly checked: CheckedExecutable;
  /** The same programs in float64, differentiated by the IR. */
  readonly exact: CheckedExecutable;
  /** The gradients of `exact`. */
  readonly theirs: Gradients;
}

/**
 * A backend's gradients against those of the IR.
 * @param rounding where the backend computes in float32: where gradients differ by more than `tolerance`, what its rounding of
 * parameters of these names may do to them is looked at first. Next to a kink, or where much cancels, it may do anything.
 */
export async function againstIr(
  { checked, exact, theirs }: ComparedExecutables,
  request: LearningRequest,
  parameters: readonly CheckedParameter[],
  rounding: { readonly tolerance: number; readonly names: readonly string[] } | undefined,
): Promise<GradientDifference> {
  const ours = await gradientsOf(checked, request);
  const floor = floorOf(theirs);
  const worst = (spread?: Gradients): GradientDifference => {
    const found = new Worst();
    for (const { buffer, signals } of parameters) {
      for (const { name, offset, size } of signals) {
        const part = (gradients: Gradients): FloatArray => gradients.get(buffer)!.data.subarray(offset, offset + size);
        const [got, reference] = [part(ours), part(theirs)];
        const scale = Math.max(largestOf(reference), floor);
        got.forEach((value, index) => {
          const allowed = spread === undefined ? 0 : SAFETY * part(spread)[index]!;
          found.note(name, Math.max(0, Math.abs(value - reference[index]!) - allowed) / scale, [
            value,
            reference[index]!,
          ]);
        });
      }
    }
    return found.difference;
  };
  const plain = worst();
  if (rounding === undefined || plain.error <= rounding.tolerance) return plain;
  return worst(await spreadOfRounding(exact, request, theirs, rounding.names));
}

/** How far gradients move, element by element, when parameters move by as much as float32 rounds. */
async function spreadOfRounding(
  exact: CheckedExecutable,
  request: LearningRequest,
  gradients: Gradients,
  names: readonly string[],
): Promise<Gradients> {
  const random = new RandomState(0);
  const originals = new Map<string, NdArray>();
  for (const name of names) originals.set(name, await exact.read(name));
  const spread = new Map(
    [...gradients].map(([id, { data, shape }]) => [
      id,
      new NdArray(
        data.map(() => 0),
        shape,
      ),
    ]),
  );
  try {
    for (let trial = 0; trial < PERTURBATIONS; trial++) {
      for (const [name, { data, shape }] of originals) {
        const factors = random.uniform(1 - PERTURBATION, 1 + PERTURBATION, data.length);
        await exact.write(
          name,
          new NdArray(
            Float64Array.from(data, (value, index) => value * factors[index]!),
            shape,
          ),
        );
      }
      for (const [id, { data }] of await gradientsOf(exact, request)) {
        const [widths, from] = [spread.get(id)!.data, gradients.get(id)!.data];
        data.forEach((value, index) => (widths[index] = Math.max(widths[index]!, Math.abs(value - from[index]!))));
      }
    }
  } finally {
    for (const [name, original] of originals) await exact.write(name, original);
  }
  return spread;
}

/** Gradients against numeric derivatives of the loss on the same executable, in float64. */
export async function againstDifferences(
  executable: CheckedExecutable,
  request: LearningRequest,
  parameters: readonly CheckedParameter[],
  gradients: Gradients,
  tolerance: number,
  report: (elements: number) => Promise<unknown> | undefined,
): Promise<DifferencesReport> {
  const worst = new Worst();
  let [elementsChecked, elementsUndecided] = [0, 0];
  const largest = Math.max(...[...gradients.values()].map(({ data }) => largestOf(data)));
  for (const { buffer, signals } of parameters) {
    for (const { name, offset, size } of signals) {
      const gradient = gradients.get(buffer)!.data.subarray(offset, offset + size);
      // No floor: what rounding hides of small gradients, the differences say themselves.
      const scale = Math.max(largestOf(gradient), Number.MIN_VALUE);
      const reach = largestOf(gradient) || largest;
      const original = await executable.read(name);
      const lossAt = async (element: number, value: number): Promise<number> => {
        const moved = Float64Array.from(original.data);
        moved[element] = value;
        await executable.write(name, new NdArray(moved, original.shape));
        return (await executable.evaluate(request, 'training'))['loss']!;
      };
      try {
        for (const element of spread(size)) {
          const [ours, value] = [gradient[element]!, original.data[element]!];
          const isSure = (estimate: NumericDerivative): boolean => SAFETY * estimate.uncertainty <= tolerance * scale;
          const estimates = await numericDerivatives(
            (x) => lossAt(element, x),
            value,
            Math.max(Math.abs(value), SMALLEST_SCALE),
            (estimate) => isSure(estimate) && Math.abs(ours - estimate.value) <= tolerance * scale,
          );
          const errors = estimates.map((estimate) => {
            const allowed = isSure(estimate) ? 0 : SAFETY * estimate.uncertainty;
            return Math.max(0, Math.abs(ours - estimate.value) - allowed) / scale;
          });
          worst.note(name, Number.isFinite(ours) ? Math.min(...errors) : Infinity, [ours, estimates[0]!.value]);
          const isTold = (estimate: NumericDerivative): boolean =>
            isSure(estimate) ||
            (isAtItsBest(estimate) && (isWithin(estimate, reach) || (ours === 0 && estimate.value === 0)));
          if (estimates.some(isTold)) elementsChecked += 1;
          else elementsUndecided += 1;
          await report(elementsChecked + elementsUndecided);
        }
      } finally {
        await executable.write(name, original);
      }
    }
  }
  return { irAgainstDifferences: worst.difference, elementsChecked, elementsUndecided };
}

/** Whether nothing but rounding keeps it from being surer, as where the loss does not depend on the element at all. */
function isAtItsBest({ uncertainty, rounding }: NumericDerivative): boolean {
  return uncertainty <= SAFETY * rounding;
}

/** Whether a gradient of this size could not be wrong by as much as itself without being noticed. */
function isWithin({ uncertainty }: NumericDerivative, size: number): boolean {
  return SAFETY * uncertainty <= size;
}

/** Of how many elements differences are taken. */
export function elementsToCheck(parameters: readonly CheckedParameter[]): number {
  const sizes = parameters.flatMap(({ signals }) => signals.map(({ size }) => spread(size).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Below this size gradients count as zero. */
function floorOf(gradients: ReadonlyMap<string, NdArray>): number {
  return Math.max(FLOOR * Math.max(...[...gradients.values()].map(({ data }) => largestOf(data))), Number.MIN_VALUE);
}

function spread(size: number): readonly number[] {
  const count = Math.min(size, ELEMENTS_PER_SIGNAL);
  return Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * size) / count));
}

function largestOf(values: FloatArray): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Keeps the worst of many errors. */
class Worst {
  difference: GradientDifference = { parameter: '(none)', error: 0 };

  /** NaN is the worst of all. */
  note(parameter: string, error: number, values: readonly [number, number]): void {
    if (error <= this.difference.error) return;
    this.difference = { parameter, error: Number.isNaN(error) ? Infinity : error, values };
  }
}
