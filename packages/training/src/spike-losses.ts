/**
 * @file Losses of what spikes come to over all steps of a call: how many there are, at which rate, and when the first one comes. Steps whose
 * target is NaN are left out; a target that differs from step to step counts as its mean.
 */
import { refuseSurplus } from '@ndl/numerics';
import type { LossContext, Objective } from '@ndl/core';
import { kernel, type Kernel, type Operand, type View } from '@ndl/ir';
import { oncePerChoice, type MeanLossOptions, type MissingTargets } from './missing-targets.ts';
import { mapped, overSteps, totalOverItems } from './objective-writing.ts';

const isAskedFor: Kernel = /* @__PURE__ */ kernel({ name: 'steps asked for', inputs: ['target'] }, (k) => ({
  asked: k.subtract(1, k.isNan(k.inputs.target)),
}));

const wherePresent: Kernel = /* @__PURE__ */ kernel({ name: 'where asked for', inputs: ['value', 'target'] }, (k) => ({
  value: k.select(k.isNan(k.inputs.target), 0, k.inputs.value),
}));

/** What a loss compares with the target, from what is summed over steps. */
const scaled: Kernel = /* @__PURE__ */ kernel(
  { name: 'times', inputs: ['sum', 'asked'], parameters: ['scale', 'perStep'] },
  (k) => {
    const { scale, perStep } = k.parameters;
    return { value: k.divide(k.multiply(k.inputs.sum, scale), k.select(perStep, k.max(k.inputs.asked, 1), 1)) };
  },
);

const squaredError: Kernel = /* @__PURE__ */ kernel(
  { name: 'squared error over steps', inputs: ['value', 'target', 'asked'] },
  (k) => {
    const { value, target, asked } = k.inputs;
    const error = k.subtract(value, k.divide(target, k.max(asked, 1)));
    return { term: k.select(k.greater(asked, 0), k.multiply(error, error), 0) };
  },
);

const counts: Kernel = /* @__PURE__ */ kernel({ name: 'counts', inputs: ['asked'], parameters: ['all'] }, (k) => ({
  count: k.max(k.parameters.all, k.min(k.inputs.asked, 1)),
}));

/** What has been measured of the output over the steps that are asked for, `[size]` for each item. */
type Measure = (context: LossContext, asked: View) => View;

/** The mean over items and elements of (what is measured - target)². */
function meanOverItems(kind: string, missing: MissingTargets, measure: Measure): Objective {
  return Object.freeze<Objective>({
    kind,
    build(context) {
      const { target, size } = context;
      const ofItem = (
        name: string,
        own: Kernel,
        inputs: readonly Operand[],
        parameters: readonly Operand[] = [],
      ): View => {
        const result = context.itemTemporary(name, [size]);
        context.emit({ kind: 'map', kernel: own, inputs, parameters, outputs: [{ target: result, mode: 'set' }] });
        return result;
      };
      const asked = overSteps(context, 'sum', mapped(context, isAskedFor, [target]));
      const wanted = overSteps(context, 'sum', mapped(context, wherePresent, [target, target]));
      const term = ofItem('squared error', squaredError, [measure(context, asked), wanted, asked]);
      const count = ofItem('counts', counts, [asked], [missing === 'zero' ? 1 : 0]);
      return { sum: totalOverItems(context, kind, term), count: totalOverItems(context, `${kind}: counted`, count) };
    },
  });
}

/** The sum of the output over the steps that are asked for, in `scale`; per step where `perStep` is 1. */
function summed(context: LossContext, asked: View, scale: number, perStep: 0 | 1): View {
  const sum = overSteps(context, 'sum', mapped(context, wherePresent, [context.output, context.target]));
  const result = context.itemTemporary('measured', [context.size]);
  const outputs = [{ target: result, mode: 'set' }] as const;
  context.emit({ kind: 'map', kernel: scaled, inputs: [sum, asked], parameters: [scale, perStep], outputs });
  return result;
}

const meanOfCounts = /* @__PURE__ */ oncePerChoice('spikeCountLoss', (missing) =>
  meanOverItems('spikeCountLoss', missing, (context, asked) => summed(context, asked, context.dt, 0)),
);

/**
 * The mean over items and elements of (number of spikes in the call - target)²: outputs are spikes of height 1 / dt, as probes of neurons of
 * amplitude 1 give them, and targets numbers of spikes, `[items, size]`. Give `truncation` to `train`, and they are those of each window. Of
 * rates it is the number of spikes that they stand for. Eshraghian et al. (2023), Training Spiking Neural Networks Using Lessons From Deep
 * Learning, Proceedings of the IEEE 111, section IV.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function spikeCountLoss(options?: MeanLossOptions): Objective {
  refuseSurplus('spikeCountLoss', arguments, 1);
  return meanOfCounts(options);
}

const meanOfRates = /* @__PURE__ */ oncePerChoice('rateLoss', (missing) =>
  meanOverItems('rateLoss', missing, (context, asked) => summed(context, asked, 1, 1)),
);

