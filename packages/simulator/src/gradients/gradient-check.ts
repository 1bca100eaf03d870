/** @file `checkGradients`: a backend's gradients against the IR's own differentiation and against differences. */
import { approximationKernel, mapSections, type Instruction, type Program } from '@ndl/ir';
import type { Composition } from '../composition/composition.ts';
import { noBackend } from '../errors.ts';
import { gradientsDiffer, gradientsUndecided } from './gradient-errors.ts';
import {
  againstDifferences,
  againstIr,
  elementsToCheck,
  gradientsOf,
  type CheckedExecutable,
  type DifferencesReport,
  type GradientDifference,
} from './gradient-comparisons.ts';
import type { GradientCheckOptions } from './gradient-check-options.ts';
import { gradientRequest, requireFiniteLoss, type GradientRequestContext } from './gradient-request.ts';
import { heldByDefault } from '../inputs/input-sources.ts';
import { NetworkExecutable } from '../composition/network-executable.ts';
import type { ParameterCache } from '../parameters/parameter-cache.ts';
import { progressOf } from '../progress/progress.ts';
import { trainableParameters } from '../parameters/trainable-parameters.ts';
import { takeTurns } from '../turns.ts';

/** What a gradient check found. */
export interface GradientReport extends DifferencesReport {
  /** Gradients of the chosen backend against those of a float64 backend that differentiates the IR. */
  readonly backendAgainstIr: GradientDifference;
}

/**
 * Checks the gradients of a composition's executable on the data of a call, or on noise. Where neurons are trained by a surrogate, whose
 * derivative is not that of its value, central differences are taken of the network with the approximation in place of the
 * value; its gradients are what they are compared with.
 * @throws NdlError GRADIENTS_DIFFER naming the worst parameter, GRADIENTS_UNDECIDED where no difference can tell, NO_BACKEND
 * where no loaded backend has float64,
 * LOSS_NOT_FINITE, and what is wrong with the data.
 */
export async function checkGradients(
  composition: Composition,
  { gradients, parameters }: { readonly gradients: GradientRequestContext; readonly parameters: ParameterCache },
  options: GradientCheckOptions,
): Promise<GradientReport> {
  const { tolerance, signal, onProgress } = options;
  const request = gradientRequest(gradients, options);
  await requireFiniteLoss(composition.executable, gradients, request);
  const { candidates, compiled, executable, settings, tasks } = composition;
  const entry = candidates.find((candidate) => candidate.entry.dtypes.includes('float64'))?.entry;
  if (entry === undefined)
    throw noBackend(
      'float64',
      candidates.map((candidate) => `${candidate.entry.name}: it has no float64.`),
    );
  const backend = await entry.load({});
  const opened: NetworkExecutable[] = [];
  const exactly = async (forwardOf: (forward: Program) => Program): Promise<CheckedExecutable> => {
    const exact = new NetworkExecutable({
      compiled,
      executable: await backend.create(),
      tasks,
      adapt: (program) => forwardOf({ ...program, dtype: 'float64' }),
    });
    opened.push(exact);
    await exact.forward('run', heldByDefault(composition.graph));
    for (const name of parameters.names) await exact.write(name, await executable.read(name));
    return withPauses(exact, pause);
  };
  const turn = takeTurns();
  const pause = async (): Promise<void> => {
    await turn();
    signal?.throwIfAborted();
  };
  const seen = trainableParameters(composition);
  const report = progressOf('checkGradients', elementsToCheck(seen), onProgress);
  try {
    signal?.throwIfAborted();
    await report(0);
    const exact = await exactly((forward) => forward);
    const smooth = usesSurrogates(composition) ? await exactly(withApproximations) : exact;
    const isExact = settings.dtype === 'float64';
    const accepted = tolerance ?? (isExact ? 1e-6 : 1e-3);
    const theirs = await gradientsOf(exact, request);
    const rounding = isExact ? undefined : { tolerance: accepted, names: parameters.names };
    const backendAgainstIr = await againstIr(
      { checked: withPauses(executable, pause), exact, theirs },
      request,
      seen,
      rounding,
    );
    requireClose(`gradients of ${composition.choice.name} against the IR's`, backendAgainstIr, accepted);
    const smoothed = smooth === exact ? theirs : await gradientsOf(smooth, request);
    const checked = await againstDifferences(smooth, request, seen, smoothed, tolerance ?? 1e-6, report);
    requireClose("the IR's gradients against central differences", checked.irAgainstDifferences, tolerance ?? 1e-6);
    if (checked.elementsChecked === 0 && checked.elementsUndecided > 0)
      throw gradientsUndecided(checked.elementsUndecided);
    return { backendAgainstIr, ...checked };
  } finally {
    for (const exact of opened) exact.dispose();
    backend.dispose();
  }
}

/** The same executable, others having their turn before each of its longer calls. */
function withPauses(executable: CheckedExecutable, pause: () => Promise<void>): CheckedExecutable {
  return {
    gradients: async (request) => {
      await pause();
      return executable.gradients(request);
    },
    evaluate: async (request, neurons) => {
      await pause();
      return executable.evaluate(request, neurons);
    },
    read: (symbol) => executable.read(symbol),
    write: (symbol, data) => executable.write(symbol, data),
  };
}

function requireClose(what: string, { parameter, error, values }: GradientDifference, tolerance: number): void {
  if (error <= tolerance) return;
  const shown = values === undefined ? '' : `${values[0]} against ${values[1]}`;
  if (values?.every(Number.isFinite) === false)
    throw gradientsDiffer(`checkGradients: ${what}: at ${parameter}, one is NaN or infinite (${shown}).`);
  // Relative to next to nothing, an error has no size that says anything.
  if (error > 1e9) throw gradientsDiffer(`checkGradients: ${what}: at ${parameter}, they are ${shown}.`);
  throw gradientsDiffer(
    `checkGradients: ${what} differ by ${error.toExponential(2)} (relative) at ${parameter}, the worst parameter (${shown}); accepted is ${tolerance}.`,
  );
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
  return mapSections(program, ({ instructions }) => instructions.map(smoothed));
}
