/** @file A loss written in the host language, with its gradient: for what no kernel can say. */
import type { Objective } from '@ndl/core';
import { kernel, type HostDeclaration, type Kernel } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { hostLossInvalid, invalidParameter } from './errors.ts';
import { checkOptions } from './options.ts';
import { mapped, total } from './objective-writing.ts';

/** What a loss function returns. */
export interface LossAndGradient {
  /** The mean loss of the items, at this step. */
  readonly loss: number;
  /** Its derivative by each element of `output`: [items, size], as one list. */
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

const perStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'host loss', inputs: ['loss'], parameters: ['perItemStep'] },
  (k) => ({
    term: k.multiply(k.inputs.loss, k.parameters.perItemStep),
  }),
);

/**
 * The mean over steps of a function of one's own, with the gradient that it returns.
 * @throws NdlError INVALID_PARAMETER, UNKNOWN_OPTION; while training, HOST_LOSS_INVALID where it returns something else.
 */
export function hostLoss(options: HostLossOptions): Objective {
  checkOptions('hostLoss', options, ['label', 'call']);
  if (typeof options.label !== 'string') throw invalidParameter('hostLoss: label', 'a string', options.label);
  if (typeof options.call !== 'function') throw invalidParameter('hostLoss: call', 'a function', options.call);
  return Object.freeze<Objective>({
    kind: 'hostLoss',
    build(context) {
      const { output, target, size, perItemStep } = context;
      // Every item carries the mean of all, so that the mean over items is that again.
      const loss = context.temporary(options.label, [1]);
      const declaration = declareHost(`host:${loss.buffer}`, options, size);
      context.host(declaration);
      context.emit({ kind: 'host', host: declaration.id, inputs: [output, target], outputs: [loss] });
      return total(context, options.label, mapped(context, perStep, [loss], [perItemStep], [1]));
    },
  });
}

function declareHost(id: string, options: HostLossOptions, size: number): HostDeclaration {
  const callOn = (inputs: readonly FloatArray[]): LossAndGradient => {
    const [output, target] = [inputs[0]!, inputs[1]!];
    const result: unknown = options.call(output, target, { items: output.length / size, size });
    checkResult(options.label, result, output.length);
    return result;
  };
  return {
    id,
    label: options.label,
    scope: 'batch',
    pure: true,
    make: () => ({
      call: (_time, _step, inputs, outputs) => void outputs[0]!.fill(callOn(inputs).loss),
    }),
    derivative(inputs, outputGradients, inputGradients) {
      let factor = 0;
      for (const gradient of outputGradients[0]!) factor += gradient;
      const { gradient } = callOn(inputs);
      const into = inputGradients[0]!;
      for (let index = 0; index < into.length; index++) into[index]! += factor * gradient[index]!;
    },
  };
}

function checkResult(label: string, result: unknown, length: number): asserts result is LossAndGradient {
  if (typeof result !== 'object' || result === null) throw hostLossInvalid(label, `it returned ${String(result)}`);
  const { loss, gradient } = result as Partial<LossAndGradient>;
  if (typeof loss !== 'number') throw hostLossInvalid(label, `its loss is ${String(loss)}`);
  if (gradient?.length !== length) {
    throw hostLossInvalid(
      label,
      `its gradient has ${String(gradient?.length ?? 'no')} elements where ${length} are wanted`,
    );
  }
}
