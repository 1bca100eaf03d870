/** @file Losses and metrics of probes that sample: of the sampled steps alone, whichever they are, and whatever they measure. */
import { isTotals, type HostFunction, type LossContext, type Objective } from '@ndl/core';
import { kernel, type Dtype, type HostInstance, type Kernel, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';

/** What targets are at steps that are not sampled: what nobody can ask for. */
export const NOT_SAMPLED: number = Infinity;

/** The largest number of a dtype: what is larger is `NOT_SAMPLED`. */
const LARGEST: Readonly<Record<Dtype, number>> = { float32: (2 - 2 ** -23) * 2 ** 127, float64: Number.MAX_VALUE };

const isSampled: Kernel = /* @__PURE__ */ kernel(
  { name: 'is sampled', inputs: ['target'], parameters: ['largest'] },
  (k) => ({ sampled: k.subtract(1, k.greater(k.inputs.target, k.parameters.largest)) }),
);

/** The target where the step is sampled; NaN, which asks for nothing, where it is not. */
const askedFor: Kernel = /* @__PURE__ */ kernel({ name: 'asked for', inputs: ['target', 'sampled'] }, (k) => ({
  target: k.add(k.inputs.target, k.divide(0, k.inputs.sampled)),
}));

/** 1 over a count; 1 where it is 0, as then there is nothing to weigh. */
const oneOver: Kernel = /* @__PURE__ */ kernel({ name: 'one over', inputs: ['count'] }, (k) => ({
  share: k.divide(1, k.max(k.inputs.count, 1)),
}));

const times: Kernel = /* @__PURE__ */ kernel({ name: 'times', inputs: ['mean', 'count'] }, (k) => ({
  sum: k.multiply(k.inputs.mean, k.inputs.count),
}));

const made = new WeakMap<Objective, Objective>();

/**
 * The objective of an output of which only some steps are sampled; targets of the others are `NOT_SAMPLED`. Means are over the items
 * and sampled steps of a block, and of all blocks weigh as much as they have of these. Always the same object for the same
 * objective, as programs are compiled once per objective.
 */
export function atSampledSteps(objective: Objective): Objective {
  const known = made.get(objective);
  if (known !== undefined) return known;
  const sampled = Object.freeze<Objective>({
    kind: objective.kind,
    build(context) {
      const { sampledContext, count } = contextOfSamples(context);
      const measured = objective.build(sampledContext);
      // Of what is neither, `measured` itself says so best.
      if (!isScalar(measured) || isTotals(measured)) return measured;
      const sum = context.sharedTemporary('sum over samples', []);
      context.emit(map(times, [measured, count], sum));
      return { sum, count };
    },
  });
  made.set(objective, sampled);
  return sampled;
}

/** What the objective sees: NaN for steps that are not sampled, shares of those that are, hosts that are called at these alone. */
function contextOfSamples(context: LossContext): { readonly sampledContext: LossContext; readonly count: View } {
  const { target: given, size, dtype } = context;
  const sampled = context.temporary('sampled', [1]);
  const target = context.temporary('targets of samples', [size]);
  const count = context.sharedTemporary('samples', []);
  const perItemStep = context.sharedTemporary('per sample', []);
  context.emit({ ...map(isSampled, [{ ...given, shape: [1], strides: [0] }], sampled), parameters: [LARGEST[dtype]] });
  context.emit(map(askedFor, [given, sampled], target));
  context.emit({
    kind: 'reduce',
    operation: 'sum',
    source: sampled,
    axes: [0, 'items', 'steps'],
    target: count,
    mode: 'set',
  });
  context.emit(map(oneOver, [count], perItemStep));
  const sampledContext: LossContext = {
    ...context,
    target,
    perItemStep,
    emit: (instruction) =>
      context.emit(
        instruction.kind === 'host' ? { ...instruction, inputs: [...instruction.inputs, sampled] } : instruction,
      ),
    host: (host) => context.host(calledForSamples(host)),
  };
  return { sampledContext, count };
}

function map(
  own: Kernel,
  inputs: readonly View[],
  target: View,
): { kind: 'map'; kernel: Kernel; inputs: readonly View[]; parameters: []; outputs: { target: View; mode: 'set' }[] } {
  return { kind: 'map', kernel: own, inputs, parameters: [], outputs: [{ target, mode: 'set' }] };
}

/** The same host, its last input telling whether the step is sampled: where it is not, it is not called, and all is 0. */
function calledForSamples(host: HostFunction): HostFunction {
  const { make, derivative } = host;
  const isCalled = (inputs: readonly FloatArray[]): boolean => inputs.at(-1)![0] !== 0;
  return {
    ...host,
    make: (item) => {
      const instance = make.call(host, item);
      const called: HostInstance = {
        call(time, step, inputs, outputs) {
          if (isCalled(inputs)) instance.call(time, step, inputs.slice(0, -1), outputs);
          else for (const output of outputs) output.fill(0);
        },
      };
      const { save, restore } = instance;
      return {
        ...called,
        ...(save && { save: () => save.call(instance) }),
        ...(restore && { restore: (state: unknown) => restore.call(instance, state) }),
      };
    },
    ...(derivative && {
      derivative: (inputs, outputGradients, inputGradients, time) => {
        if (isCalled(inputs)) {
          const own = inputGradients.slice(0, -1);
          derivative.call(host, inputs.slice(0, -1), outputGradients, own, time);
        }
      },
    }),
  };
}

/** Objectives come from anywhere: what they write may be nothing usable. */
function isScalar(measured: unknown): measured is object {
  return typeof measured === 'object' && measured !== null;
}
