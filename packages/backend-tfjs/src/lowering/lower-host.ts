/** @file The instruction `host`: calls of functions of the host language, items ascending, and of their derivatives. */
import * as tf from '@tensorflow/tfjs-core';
import { viewSize, type HostDeclaration, type HostFunctions, type HostInstruction } from '@ndl/ir';
import type { Arithmetic } from '../arithmetic/arithmetic.ts';
import type { Fetch } from '../engines/fetch.ts';
import type { Frame } from '../running/frame.ts';
import { leadingExtents, readerOf, writerOf, type Action, type Lowering } from './lowering.ts';
import type { NativeTensorFunction } from '../tensor-node.ts';
import type { Extents, Tensor } from '../engines/tensors.ts';

/** How often a function is called in a step, or in several at once: `perCall` items at a time, or one by one. */
interface Calls {
  readonly steps: number;
  readonly items: number;
  readonly perCall: number;
}

export function lowerHost(instruction: HostInstruction, lowering: Lowering): Action {
  const declaration = lowering.hosts.get(instruction.host)!;
  const { derivative, native } = lowering.functions.get(instruction.host)!;
  const reads = instruction.inputs.map((view) => readerOf(view, lowering));
  const writes = instruction.outputs.map((view) => writerOf(view, 'set', lowering));
  const lengths = instruction.outputs.map(viewSize);
  const views = [...instruction.inputs, ...instruction.outputs];
  const own = native?.['tfjs'] as NativeTensorFunction | undefined;
  return (frame) => {
    const { operations } = frame;
    const leading = views.map((view) => leadingExtents(view, lowering, frame));
    const { items } = frame.context;
    const steps = Math.max(1, ...leading.map(([count]) => count));
    const calls: Calls = { steps, items, perCall: declaration.scope === 'batch' ? items : 1 };
    const inputs = reads.map((read) => {
      const value = read(frame);
      return operations.expand(value, [steps, items, value.shape[2]!]);
    });
    if (own !== undefined && inputs.length === 1 && writes.length === 1) {
      writes[0]!(frame, runNative(own, inputs[0]!, [steps, items, lengths[0]!], frame));
      return;
    }
    return withElements(operations.arithmetic, inputs, (values) => {
      callHost(frame, declaration, values, lengths, calls).forEach((output, index) => {
        const result = (): Tensor => operations.arithmetic.fromArray(output, [steps, items, lengths[index]!]);
        if (!declaration.differentiable || derivative === undefined) {
          writes[index]!(frame, result());
          return;
        }
        const gradientsOf = (gradient: Float32Array, wanted: readonly number[]): readonly Tensor[] => {
          const given = lengths.map((length, other) =>
            other === index ? gradient : new Float32Array(steps * items * length),
          );
          const gradients = hostGradients(frame, derivative, values, given, calls);
          return wanted.map((input) =>
            operations.arithmetic.fromArray(gradients[input]!, [steps, items, inputs[input]!.shape[2]!]),
          );
        };
        const custom = operations.custom(inputs, result, (gradient, wanted) =>
          withElements(operations.arithmetic, [gradient], ([elements]) => gradientsOf(elements!, wanted)),
        );
        writes[index]!(frame, custom);
      });
    });
  };
}

/** A function of tensors, within the program: all steps and items are rows of one call, which tfjs differentiates itself. */
function runNative(call: NativeTensorFunction, input: Tensor, extents: Extents, { operations }: Frame): Tensor {
  const [steps, items, length] = extents;
  const wide = input.shape[2]!;
  const rows = (value: Tensor, size: number): Tensor => tf.reshape(value, [steps * items, size]);
  return operations.custom(
    [input],
    () => tf.tidy(() => tf.clone(tf.reshape(call(rows(input, wide)), [...extents]))),
    (gradient) => [tf.tidy(() => tf.grad((value) => call(rows(value, wide)))(input, rows(gradient, length)))],
  );
}

/** Goes on with the elements of tensors: at once where they are local or there are none, else when they are fetched. */
function withElements<Result>(
  arithmetic: Arithmetic,
  tensors: readonly Tensor[],
  proceed: (arrays: readonly Float32Array[]) => Result,
): Result | Fetch<Result> {
  const arrays = tensors.map((tensor) => arithmetic.localElements(tensor)?.slice());
  return arrays.every((array) => array !== undefined) ? proceed(arrays) : { tensors, proceed };
}

function callHost(
  frame: Frame,
  { id }: HostDeclaration,
  inputs: readonly Float32Array[],
  lengths: readonly number[],
  { steps, items, perCall }: Calls,
): readonly Float32Array[] {
  const instances = frame.context.instancesOf(id);
  const outputs = lengths.map((length) => new Float32Array(steps * items * length));
  const { isDescending, first } = frame;
  for (let count = 0; count < steps; count++) {
    const step = isDescending ? steps - 1 - count : count;
    for (let item = 0; item < items; item += perCall) {
      const call = (step * items + item) / perCall;
      const into = lengths.map((length) => new Float32Array(perCall * length));
      const given = vectorsOf(inputs, call, (steps * items) / perCall);
      instances[item / perCall]!.call(frame.time(first + step), frame.stepNumber(first + step), given, into);
      into.forEach((vector, index) => outputs[index]!.set(vector, call * vector.length));
    }
  }
  return outputs;
}

/** The gradients of all inputs, from those of all outputs. */
function hostGradients(
  frame: Frame,
  derivative: NonNullable<HostFunctions['derivative']>,
  inputs: readonly Float32Array[],
  outputGradients: readonly Float32Array[],
  { steps, items, perCall }: Calls,
): readonly Float32Array[] {
  const gradients = inputs.map(({ length }) => new Float32Array(length));
  const count = (steps * items) / perCall;
  for (let call = 0; call < count; call++) {
    const into = inputs.map(({ length }) => new Float32Array(length / count));
    const step = Math.floor((call * perCall) / items);
    const at = frame.time(frame.first + (frame.isDescending ? steps - 1 - step : step));
    derivative(vectorsOf(inputs, call, count), vectorsOf(outputGradients, call, count), into, at);
    into.forEach((vector, index) => gradients[index]!.set(vector, call * vector.length));
  }
  return gradients;
}

/** The vectors of one call of `count`: copies, as functions of others may keep or change them. */
function vectorsOf(arrays: readonly Float32Array[], call: number, count: number): Float32Array[] {
  return arrays.map((array) => array.slice((call * array.length) / count, ((call + 1) * array.length) / count));
}