/**
 * The mean over items and elements of (mean output over the steps of the call - target)²: of spikes of neurons of amplitude 1, the error of
 * their rate in Hz, for targets `[items, size]` in Hz. Give `truncation` to `train`, and it is that of each window. Hunsberger and Eliasmith (2015), Spiking Deep Networks with LIF Neurons.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function rateLoss(options?: MeanLossOptions): Objective {
  refuseSurplus('rateLoss', arguments, 1);
  return meanOfRates(options);
}

const stepNumber: Kernel = /* @__PURE__ */ kernel({ name: 'step', inputs: ['step'] }, (k) => ({
  step: k.add(k.inputs.step, 0),
}));

/** How many steps of the window are left, this one counted. */
const stepsLeft: Kernel = /* @__PURE__ */ kernel({ name: 'steps left', inputs: ['step', 'last'] }, (k) => ({
  left: k.add(k.subtract(k.inputs.last, k.inputs.step), 1),
}));

/** How many steps are left at a spike, this one counted; 0 without one. */
const leftAtSpike: Kernel = /* @__PURE__ */ kernel(
  { name: 'steps left at a spike', inputs: ['output', 'target', 'stepsLeft'] },
  (k) => {
    const { output, target, stepsLeft } = k.inputs;
    const spiked = k.select(k.isNan(target), 0, k.greater(output, 0));
    return { left: k.select(spiked, stepsLeft, 0) };
  },
);

/** Nothing, with the derivative of the first spike; of the last step, where there is none. */
const firstSpike: Kernel = /* @__PURE__ */ kernel(
  { name: 'first spike', inputs: ['output', 'stepsLeft', 'left'], parameters: ['dt'] },
  (k) => {
    const { output, stepsLeft, left } = k.inputs;
    const isFirst = k.equal(stepsLeft, k.max(k.withDerivativeOf(left, 0), 1));
    const spikes = k.multiply(output, k.parameters.dt);
    return { nothing: k.withDerivativeOf(0, k.select(isFirst, spikes, 0)) };
  },
);

const latencyOf: Kernel = /* @__PURE__ */ kernel(
  { name: 'latency', inputs: ['all', 'left', 'first'], parameters: ['dt'] },
  (k) => {
    const { all, left, first } = k.inputs;
    const steps = k.withDerivativeOf(k.subtract(k.add(all, 1), left), 0);
    return { latency: k.multiply(k.subtract(steps, first), k.parameters.dt) };
  },
);

/** Steps are counted up to here, beyond which float32 knows no more. */
const MOST_STEPS = 2 ** 24;

function latency(context: LossContext): View {
  const { output, target, size, dt } = context;
  const step = mapped(context, stepNumber, [{ clock: 'step', modulus: MOST_STEPS }], [], []);
  // The clock goes on from window to window, and each is looked at by itself.
  const remaining = mapped(context, stepsLeft, [step, overSteps(context, 'max', step)], [], []);
  const all = overSteps(context, 'max', remaining);
  const left = overSteps(context, 'max', mapped(context, leftAtSpike, [output, target, remaining]));
  const first = overSteps(context, 'sum', mapped(context, firstSpike, [output, remaining, left], [dt]));
  const result = context.itemTemporary('latency', [size]);
  const outputs = [{ target: result, mode: 'set' }] as const;
  context.emit({ kind: 'map', kernel: latencyOf, inputs: [all, left, first], parameters: [dt], outputs });
  return result;
}

const meanOfLatencies = /* @__PURE__ */ oncePerChoice('latencyLoss', (missing) =>
  meanOverItems('latencyLoss', missing, latency),
);

/**
 * The mean over items and elements of (seconds until the first spike - target)², for targets `[items, size]` in seconds. Whatever is above 0 is a
 * spike; one in the first step comes after dt seconds, and where there is none, one step after the last. Give
 * `truncation` to `train`, and each window is a call of its own: its first spike counts, in seconds from the beginning of the window. By how much a spike more or
 * less, at the step of the first or, without one, at the last, moves it is taken to be a step, which no formula says: a spike is there or not.
 * Trains through surrogates; rates are above 0 from the beginning. Bohte, Kok and La Poutré (2002), Error-backpropagation in temporally
 * encoded networks of spiking neurons, Neurocomputing 48, for times as targets; Eshraghian et al. (2023), section IV, for the derivative.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function latencyLoss(options?: MeanLossOptions): Objective {
  refuseSurplus('latencyLoss', arguments, 1);
  return meanOfLatencies(options);
}
