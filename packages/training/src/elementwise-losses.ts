/** @file Losses that look at each element by itself. */
import { refuseSurplus } from '@ndl/numerics';
import type { Objective } from '@ndl/core';
import { kernel, type Kernel, type Operand, type View } from '@ndl/ir';
import { invalidParameter, lossKernelInvalid, unknownOption } from './errors.ts';
import {
  elementsAskedFor,
  missingTargetsOf,
  oncePerChoice,
  type MeanLossOptions,
  type MissingTargets,
} from './missing-targets.ts';
import { checkOptions, finiteNumber } from './options.ts';
import { mapped, total } from './objective-writing.ts';

const squaredError: Kernel = /* @__PURE__ */ kernel({ name: 'squared error', inputs: ['output', 'target'] }, (k) => {
  const error = k.subtract(k.inputs.output, k.inputs.target);
  return { term: k.multiply(error, error) };
});

const meanOfSquares = /* @__PURE__ */ oncePerChoice('meanSquaredError', (missing) =>
  meanOverElements('meanSquaredError', squaredError, {}, missing),
);

/**
 * The mean over elements, items and steps of (output - target)². Where the target is NaN, the error is 0; with
 * `missing: 'ignore'`, such elements do not count. Always the same object, as programs are compiled once per objective; make
 * losses of your own once, too.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function meanSquaredError(options?: MeanLossOptions): Objective {
  refuseSurplus('meanSquaredError', arguments, 1);
  return meanOfSquares(options);
}

/** What `kernelLoss` makes a loss of. */
export interface KernelLossOptions extends MeanLossOptions {
  /** Inputs `output` and `target`, or one of them; one output, of any name: the loss of one element. */
  readonly kernel: Kernel;
  /** Values of the kernel's parameters. Default: none. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/**
 * The mean over elements, items and steps of a kernel of one's own. Where the target is NaN, the loss is 0; with
 * `missing: 'ignore'`, such elements do not count. The kernel's body decides by `k.select` and `k.equal`, never by `if`, `?:` or `===`, which
 * look at the expression and not at its value, and which nobody can catch.
 *
 *     const huber = kernel({ name: 'huber', inputs: ['output', 'target'], parameters: ['width'] }, (k) => …);
 *     sim.train(inputs, { targets, losses: kernelLoss({ kernel: huber, parameters: { width: 0.1 } }), optimizer: adam() });
 *
 * @throws NdlError LOSS_KERNEL_INVALID, INVALID_OPTION, UNKNOWN_OPTION
 */
export function kernelLoss(options: KernelLossOptions): Objective {
  refuseSurplus('kernelLoss', arguments, 1);
  checkOptions('kernelLoss', options, ['kernel', 'parameters', 'missing']);
  const { kernel: own, parameters = {} } = options;
  const missingRule = missingTargetsOf('kernelLoss', options.missing);
  if (!isKernel(own)) throw invalidParameter('kernelLoss: kernel', 'a kernel, as kernel() makes them', own);
  if (typeof parameters !== 'object' || parameters === null)
    throw invalidParameter('kernelLoss: parameters', 'an object of numbers by name', parameters);
  const strange = own.inputs.find((name) => name !== 'output' && name !== 'target');
  if (strange !== undefined) throw lossKernelInvalid(own.name, `it has an input "${strange}"`);
  if (own.outputs.length !== 1) throw lossKernelInvalid(own.name, `it has ${own.outputs.length} outputs`);
  const missing = own.parameters.find((name) => parameters[name] === undefined);
  if (missing !== undefined) throw lossKernelInvalid(own.name, `its parameter "${missing}" has no value`);
  for (const [name, value] of Object.entries(parameters)) {
    if (!own.parameters.includes(name)) throw unknownOption('kernelLoss: parameters', name, own.parameters);
    finiteNumber(`kernelLoss: parameters: ${name}`, value);
  }
  return meanOverElements('kernelLoss', own, parameters, missingRule);
}

function isKernel(value: unknown): value is Kernel {
  if (typeof value !== 'object' || value === null) return false;
  const { inputs, outputs, parameters } = value as Partial<Kernel>;
  return Array.isArray(inputs) && Array.isArray(outputs) && Array.isArray(parameters);
}

const productOfTarget: Kernel = /* @__PURE__ */ kernel(
  { name: 'direct gradient', inputs: ['output', 'target'] },
  (k) => {
    const { output, target } = k.inputs;
    return { term: k.select(k.isNan(target), 0, k.multiply(output, target)) };
  },
);

/**
 * Targets are the gradients themselves: the sum over elements, items and steps of output · target, whose derivative by each
 * output is the target given for it; 0 where that is NaN. For errors that were computed elsewhere. A sum, not a mean: it takes no
 * options, and is reported for the whole call.
 * @throws NdlError SURPLUS_ARGUMENT
 */
export function directGradient(): Objective {
  refuseSurplus('directGradient', arguments, 0);
  return directGradientObjective;
}

const directGradientObjective: Objective = /* @__PURE__ */ Object.freeze<Objective>({
  kind: 'directGradient',
  build: (context) => ({
    sum: total(context, 'direct gradient', mapped(context, productOfTarget, [context.output, context.target])),
  }),
});

/** A loss that is the mean of `own` over all elements, 0 where they have no target, or over those that have one. */
function meanOverElements(
  kind: string,
  own: Kernel,
  parameters: Readonly<Record<string, number>>,
  missing: MissingTargets,
): Objective {
  const term = own.outputs[0]!.expression;
  // Dotted, so as not to clash with the parameters of anybody's kernel.
  const weights = ['loss.share', 'loss.size'] as const;
  const weighed = kernel(
    { name: own.name, inputs: ['output', 'target'], parameters: [...own.parameters, ...weights] },
    (k) => {
      const weight = k.divide(k.parameters['loss.share']!, k.parameters['loss.size']!);
      return { term: k.multiply(k.select(k.isNan(k.inputs.target), 0, term), weight) };
    },
  );
  const values = own.parameters.map((name) => parameters[name]!);
  return Object.freeze<Objective>({
    kind,
    build(context) {
      const { output, target, perItemStep, size } = context;
      const totalWith = (share: Operand, among: number): View =>
        total(context, own.name, mapped(context, weighed, [output, target], [...values, share, among]));
      if (missing === 'zero') return totalWith(perItemStep, size);
      return { sum: totalWith(1, 1), count: elementsAskedFor(context) };
    },
  });
}
