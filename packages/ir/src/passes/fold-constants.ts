/** @file Computes, once and for all, what depends on constants alone. */
import { type FloatArray, isNdArray, NdArray, sizeOf } from '@ndl/numerics';
import { isView } from '../program/instruction-access.ts';
import type { Instruction, Operand } from '../program/instructions.ts';
import { evaluateKernel } from '../kernel/kernel-evaluation.ts';
import type { Buffer, Dtype, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { isWhole, offsetsOf } from '../program/views.ts';
import { BufferUses } from './buffer-uses.ts';
import type { PassContext, ProgramPass } from './program-pass.ts';

/**
 * Exact, in the program's dtype. A temp becomes a constant when one fill, copy or map of constants sets the whole of it and
 * nothing else writes it. Constants are shared: what sums over items, as reductions and products may, keeps its temps.
 */
export const foldConstants: ProgramPass = {
  name: 'foldConstants',
  apply(program: Program, context: PassContext): Program {
    const uses = new BufferUses(program, context);
    const constants = new Map(
      program.buffers.filter(({ role }) => role === 'constant').map((buffer) => [buffer.id, buffer]),
    );
    const foldAll = (instructions: readonly Instruction[]): Instruction[] =>
      instructions.filter((instruction) => {
        const folded = fold(instruction, constants, uses, program.dtype);
        if (folded !== undefined) constants.set(folded.id, folded);
        return folded === undefined;
      });
    const [prologue, step, epilogue] = [foldAll(program.prologue), foldAll(program.step), foldAll(program.epilogue)];
    const buffers = program.buffers.map((buffer) => constants.get(buffer.id) ?? buffer);
    return { ...program, buffers, prologue, step, epilogue };
  },
};

/** The constant that the instruction's target becomes, or undefined. */
function fold(
  instruction: Instruction,
  constants: ReadonlyMap<string, Buffer>,
  uses: BufferUses,
  dtype: Dtype,
): Buffer | undefined {
  if (instruction.kind !== 'fill' && instruction.kind !== 'copy' && instruction.kind !== 'map') return undefined;
  const writes = instruction.kind === 'map' ? instruction.outputs : [instruction];
  const { target, mode } = writes[0]!;
  const buffer = uses.bufferOf(target);
  const isOnlyWrite =
    writes.length === 1 && mode === 'set' && uses.writesOf(buffer.id).length === 1 && isWhole(target, buffer);
  const isSummed = uses.readsOf(buffer.id).some((read) => sumsItems(read.instruction, uses));
  if (!isOnlyWrite || isSummed || !uses.isPrivate(buffer)) return undefined;

  const initial = constantValue(instruction, constants, dtype, buffer.shape);
  return initial === undefined ? undefined : { ...buffer, role: 'constant', batched: false, initial };
}

/** Whether an instruction may sum over the items of what it reads. */
function sumsItems(instruction: Instruction, uses: BufferUses): boolean {
  if (instruction.kind === 'reduce') return true;
  return instruction.kind === 'contract' && instruction.members.some(({ target }) => !uses.bufferOf(target).batched);
}

function constantValue(
  instruction: Extract<Instruction, { kind: 'fill' | 'copy' | 'map' }>,
  constants: ReadonlyMap<string, Buffer>,
  dtype: Dtype,
  shape: readonly number[],
): number | NdArray | undefined {
  const contents = (view: View, as: readonly number[]): FloatArray | undefined => {
    const buffer = constants.get(view.buffer);
    if (buffer === undefined) return undefined;
    const { initial } = buffer;
    const values = arrayOf(dtype, sizeOf(as));
    if (!isNdArray(initial)) return values.fill(initial);
    const offsets = offsetsOf(view, as);
    return values.map((_, k) => initial.data[offsets[k]!]!);
  };
  switch (instruction.kind) {
    case 'fill':
      return typeof instruction.value === 'number' ? instruction.value : undefined;
    case 'copy': {
      const values = contents(instruction.source, instruction.source.shape);
      return values === undefined ? undefined : new NdArray(values, shape);
    }
    case 'map': {
      const operand = (value: Operand): FloatArray | undefined => {
        if (isView(value)) return contents(value, instruction.outputs[0]!.target.shape);
        return typeof value === 'number' ? arrayOf(dtype, 1).fill(value) : undefined;
      };
      const inputs = instruction.inputs.map(operand);
      const parameters = instruction.parameters.map(operand);
      if (!areAllKnown(inputs) || !areAllKnown(parameters)) return undefined;
      const result = arrayOf(dtype, sizeOf(shape));
      evaluateKernel(instruction.kernel, inputs, parameters, [result], dtype);
      return new NdArray(result, shape);
    }
  }
}

function areAllKnown(values: readonly (FloatArray | undefined)[]): values is readonly FloatArray[] {
  return !values.includes(undefined);
}

function arrayOf(dtype: Dtype, length: number): FloatArray {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
