/** @file Short ways to write buffers, views, programs and what stands beside them in the suites. */
import {
  type ArrayData,
  type Buffer,
  buffersOf,
  type BufferRole,
  type ContractInstruction,
  fullView,
  type HostDeclaration,
  type HostFunctions,
  type InitialContents,
  type Instruction,
  type Kernel,
  type Lifetime,
  matrixVector,
  type Operand,
  type OutputDeclaration,
  outerProduct,
  type Program,
  type Section,
  type Tables,
  type Training,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { NdArray } from '@ndl/numerics';

const STORED: WeakMap<InitialContents & object, ArrayData> = /* @__PURE__ */ new WeakMap();
const FUNCTIONS: WeakMap<HostDeclaration, HostFunctions> = /* @__PURE__ */ new WeakMap();
let storedCount = 0;

/** Initial contents from an array, under an id of its own, which `tablesOf` finds again. */
function stored(array: ArrayData): InitialContents {
  const contents = { array: `stored ${storedCount++}` };
  STORED.set(contents, array);
  return contents;
}

/** As `stored`, of numbers of a shape (default: a vector). */
export function storedNumbers(values: Iterable<number>, shape?: readonly number[]): InitialContents {
  const data = Float64Array.from(values);
  return stored(new NdArray(data, shape ?? [data.length]));
}

/** The array behind initial contents from `stored`; undefined for others. */
export function storedIn(initial: InitialContents): ArrayData | undefined {
  return typeof initial === 'number' ? undefined : STORED.get(initial);
}

/** Declares a host function, by items and inert where not changed; `tablesOf` finds what it does. */
export function host(id: string, functions: HostFunctions, changes: Partial<HostDeclaration> = {}): HostDeclaration {
  const differentiable = functions.derivative !== undefined;
  const declaration: HostDeclaration = { id, label: id, scope: 'item', acts: false, differentiable, ...changes };
  FUNCTIONS.set(declaration, functions);
  return declaration;
}

/** What the stored arrays and declared hosts of a program, or a training, are. */
export function tablesOf(job: Program | Training): Tables {
  const forward = 'forward' in job ? job.forward : undefined;
  const initials = [...(forward?.buffers ?? []), ...job.buffers].map(({ initial }) => initial);
  const hosts = [...(forward?.hosts ?? []), ...job.hosts];
  return {
    arrays: new Map(
      initials.flatMap((initial) => {
        const array = storedIn(initial);
        return array === undefined ? [] : [[(initial as { readonly array: string }).array, array]];
      }),
    ),
    hosts: new Map(
      hosts.flatMap((declaration) => {
        const functions = FUNCTIONS.get(declaration);
        return functions === undefined ? [] : [[declaration.id, functions]];
      }),
    ),
  };
}

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

type StepChanges = Pick<Buffer, 'steps' | 'lifetime'>;

/** What is changed of a buffer so that it has a value for each step of a window. */
export const EACH_STEP: StepChanges = { steps: { span: 'window', before: 0 }, lifetime: 'window' };

/** Likewise for each step of a block. */
export const EACH_STEP_OF_BLOCK: StepChanges = { steps: { span: 'block', before: 0 }, lifetime: 'block' };

/** Likewise, and for so many steps before them. */
export function keeping(before: number, span: 'block' | 'window' = 'block'): StepChanges {
  return { steps: { span, before }, lifetime: 'run' };
}

/** Lists of instructions in the place of sections: once per window, in each step, and again once. */
export interface Lists {
  readonly first?: readonly Instruction[] | undefined;
  readonly step?: readonly Instruction[] | undefined;
  readonly last?: readonly Instruction[] | undefined;
  readonly direction?: Section['direction'] | undefined;
}

function sectionsOf({ first = [], step = [], last = [], direction = 'ascending' }: Lists): readonly Section[] {
  const sections = [section('window', first, direction), section('steps', step, direction)];
  return [...sections, section('window', last, direction)].filter(({ instructions }) => instructions.length > 0);
}

export function section(
  kind: Section['kind'],
  instructions: readonly Instruction[],
  direction: Section['direction'] = 'ascending',
): Section {
  return { kind, direction, instructions };
}

/** A program of nothing but what is given; times 1 ms. What is used, or held, outside of steps lives for a window. */
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

/** Every buffer as a symbol of its own id. */
export function symbolsOf(buffers: readonly Buffer[]): Readonly<Record<string, View>> {
  return Object.fromEntries(buffers.map((each) => [each.id, fullView(each)]));
}

/** Every buffer as an input of its own id, fed each step. */
export function inputsOf(...buffers: readonly Buffer[]): Program['inputs'] {
  return buffers.map(({ id }) => ({ name: id, buffer: id, held: false }));
}

/** Every buffer as an output of its own id, read after each step. */
export function outputsOf(...buffers: readonly Buffer[]): readonly OutputDeclaration[] {
  return buffers.map((each) => ({ name: each.id, view: fullView(each), every: 1 }));
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

/** What a view shows so many steps before (or, where the buffer is written backwards, after). */
export function lagged(view: View, base: number, perAxis: readonly number[] = view.shape.map(() => 0)): View {
  return { ...view, lag: { base, perAxis } };
}
