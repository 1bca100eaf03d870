/** @file Short ways to write buffers and programs in the tests of this package. */
import { isNdlError } from '@ndl/numerics';
import {
  type ArrayData,
  buffersOf,
  fullView,
  type Buffer,
  type BufferRole,
  type ContractInstruction,
  type InitialContents,
  type Instruction,
  type Kernel,
  kernel,
  type Lifetime,
  matrixVector,
  outerProduct,
  type PassContext,
  type Program,
  type Section,
  type SectionKind,
  type View,
  type WriteMode,
} from './index.ts';

/** Arrays that fixtures have stored, by id. */
export const ARRAYS: Map<string, ArrayData> = new Map<string, ArrayData>();

/** Initial contents from an array, which `ARRAYS` holds from then on. */
export function stored(array: ArrayData): InitialContents {
  const id = `stored ${ARRAYS.size}`;
  ARRAYS.set(id, array);
  return { array: id };
}

/** What passes know of a program whose contents are stored; they add to a copy. */
export function contextOf(keep: readonly string[] = []): PassContext {
  return { keep, arrays: new Map(ARRAYS) };
}

/** What is changed of a buffer so that it has a value for each step of a window. */
export const EACH_STEP: Pick<Buffer, 'steps' | 'lifetime'> = {
  steps: { span: 'window', before: 0 },
  lifetime: 'window',
};

const LIFETIME: Readonly<Record<BufferRole, Lifetime>> = {
  parameter: 'forever',
  state: 'run',
  constant: 'forever',
  input: 'step',
  target: 'window',
  temp: 'step',
  optimizer: 'forever',
};

/** A buffer with what its role usually has. */
export function buffer(id: string, role: BufferRole, shape: readonly number[], changes: Partial<Buffer> = {}): Buffer {
  const [lifetime, items] = [LIFETIME[role], LIFETIME[role] !== 'forever'];
  return { id, name: id, shape, role, items, steps: 'one', lifetime, initial: 0, ...changes };
}

/** Lists of instructions in the place of sections: once per window, in each step, and again once. */
export interface Lists {
  readonly first?: readonly Instruction[] | undefined;
  readonly step?: readonly Instruction[] | undefined;
  readonly last?: readonly Instruction[] | undefined;
  readonly direction?: Section['direction'] | undefined;
}

export function sectionsOf({ first = [], step = [], last = [], direction = 'ascending' }: Lists): readonly Section[] {
  const sections: readonly Section[] = [
    { kind: 'window', direction, instructions: first },
    { kind: 'steps', direction, instructions: step },
    { kind: 'window', direction, instructions: last },
  ];
  return sections.filter(({ instructions }) => instructions.length > 0);
}

/** A program of nothing but what is given. What is used, or held, outside of steps lives for a window. */
export function program({ first, step, last, direction, ...parts }: Partial<Program> & Lists): Program {
  const { sections = sectionsOf({ first, step, last, direction }), inputs = [], buffers = [] } = parts;
  const outside = buffersOf(sections.flatMap(({ kind, instructions }) => (kind === 'steps' ? [] : instructions)));
  for (const input of inputs) if (input.held) outside.add(input.buffer);
  const livesOn = ({ id, lifetime }: Buffer): boolean => lifetime === 'step' && outside.has(id);
  return {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    outputs: [],
    hosts: [],
    symbols: {},
    ...parts,
    inputs,
    sections,
    buffers: buffers.map((each) => (livesOn(each) ? { ...each, lifetime: 'window' } : each)),
  };
}

/** The instructions of the sections of a kind. */
export function instructionsIn({ sections }: Program, kind: SectionKind): readonly Instruction[] {
  return sections.filter((section) => section.kind === kind).flatMap(({ instructions }) => instructions);
}

/** What a verifier says of something: `valid`, or its complaint. */
export function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (isNdlError(error, 'IR_INVALID')) return error.message;
    throw error;
  }
  return 'valid';
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
