/** @file A loss written in the host language, with its gradient: for what no kernel can say. */
import { showValue, type HostFunction, type Objective } from '@ndl/core';
import { describeInfinite, isFiniteIn, kernel, type Dtype, type Kernel } from '@ndl/ir';
import { isCallable, isNdArray, type FloatArray, type NdArray, refuseSurplus, isRefusedPromise } from '@ndl/numerics';
import { hostLossFailed, hostLossInvalid, invalidParameter } from './errors.ts';
import { checkOptions } from './options.ts';
import { mapped, total } from './objective-writing.ts';

/** What a loss function returns. */
export interface LossAndGradient {
  /** The mean loss of the items, at this step; finite. */
  readonly loss: number;
  /** Its derivative by each element of `output`: [items, size], as one list or an NdArray; finite. */
  readonly gradient: ArrayLike<number> | NdArray;
  /**
   * Over how many items, or how much of any other kind, `loss` is the mean: its weight beside other steps and minibatches.
   * Default: all items. Return what was asked for to leave out NaN targets, and 0 for steps at which nothing was.
   */
  readonly count?: number;
}

/** The same, of which the gradient is a list. */
interface CheckedResult extends LossAndGradient {
  readonly gradient: ArrayLike<number>;
}

/** A loss of one's own. */
export interface HostLossOptions {
  /** Names it in errors. */
  readonly label: string;
  /**
   * Called once per step for all items, once more for the gradient: so it is to depend on its arguments alone. `output` and
   * `target` are [items, size], item after item, and valid only during the call; NaN targets are its own affair.
   */
  call(
    output: FloatArray,
    target: FloatArray,
    shape: { readonly items: number; readonly size: number },
  ): LossAndGradient;
}

const weighedLoss: Kernel = /* @__PURE__ */ kernel({ name: 'host loss', inputs: ['loss', 'count'] }, (k) => ({
  term: k.multiply(k.inputs.loss, k.withDerivativeOf(k.inputs.count, 0)),
}));

/**
 * The mean over steps of a function of one's own, with the gradient that it returns; where it returns counts, steps weigh as
 * much as they say.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, HOST_LOSS_INVALID where it throws, returns something
 * else, or what is not finite, in the dtype of the simulation, for outputs that are.
 */
export function hostLoss(options: HostLossOptions): Objective {
  refuseSurplus('hostLoss', arguments, 1);
  checkOptions('hostLoss', options, ['label', 'call']);
  if (typeof options.label !== 'string') throw invalidParameter('hostLoss: label', 'a string', options.label);
  if (!isCallable(options.call)) throw invalidParameter('hostLoss: call', 'a function', options.call);
  const { label } = options;
  const own: HostLossOptions = { label, call: options.call.bind(options) };
  return Object.freeze<Objective>({
    kind: 'hostLoss',
    build(context) {
      const { output, target, size, dtype } = context;
      // Every item carries the loss of all and its share of the count, so that sums over items are those of the step.
      const loss = context.temporary(label, [1]);
      const count = context.temporary(`count of ${label}`, [1]);
      const declaration = declareHost(`host:${loss.buffer}`, own, size, dtype);
      context.host(declaration);
      context.emit({ kind: 'host', host: declaration.id, inputs: [output, target], outputs: [loss, count] });
      const terms = mapped(context, weighedLoss, [loss, count], [], [1]);
      return {
        sum: total(context, label, terms),
        count: total(context, `count of ${label}`, count),
      };
    },
  });
}

