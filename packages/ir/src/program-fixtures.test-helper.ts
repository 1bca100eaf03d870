/** @file Short ways to write buffers and programs in the tests of this package. */
import {
  fullView,
  type Buffer,
  type BufferRole,
  type ContractInstruction,
  type Kernel,
  kernel,
  matrixVector,
  outerProduct,
  type Program,
  type View,
  type WriteMode,
} from './index.ts';

const SHARED: readonly BufferRole[] = ['parameter', 'constant', 'optimizer', 'gradient'];

/** A buffer with what its role usually has. */
export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  return { id, name: id, shape, role, batched: !SHARED.includes(role), history: false, initial: 0, ...changes };
}

/** A program of nothing but what is given. */
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

/** Dense view of a buffer from its id and shape. */
export function view(id: string, ...shape: readonly number[]): View {
  return fullView({ id, shape });
}

/** target = matrix · vector, per group: [groups, rows, columns], [groups, columns], [groups, rows]. */
export function dot(matrix: View, vector: View, target: View, mode: WriteMode = 'set'): ContractInstruction {
  return { kind: 'contract', members: [matrixVector(matrix, vector, target)], mode };
}

/** target = left · rightᵀ, per group: [groups, rows], [groups, columns], [groups, rows, columns]. */
export function outer(left: View, right: View, target: View, mode: WriteMode = 'set'): ContractInstruction {
  return { kind: 'contract', members: [outerProduct(left, right, target)], mode };
}

export const TANH: Kernel = kernel({ name: 'tanh', inputs: ['x'] }, (k) => ({ output: k.tanh(k.inputs.x) }));

export const ADD: Kernel = kernel({ name: 'add', inputs: ['x', 'y'] }, (k) => ({
  output: k.add(k.inputs.x, k.inputs.y),
}));

export const MULTIPLY: Kernel = kernel({ name: 'multiply', inputs: ['x', 'y'] }, (k) => ({
  output: k.multiply(k.inputs.x, k.inputs.y),
}));

/** y ← decay · y + (1 - decay) · x. */
export const LOWPASS: Kernel = kernel({ name: 'lowpass', inputs: ['x', 'y'], parameters: ['decay'] }, (k) => ({
  output: k.add(k.multiply(k.parameters.decay, k.inputs.y), k.multiply(k.subtract(1, k.parameters.decay), k.inputs.x)),
}));

/** (x - y)². */
export const SQUARED_ERROR: Kernel = kernel({ name: 'squaredError', inputs: ['x', 'y'] }, (k) => {
  const error = k.subtract(k.inputs.x, k.inputs.y);
  return { output: k.multiply(error, error) };
});
