/** @file Surrogate gradients: real spikes forward, the derivative of something smooth backward. */
import { refuseSurplus } from '@ndl/numerics';
import type { GradientApproximation, NeuronDefinition, NeuronStep } from '@ndl/core';
import type { Kernel } from '@ndl/ir';
import { gradientUnsupported, surrogateMismatch, surrogateOption } from './errors.ts';
import { withDerivativesOf } from './merged-kernels.ts';
import { checkOptionNames } from './option-names.ts';

/** What a surrogate is made of. */
export interface SurrogateOptions {
  /** As in error messages. */
  readonly name: string;
  /** Kinds that it can train. Default: all, or without `approximation`, all that have a `rateStep`. */
  readonly kinds?: readonly string[];
  /**
   * The smooth stand-in that is differentiated. Inputs: `current` and states at the start of the step, as far as it uses
   * them. Parameters: those of the neuron's own step, `dt` too, and those of `parameters`. Outputs: `output`, and states to
   * pass a gradient from step to step; through states that it does not name, no gradient flows.
   * Default: the neuron's `rateStep`.
   */
  readonly approximation?: Kernel;
  /** Values of further parameters of `approximation`, a width say. A name of the neuron's own must have the neuron's value. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/**
 * A gradient approximation that runs neurons as they are, spikes and states, and differentiates a smooth stand-in.
 *
 *     const sigmoidal = kernel(
 *       { name: 'sigmoidal', inputs: ['current'], parameters: ['width', 'amplitude'] },
 *       (k) => ({ output: k.multiply(k.parameters.amplitude, k.sigmoid(k.divide(k.inputs.current, k.parameters.width))) }),
 *     );
 *     surrogateGradient({ name: 'sigmoidal', kinds: ['lif'], approximation: sigmoidal, parameters: { width: 0.5 } });
 *
 * Its training step throws NdlError GRADIENT_UNSUPPORTED for kinds that it is not for, and SURROGATE_MISMATCH where the
 * approximation asks for names that the neuron's step does not have.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function surrogateGradient(options: SurrogateOptions): GradientApproximation {
  refuseSurplus('surrogateGradient', arguments, 1);
  checkOptions(options);
  const { name, kinds, approximation, parameters = {} } = options;
  const merged = new KernelPairs((own, smooth, kind) => mergeKernels(name, kind, own, smooth));
  const supports = (definition: NeuronDefinition): boolean =>
    (kinds?.includes(definition.kind) ?? true) && (approximation ?? definition.rateStep) !== undefined;
  return {
    name,
    isSurrogate: true,
    supports,
    trainingStep(definition, neuronType, _, dt) {
      if (!supports(definition)) throw unsupported(options, definition);
      const own = definition.step(neuronType);
      const smooth =
        approximation === undefined ? definition.rateStep!(neuronType, dt) : { kernel: approximation, parameters };
      return {
        ...own,
        kernel: merged.get(own.kernel, smooth.kernel, definition.kind),
        parameters: mergeParameters(name, definition.kind, own, smooth),
      };
    },
  };
}

function checkOptions(options: unknown): void {
  checkOptionNames('surrogateGradient', options, OPTIONS, "{ name: 'mine' }");
  const { name, kinds, approximation, parameters } = options as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || name === '') throw surrogateOption('name', 'a text, not empty', name);
  const isKinds = Array.isArray(kinds) && kinds.every((kind) => typeof kind === 'string');
  if (kinds !== undefined && !isKinds) throw surrogateOption('kinds', "a list of kinds, such as ['lif']", kinds);
  if (approximation !== undefined && !isKernel(approximation))
    throw surrogateOption('approximation', 'a kernel, as made by kernel(…)', approximation);
  if (parameters === undefined) return;
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    throw surrogateOption('parameters', 'an object of numbers by name', parameters);
  for (const [parameter, value] of Object.entries(parameters)) {
    if (!Number.isFinite(value)) throw surrogateOption(`parameter "${parameter}"`, 'a finite number', value);
  }
}

const OPTIONS: readonly string[] = ['name', 'kinds', 'approximation', 'parameters'];

function isKernel(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { inputs, parameters, outputs } = value as Readonly<Record<string, unknown>>;
  return [inputs, parameters, outputs].every(Array.isArray);
}

/** Values of the parameters of both kernels. */
function mergeParameters(name: string, kind: string, own: NeuronStep, smooth: NeuronStep): NeuronStep['parameters'] {
  for (const [parameter, value] of Object.entries(smooth.parameters)) {
    const theirs = own.parameters[parameter];
    if (theirs === undefined || theirs === value) continue;
    throw surrogateMismatch(
      name,
      kind,
      `parameter "${parameter}" is ${theirs} for the neurons, ${value} for the surrogate: rename its own`,
    );
  }
  const values = { ...smooth.parameters, ...own.parameters };
  const missing = smooth.kernel.parameters.find((parameter) => parameter !== 'dt' && values[parameter] === undefined);
  if (missing !== undefined) {
    throw surrogateMismatch(name, kind, `parameter "${missing}" of kernel ${smooth.kernel.name} has no value`);
  }
  return values;
}

/** The neuron's own step, each output with the derivative of the approximation's output of that name. */
function mergeKernels(name: string, kind: string, own: Kernel, smooth: Kernel): Kernel {
  const refuseUnknown = (what: string, names: readonly string[], known: readonly string[]): void => {
    for (const unknown of names.filter((each) => !known.includes(each))) {
      throw surrogateMismatch(
        name,
        kind,
        `kernel ${smooth.name} has ${what} "${unknown}", their step only ${known.join(', ')}`,
      );
    }
  };
  refuseUnknown('input', smooth.inputs, own.inputs);
  refuseUnknown(
    'output',
    smooth.outputs.map((output) => output.name),
    own.outputs.map((output) => output.name),
  );
  return withDerivativesOf(own, smooth, name);
}

function unsupported(
  { name, kinds }: SurrogateOptions,
  { kind }: NeuronDefinition,
): ReturnType<typeof gradientUnsupported> {
  return (kinds?.includes(kind) ?? true)
    ? gradientUnsupported(
        name,
        kind,
        'their definition has no rateStep to differentiate',
        'Give the surrogate an approximation of its own.',
      )
    : gradientUnsupported(
        name,
        kind,
        `it stands in for ${kinds!.join(', ')} alone`,
        'Name the kinds that it is for in the setting `gradient`, and the others keep the default.',
      );
}

/** One kernel per pair of kernels, so that equal pairs give the same object and populations merge. */
class KernelPairs {
  readonly #make: (left: Kernel, right: Kernel, kind: string) => Kernel;
  readonly #made = new WeakMap<Kernel, WeakMap<Kernel, Kernel>>();

  constructor(make: (left: Kernel, right: Kernel, kind: string) => Kernel) {
    this.#make = make;
  }

  get(left: Kernel, right: Kernel, kind: string): Kernel {
    const partners = this.#made.get(left) ?? new WeakMap<Kernel, Kernel>();
    this.#made.set(left, partners);
    const known = partners.get(right) ?? this.#make(left, right, kind);
    partners.set(right, known);
    return known;
  }
}