function declareHost(id: string, { label, call }: HostLossOptions, size: number, dtype: Dtype): HostFunction {
  const returned = (...given: Parameters<HostLossOptions['call']>): unknown => {
    try {
      return call(...given);
    } catch (error) {
      throw hostLossFailed(label, given[2].items, size, error);
    }
  };
  const callOn = (inputs: readonly FloatArray[]): Required<CheckedResult> => {
    const [output, target] = [inputs[0]!, inputs[1]!];
    const items = output.length / size;
    const result = checkedResult(label, returned(output, target, { items, size }), [items, size], dtype);
    const { loss, gradient, count = items } = result;
    if (output.every(Number.isFinite)) refuseNotFinite(label, result, dtype, target.some(Number.isNaN));
    return { loss: count === 0 ? 0 : loss, gradient, count };
  };
  return {
    id,
    label,
    scope: 'batch',
    acts: false,
    make: () => ({
      call(_time, _step, inputs, outputs) {
        const { loss, count } = callOn(inputs);
        outputs[0]!.fill(loss);
        outputs[1]!.fill(count / outputs[1]!.length);
      },
    }),
    derivative(inputs, outputGradients, inputGradients) {
      let factor = 0;
      for (const gradient of outputGradients[0]!) factor += gradient;
      const { gradient, count } = callOn(inputs);
      if (count === 0) return;
      const into = inputGradients[0]!;
      for (let index = 0; index < into.length; index++) into[index]! += factor * gradient[index]!;
    },
  };
}

/** @throws NdlError HOST_LOSS_INVALID for what are no numbers, or not as many as asked for. */
function checkedResult(
  label: string,
  result: unknown,
  [items, size]: readonly [number, number],
  dtype: Dtype,
): CheckedResult {
  const length = items * size;
  if (typeof result !== 'object' || result === null || isRefusedPromise(result))
    throw hostLossInvalid(label, `it returned ${showValue(result)}`);
  const { loss, gradient: given, count } = result as Partial<LossAndGradient>;
  if (typeof loss !== 'number') throw hostLossInvalid(label, `its loss is ${showValue(loss)}`);
  if (typeof given !== 'object' || given === null || isRefusedPromise(given))
    throw hostLossInvalid(label, `its gradient is ${showValue(given)}`);
  const gradient = isNdArray(given) ? given.data : given;
  if (isNdArray(given) && given.rank > 1 && given.shape.join() !== `${items},${size}`)
    throw hostLossInvalid(
      label,
      `its gradient has shape [${given.shape.join(', ')}] where [${items}, ${size}] is wanted`,
    );
  if (gradient.length !== length) {
    const elements = typeof gradient.length === 'number' ? gradient.length : 'no';
    throw hostLossInvalid(label, `its gradient has ${elements} elements where ${length} are wanted`);
  }
  for (let index = 0; index < length; index++) {
    const value: unknown = gradient[index];
    if (typeof value !== 'number')
      throw hostLossInvalid(label, `element ${index} of its gradient is ${showValue(value)}`);
  }
  const isCount = count === undefined || (typeof count === 'number' && count >= 0 && count < Infinity);
  if (!isCount) throw hostLossInvalid(label, `its count, a number from 0 on, is ${showValue(count)}`);
  if (count !== undefined && !isFiniteIn(dtype, count))
    throw hostLossInvalid(label, `its count is ${describeInfinite(dtype, count)}`);
  return { loss, gradient, ...(count !== undefined && { count }) };
}

/** Of outputs that are finite: what is not finite then is of the function's own making. @throws NdlError HOST_LOSS_INVALID */
function refuseNotFinite(
  label: string,
  { loss, gradient, count }: CheckedResult,
  dtype: Dtype,
  isMissingTargets: boolean,
): void {
  if (count === 0) return;
  const hint = isMissingTargets ? '; some targets are NaN, for which it has to return something finite' : '';
  const refuse = (what: string, value: number): void => {
    if (isFiniteIn(dtype, value)) return;
    const odd = Number.isFinite(value) ? '' : `, though all outputs are finite${hint}`;
    throw hostLossInvalid(label, `${what} is ${describeInfinite(dtype, value)}${odd}`);
  };
  refuse('its loss', loss);
  for (let index = 0; index < gradient.length; index++) refuse(`element ${index} of its gradient`, gradient[index]!);
}
