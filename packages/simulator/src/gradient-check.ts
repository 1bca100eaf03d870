/** @file `checkGradients`: a backend's gradients against the IR's own differentiation and against central differences. */
import { programSource } from '@ndl/compiler';
import type { Executable, TrainRequest } from '@ndl/core';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { Composition } from './composition.ts';
import { gradientsDiffer, noBackend } from './errors.ts';
import type { Inputs, TrainOptions } from './learning-options.ts';
import type { ParameterCache } from './parameter-cache.ts';

/** Data to check gradients on, and how far they may differ. */
export interface GradientCheckOptions extends Partial<Pick<TrainOptions, 'targets' | 'losses' | 'lossWeights' | 'steps'>> {
  /** Default: two items of seeded uniform noise, held over the steps. */
  readonly inputs?: Inputs | undefined;
  /** Largest accepted relative error (default 1e-6 in float64, 1e-3 in float32). */
  readonly tolerance?: number | undefined;
}

/** Worst disagreement found, and where. */
export interface GradientDifference {
  /** The parameter signal. */
  readonly parameter: string;
  /** Relative: |a - b| / max(largest |b| of that parameter, floor). */
  readonly error: number;
}

/** What a gradient check found. */
export interface GradientReport {
  /** Gradients of the chosen backend against those of a float64 backend that differentiates the IR. */
  readonly backendAgainstIr: GradientDifference;
  /** The IR's gradients against central differences, both in float64. */
  readonly irAgainstDifferences: GradientDifference;
  /** Elements whose central difference was taken. */
  readonly elementsChecked: number;
}

/** A trainable buffer and the parameter signals in it. */
export interface CheckedParameter {
  readonly buffer: string;
  readonly signals: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

/** Central differences are taken of at most so many elements per signal, spread evenly. */
const ELEMENTS_PER_SIGNAL = 12;

/** Step of the central differences, relative to the element's size: near the cube root of float64's epsilon. */
const RELATIVE_STEP = 6e-6;

/** Gradients smaller than this share of the largest of all count as zero: below it both sides are rounding. */
const FLOOR = 1e-6;

/**
 * Checks the gradients of a composition's executable on one request.
 * @throws NdlError GRADIENTS_DIFFER naming the worst parameter, NO_BACKEND where no loaded backend has float64.
 */
export async function checkGradients(
  composition: Composition,
  parameters: ParameterCache,
  request: TrainRequest,
  options: GradientCheckOptions,
): Promise<GradientReport> {
  const { candidates, compiled, executable, settings, tasks } = composition;
  const entry = candidates.find((candidate) => candidate.entry.dtypes.includes('float64'))?.entry;
  if (entry === undefined) throw noBackend('float64', candidates.map((candidate) => `${candidate.entry.name}: it has no float64.`));
  const backend = await entry.load({});
  const exact = await backend.compile(inFloat64(programSource(compiled, tasks)));
  try {
    for (const name of parameters.names) await exact.write(name, await executable.read(name));
    const report = await compareGradients(executable, exact, request, trainableParameters(composition));
    const tolerance = options.tolerance ?? (settings.dtype === 'float64' ? 1e-6 : 1e-3);
    requireClose(`gradients of ${composition.choice.name} against the IR's`, report.backendAgainstIr, tolerance);
    requireClose("the IR's gradients against central differences", report.irAgainstDifferences, options.tolerance ?? 1e-6);
    return report;
  } finally {
    exact.dispose();
    backend.dispose();
  }
}

function requireClose(what: string, { parameter, error }: GradientDifference, tolerance: number): void {
  if (error <= tolerance) return;
  throw gradientsDiffer(`checkGradients: ${what} differ by ${error.toExponential(2)} (relative) at ${parameter}, the worst parameter; accepted is ${tolerance}.`);
}

/** The same programs in float64. */
function inFloat64(source: ReturnType<typeof programSource>): ReturnType<typeof programSource> {
  return {
    run: (held) => ({ ...source.run(held), dtype: 'float64' }),
    training: (request) => {
      const training = source.training!(request);
      return { ...training, forward: { ...training.forward, dtype: 'float64' } };
    },
  };
}

function trainableParameters({ graph, compiled }: Composition): readonly CheckedParameter[] {
  return compiled.layout.trainable.map((buffer) => ({
    buffer,
    signals: compiled.graph.signals.flatMap((signal) => {
      const view = compiled.layout.viewOf({ signal, shape: signal.shape });
      const isLearnt = view.buffer === buffer && graph.signals.some(({ name, role }) => name === signal.name && role === 'parameter');
      return isLearnt ? [{ name: signal.name, offset: view.offset, size: signal.initial.size }] : [];
    }),
  }));
}

/** Compares `checked` (any backend) and `exact` (float64, same parameters) on one request. */
export async function compareGradients(
  checked: Executable,
  exact: Executable,
  request: TrainRequest,
  parameters: readonly CheckedParameter[],
): Promise<GradientReport> {
  const ours = (await checked.gradients(request)).gradients;
  const theirs = (await exact.gradients(request)).gradients;
  const largest = Math.max(...[...theirs.values()].map(({ data }) => largestOf(data)), Number.MIN_VALUE);
  const worst = { backend: none(), differences: none() };
  let elementsChecked = 0;
  for (const { buffer, signals } of parameters) {
    const got = ours.get(buffer);
    const expected = theirs.get(buffer);
    if (got === undefined || expected === undefined) continue;
    for (const { name, offset, size } of signals) {
      const reference = expected.data.subarray(offset, offset + size);
      const scale = Math.max(largestOf(reference), FLOOR * largest);
      worst.backend = worse(worst.backend, name, got.data.subarray(offset, offset + size), reference, scale);
      const elements = spread(size);
      const differences = await centralDifferences(exact, request, name, elements);
      worst.differences = worse(worst.differences, name, Float64Array.from(elements, (element) => reference[element]!), differences, scale);
      elementsChecked += elements.length;
    }
  }
  return { backendAgainstIr: worst.backend, irAgainstDifferences: worst.differences, elementsChecked };
}

async function centralDifferences(executable: Executable, request: TrainRequest, name: string, elements: readonly number[]): Promise<Float64Array> {
  const original = await executable.read(name);
  const lossAt = async (element: number, value: number): Promise<number> => {
    const moved = Float64Array.from(original.data);
    moved[element] = value;
    await executable.write(name, new NdArray(moved, original.shape));
    return (await executable.evaluate(request, 'training'))['loss']!;
  };
  try {
    const differences = new Float64Array(elements.length);
    for (const [index, element] of elements.entries()) {
      const value = original.data[element]!;
      const step = RELATIVE_STEP * Math.max(Math.abs(value), 0.1);
      const [above, below] = [value + step, value - step];
      differences[index] = ((await lossAt(element, above)) - (await lossAt(element, below))) / (above - below);
    }
    return differences;
  } finally {
    await executable.write(name, original);
  }
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

function none(): GradientDifference {
  return { parameter: '(none)', error: 0 };
}

function worse(known: GradientDifference, parameter: string, got: FloatArray, expected: FloatArray, scale: number): GradientDifference {
  let error = known.error;
  let culprit = known.parameter;
  for (let index = 0; index < got.length; index++) {
    const difference = Math.abs(got[index]! - expected[index]!) / scale;
    if (!(difference <= error)) {
      error = Number.isNaN(difference) ? Infinity : difference;
      culprit = parameter;
    }
  }
  return { parameter: culprit, error };
}
