/** @file The instruction `host`: calls of functions of the host language, items ascending, and of their derivatives. */
import { viewSize, type HostDeclaration, type HostInstruction } from '@ndl/ir';
import type { Frame } from './frame.ts';
import { leadingDims, readerOf, writerOf, type Action, type Lowering } from './lowering.ts';
import type { Dims, Tensor } from './tensors.ts';

export function lowerHost(instruction: HostInstruction, lowering: Lowering): Action {
  const declaration = lowering.hosts.get(instruction.host)!;
  const reads = instruction.inputs.map((view) => readerOf(view, lowering));
  const writes = instruction.outputs.map((view) => writerOf(view, 'set', lowering));
  const lengths = instruction.outputs.map(viewSize);
  const views = [...instruction.inputs, ...instruction.outputs];
  return (frame) => {
    const { operations } = frame;
    const leading = views.map((view) => leadingDims(view, lowering, frame));
    const steps = Math.max(1, ...leading.map(([count]) => count));
    const { items } = frame.context;
    const inputs = reads.map((read) => {
      const value = read(frame);
      return operations.expand(value, [steps, items, value.shape[2]!]);
    });
    const outputs = callHost(frame, declaration, inputs, lengths, steps);
    outputs.forEach((output, index) => {
      const result = () => operations.arithmetic.fromArray(output, [steps, items, lengths[index]!]);
      const { derivative } = declaration;
      if (derivative === undefined) {
        writes[index]!(frame, result());
        return;
      }
      const gradients = (gradient: Tensor, wanted: readonly number[]): readonly Tensor[] => {
        const given = lengths.map((length, other) =>
          other === index ? gradient : operations.arithmetic.filled(0, [steps, items, length]),
        );
        return hostGradients(frame, declaration, inputs, given, [steps, items, 0], wanted);
      };
      writes[index]!(frame, operations.custom(inputs, result, gradients));
    });
  };
}

function callHost(
  frame: Frame,
  { id, scope }: HostDeclaration,
  inputs: readonly Tensor[],
  lengths: readonly number[],
  steps: number,
): readonly Float32Array[] {
  const { items } = frame.context;
  const instances = frame.context.instancesOf(id);
  const outputs = lengths.map((length) => new Float32Array(steps * items * length));
  const perCall = scope === 'batch' ? items : 1;
  const read = vectorsOf(frame, inputs, perCall);
  for (let step = 0, call = 0; step < steps; step++) {
    const slice = frame.section === 'step' ? frame.slice : step;
    for (let item = 0; item < items; item += perCall, call++) {
      const into = lengths.map((length) => new Float32Array(perCall * length));
      instances[item / perCall]!.call(frame.time(slice), frame.stepNumber(slice), read(call), into);
      into.forEach((vector, index) => outputs[index]!.set(vector, call * vector.length));
    }
  }
  return outputs;
}

function hostGradients(
  frame: Frame,
  { scope, derivative }: HostDeclaration,
  inputs: readonly Tensor[],
  outputGradients: readonly Tensor[],
  [steps, items]: Dims,
  wanted: readonly number[],
): readonly Tensor[] {
  const perCall = scope === 'batch' ? items : 1;
  const sums = inputs.map((input) => new Float32Array(steps * items * input.shape[2]!));
  const [values, gradients] = [vectorsOf(frame, inputs, perCall), vectorsOf(frame, outputGradients, perCall)];
  for (let call = 0; call < (steps * items) / perCall; call++) {
    const into = inputs.map((input) => new Float32Array(perCall * input.shape[2]!));
    derivative!(values(call), gradients(call), into);
    into.forEach((vector, index) => sums[index]!.set(vector, call * vector.length));
  }
  return wanted.map((index) =>
    frame.operations.arithmetic.fromArray(sums[index]!, [steps, items, inputs[index]!.shape[2]!]),
  );
}

/** The vectors of one call: copies, as functions of others may keep or change them. */
function vectorsOf(frame: Frame, values: readonly Tensor[], perCall: number): (call: number) => Float32Array[] {
  const arrays = values.map((value) => {
    return { array: frame.operations.arithmetic.toArray(value).slice(), length: perCall * value.shape[2]! };
  });
  return (call) => arrays.map(({ array, length }) => array.slice(call * length, (call + 1) * length));
}
