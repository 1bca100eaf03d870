/** @file `checkGradients`: a backend's gradients against the IR's own differentiation and against central differences. */
import { programSource } from '@ndl/compiler';
import type { Executable, ProgramSource, TrainRequest } from '@ndl/core';
import { approximationKernel, type Instruction, type Program } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { Composition } from './composition.ts';
import { gradientsDiffer, noBackend } from './errors.ts';
import type { Inputs, TrainOptions } from './learning-options.ts';
import type { ParameterCache } from './parameter-cache.ts';

/** Data to check gradients on, and how far they may differ. */
export interface GradientCheckOptions extends Partial<
  Pick<TrainOptions, 'targets' | 'losses' | 'lossWeights' | 'steps'>
> {
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
interface CheckedParameter {
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
 * Checks the gradients of a composition's executable on one request. Where neurons are trained by a surrogate, whose
 * derivative is not that of its value, central differences are taken of the network with the approximation in place of the
 * value; its gradients are what they are compared with.
 * @throws NdlError GRADIENTS_DIFFER naming the worst parameter, NO_BACKEND where no loaded backend has float64.
 */
export async function checkGradients(
  composition: Composition,
  parameters: ParameterCache,
  request: TrainRequest,
  { tolerance }: GradientCheckOptions,
): Promise<GradientReport> {
  const { candidates, compiled, executable, settings, tasks } = composition;
  const entry = candidates.find((candidate) => candidate.entry.dtypes.includes('float64'))?.entry;
  if (entry === undefined)
    throw noBackend(
      'float64',
      candidates.map((candidate) => `${candidate.entry.name}: it has no float64.`),
    );
  const backend = await entry.load({});
  const opened: Executable[] = [];
  const exactly = async (forwardOf: (forward: Program) => Program): Promise<Executable> => {
    const exact = await backend.compile(inFloat64(programSource(compiled, tasks), forwardOf));
    opened.push(exact);
    for (const name of parameters.names) await exact.write(name, await executable.read(name));
    return exact;
  };
  try {
    const exact = await exactly((forward) => forward);
    const smooth = usesSurrogates(composition) ? await exactly(withApproximations) : exact;
    const report = await compareGradients(
      { checked: executable, exact, smooth },
      request,
      trainableParameters(composition),
    );
    const accepted = tolerance ?? (settings.dtype === 'float64' ? 1e-6 : 1e-3);
    requireClose(`gradients of ${composition.choice.name} against the IR's`, report.backendAgainstIr, accepted);
    requireClose("the IR's gradients against central differences", report.irAgainstDifferences, tolerance ?? 1e-6);
    return report;
  } finally {
    for (const exact of opened) exact.dispose();
    backend.dispose();
  }
}

function requireClose(what: string, { parameter, error }: GradientDifference, tolerance: number): void {
  if (error <= tolerance) return;
  throw gradientsDiffer(
    `checkGradients: ${what} differ by ${error.toExponential(2)} (relative) at ${parameter}, the worst parameter; accepted is ${tolerance}.`,
  );
}

/** The same programs in float64, the forward pass of training changed. */
function inFloat64(source: ProgramSource, forwardOf: (forward: Program) => Program): ProgramSource {
  return {
    run: (held) => ({ ...source.run(held), dtype: 'float64' }),
    training: (request) => {
      const training = source.training!(request);
      return { ...training, forward: forwardOf({ ...training.forward, dtype: 'float64' }) };
    },
  };
}

function usesSurrogates({ compiled, gradientFor }: Composition): boolean {
  return compiled.graph.operators.some(
    (operator) => operator.kind === 'simNeurons' && gradientFor(operator.neuronType.kind).isSurrogate === true,
  );
}

/** The program that computes what is differentiated. */
function withApproximations(program: Program): Program {
  const smoothed = (instruction: Instruction): Instruction =>
    instruction.kind === 'map' ? { ...instruction, kernel: approximationKernel(instruction.kernel) } : instruction;
  return {
    ...program,
    prologue: program.prologue.map(smoothed),
    step: program.step.map(smoothed),
    epilogue: program.epilogue.map(smoothed),
  };
}

function trainableParameters({ graph, compiled }: Composition): readonly CheckedParameter[] {
  return compiled.layout.trainable.map((buffer) => ({
    buffer,
    signals: compiled.graph.signals.flatMap((signal) => {
      const view = compiled.layout.viewOf({ signal, shape: signal.shape });
      const isLearnt =
        view.buffer === buffer && graph.signals.some(({ name, role }) => name === signal.name && role === 'parameter');
      return isLearnt ? [{ name: signal.name, offset: view.offset, size: signal.initial.size }] : [];
    }),
  }));
}

/** Executables of one network with the same parameters. */
interface ComparedExecutables {
  /** Any backend, any dtype. */
  readonly checked: Executable;
  /** The same programs in float64, differentiated by the IR. */
  readonly exact: Executable;
  /** In float64 too, and such that the gradients are those of the values. Without surrogates the same as `exact`. */
  readonly smooth: Executable;
}

/** Compares gradients on one request. */
async function compareGradients(
  { checked, exact, smooth }: ComparedExecutables,
  request: TrainRequest,
  parameters: readonly CheckedParameter[],
): Promise<GradientReport> {
  const gradientsOf = async (executable: Executable): Promise<ReadonlyMap<string, NdArray>> =>
    (await executable.gradients(request)).gradients;
  const ours = await gradientsOf(checked);
  const theirs = await gradientsOf(exact);
  const smoothed = smooth === exact ? theirs : await gradientsOf(smooth);
  const [floor, smoothFloor] = [floorOf(theirs), floorOf(smoothed)];
  const worst = { backend: none(), differences: none() };
  let elementsChecked = 0;
  for (const { buffer, signals } of parameters) {
    for (const { name, offset, size } of signals) {
      const part = (gradients: ReadonlyMap<string, NdArray>): FloatArray =>
        gradients.get(buffer)!.data.subarray(offset, offset + size);
      const reference = part(theirs);
      worst.backend = worse(worst.backend, name, part(ours), reference, Math.max(largestOf(reference), floor));
      const elements = spread(size);
      const gradient = part(smoothed);
      const differences = await centralDifferences(smooth, request, name, elements);
      const chosen = Float64Array.from(elements, (element) => gradient[element]!);
      worst.differences = worse(
        worst.differences,
        name,
        chosen,
        differences,
        Math.max(largestOf(gradient), smoothFloor),
      );
      elementsChecked += elements.length;
    }
  }
  return { backendAgainstIr: worst.backend, irAgainstDifferences: worst.differences, elementsChecked };
}

/** Below this size gradients count as zero. */
function floorOf(gradients: ReadonlyMap<string, NdArray>): number {
  return Math.max(FLOOR * Math.max(...[...gradients.values()].map(({ data }) => largestOf(data))), Number.MIN_VALUE);
}

async function centralDifferences(
  executable: Executable,
  request: TrainRequest,
  name: string,
  elements: readonly number[],
): Promise<Float64Array> {
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

function worse(
  known: GradientDifference,
  parameter: string,
  got: FloatArray,
  expected: FloatArray,
  scale: number,
): GradientDifference {
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
