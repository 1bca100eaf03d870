/** @file Short ways to write buffers, views and programs in the suites. */
import {
  fullView,
  matrixVector,
  outerProduct,
  type Buffer,
  type BufferRole,
  type ContractInstruction,
  type Instruction,
  type Kernel,
  type Operand,
  type Program,
  type View,
  type WriteMode,
} from '@ndl/ir';

const SHARED: readonly BufferRole[] = ['parameter', 'constant', 'optimizer'];

/** A buffer with what its role usually has. */
export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  return { id, name: id, shape, role, batched: !SHARED.includes(role), history: false, initial: 0, ...changes };
}

/** A program of nothing but what is given; times 1 ms. */
export function program(parts: Partial<Program>): Program {
  return {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    buffers: [],
    prologue: [],
    step: [],
    epilogue: [],
    direction: 'ascending',
    inputs: [],
    outputs: [],
    hosts: [],
    symbols: {},
    ...parts,
  };
}

/** Every buffer as a symbol of its own id. */
export function symbolsOf(buffers: readonly Buffer[]): Readonly<Record<string, View>> {
  return Object.fromEntries(buffers.map((each) => [each.id, fullView(each)]));
}

export function setTo(target: View): { readonly target: View; readonly mode: 'set' } {
  return { target, mode: 'set' };
}

/** A map of one output. */
export function mapTo(
  target: View,
  kernel: Kernel,
  inputs: readonly Operand[],
  parameters: readonly Operand[] = [],
  mode: WriteMode = 'set',
): Instruction {
  return { kind: 'map', kernel, inputs, parameters, outputs: [{ target, mode }] };
}

export function copyTo(target: View, source: View, mode: WriteMode = 'set'): Instruction {
  return { kind: 'copy', source, target, mode };
}

/** target = matrix · vector, of plain matrices and vectors. */
export function dotTo(target: View, matrix: View, vector: View, mode: WriteMode = 'set'): ContractInstruction {
  return { kind: 'contract', members: [matrixVector(matrix, vector, target)], mode };
}

/** target = left · rightᵀ, of plain vectors. */
export function outerTo(target: View, left: View, right: View, mode: WriteMode = 'set'): ContractInstruction {
  return { kind: 'contract', members: [outerProduct(left, right, target)], mode };
}
