/** @file Computes, once and for all, what depends on constants alone. */
import { type FloatArray, sizeOf } from '@ndl/numerics';
import { isView, mapSections } from '../program/instruction-access.ts';
import type { Instruction, Operand } from '../program/instructions.ts';
import { evaluateKernel } from '../kernel/kernel-evaluation.ts';
import type { Buffer, Dtype, Program } from '../program/program.ts';
import type { ArrayData } from '../program/tables.ts';
import type { View } from '../program/view.ts';
import { offsetsOf } from '../program/view-elements.ts';
import { isWhole } from '../program/views.ts';
import { BufferUses } from '../program/buffer-uses.ts';
import { type PassContext, privateBuffers, type ProgramPass } from './program-pass.ts';

/**
 * Exact, in the program's dtype. A temp becomes a constant when one fill, copy or map of constants sets the whole of it and
 * nothing else writes it. Constants are shared: what sums over items, as reductions and products may, keeps its temps.
 */
export const foldConstants: ProgramPass = {
  name: 'foldConstants',
  apply(program: Program, context: PassContext): Program {
    const uses = new BufferUses(program);
    const constants = new Map(
      program.buffers.filter(({ role }) => role === 'constant').map((buffer) => [buffer.id, buffer]),
    );
    const isPrivate = privateBuffers(program, context);
    const folding: Folding = { constants, uses, isPrivate, dtype: program.dtype, arrays: context.arrays };
    const folded = mapSections(program, ({ instructions }) =>
      instructions.filter((instruction) => {
        const constant = fold(instruction, folding);
        if (constant !== undefined) constants.set(constant.id, constant);
        return constant === undefined;
      }),
    );
    const buffers = program.buffers.map((buffer) => constants.get(buffer.id) ?? buffer);
    return { ...folded, buffers };
  },
};

/** What is known while a program is folded. */
interface Folding {
  readonly constants: ReadonlyMap<string, Buffer>;
  readonly uses: BufferUses;
  readonly isPrivate: (buffer: Buffer) => boolean;
  readonly dtype: Dtype;
  readonly arrays: Map<string, ArrayData>;
}

/** The constant that the instruction's target becomes, or undefined. */
function fold(instruction: Instruction, folding: Folding): Buffer | undefined {
  const { uses, arrays, isPrivate } = folding;
  if (instruction.kind !== 'fill' && instruction.kind !== 'copy' && instruction.kind !== 'map') return undefined;
  const writes = instruction.kind === 'map' ? instruction.outputs : [instruction];
  const { target, mode } = writes[0]!;
  const buffer = uses.bufferOf(target);
  const isOnlyWrite =
    writes.length === 1 && mode === 'set' && uses.writesOf(buffer.id).length === 1 && isWhole(target, buffer);
  if (!isOnlyWrite || !isPrivate(buffer)) return undefined;
  if (uses.readsOf(buffer.id).some((read) => sumsItems(read.instruction, uses))) return undefined;

  const value = constantValue(instruction, folding, buffer.shape);
  if (value === undefined) return undefined;
  const id = `folded:${buffer.id}`;
  if (typeof value !== 'number') arrays.set(id, value);
  const initial = typeof value === 'number' ? value : { array: id };
  return { ...buffer, role: 'constant', lifetime: 'forever', items: false, initial };
}

/** Whether an instruction may sum over the items of what it reads. */
function sumsItems(instruction: Instruction, uses: BufferUses): boolean {
  if (instruction.kind === 'reduce') return true;
  return instruction.kind === 'contract' && instruction.members.some(({ target }) => !uses.bufferOf(target).items);
}

function constantValue(
  instruction: Extract<Instruction, { kind: 'fill' | 'copy' | 'map' }>,
  { constants, dtype, arrays }: Folding,
  shape: readonly number[],
): number | ArrayData | undefined {
  const contents = (view: View, as: readonly number[]): FloatArray | undefined => {
    const buffer = constants.get(view.buffer);
    if (buffer === undefined) return undefined;
    const { initial } = buffer;
    const values = arrayOf(dtype, sizeOf(as));
    if (typeof initial === 'number') return values.fill(initial);
    const array = 'array' in initial ? arrays.get(initial.array) : undefined;
    if (array === undefined) return undefined;
    const offsets = offsetsOf(view, as);
    return values.map((_, k) => array.data[offsets[k]!]!);
  };
  switch (instruction.kind) {
    case 'fill':
      return typeof instruction.value === 'number' ? instruction.value : undefined;
    case 'copy': {
      const values = contents(instruction.source, instruction.source.shape);
      return values === undefined ? undefined : { shape, data: values };
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
      return { shape, data: result };
    }
  }
}

function areAllKnown(values: readonly (FloatArray | undefined)[]): values is readonly FloatArray[] {
  return !values.includes(undefined);
}

function arrayOf(dtype: Dtype, length: number): FloatArray {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
