/** @file A program for each kind of work in tables of costs: as much of it as makes all else not count. */
import {
  type Buffer,
  type Dtype,
  fullView,
  type Instruction,
  kernel,
  matrixVector,
  type Program,
  type SectionKind,
} from '@ndl/ir';

/** A kind of work. */
export interface CostProgram {
  /** As `CostTable` has it. */
  readonly name: 'call' | 'map' | 'product' | 'largeProduct' | 'byte';
  make(dtype: Dtype): Program;
  /** Units of it in a step, and instructions that are done once a step. */
  readonly units: number;
  readonly calls: number;
}

const INSTRUCTIONS = 32;
const ELEMENTS = 4096;
const SIZE = 512;

/** What neurons and synapses are made of: comparisons, choices, sums and products. */
const MIXED = kernel({ name: 'mixed', inputs: ['x'] }, (k) => {
  const { x } = k.inputs;
  const moved = k.add(k.multiply(x, 0.5), 0.25);
  const limited = k.min(k.max(moved, -1), 1);
  const chosen = k.select(k.less(limited, 0.3), k.subtract(limited, 0.1), k.multiply(limited, 0.9));
  return { result: k.add(chosen, k.multiply(chosen, chosen)) };
});
const OPERATIONS_OF_MIXED = 10;

/** In the order in which they are measured: what a call costs is taken off the others. */
export const COST_PROGRAMS: readonly CostProgram[] = [
  { name: 'call', make: manyCalls, units: INSTRUCTIONS, calls: 0 },
  {
    name: 'map',
    make: (dtype) => program(dtype, 'steps', [X], [mixed()]),
    units: ELEMENTS * OPERATIONS_OF_MIXED,
    calls: 1,
  },
  { name: 'product', make: (dtype) => product(dtype, 'steps'), units: 2 * SIZE * SIZE, calls: 2 },
  { name: 'largeProduct', make: (dtype) => product(dtype, 'block'), units: 2 * SIZE * SIZE, calls: 1 },
  { name: 'byte', make: copies, units: 4 * ELEMENTS, calls: 1 },
];

const STATE = { items: true, steps: 'one', role: 'state', lifetime: 'run', initial: 0.1 } as const;
const X: Buffer = { id: 'x', name: 'x', shape: [ELEMENTS], ...STATE };

function mixed(): Instruction {
  const view = fullView(X);
  return { kind: 'map', kernel: MIXED, inputs: [view], parameters: [], outputs: [{ target: view, mode: 'set' }] };
}

/** Small products, each of what the last one gave. */
function manyCalls(dtype: Dtype): Program {
  const vectors = Array.from({ length: INSTRUCTIONS }, (_, index): Buffer => ({
    id: `v${index}`,
    name: `v${index}`,
    shape: [4],
    ...STATE,
  }));
  const weights = matrix('weights', 4);
  const instructions = vectors.map((target, index): Instruction => {
    const from = vectors.at(index - 1)!;
    return {
      kind: 'contract',
      mode: 'set',
      members: [matrixVector(fullView(weights), fullView(from), fullView(target))],
    };
  });
  return program(dtype, 'steps', [...vectors, weights], instructions);
}

/** A product of a matrix and a vector; within a cycle, or over all steps of a block. */
function product(dtype: Dtype, kind: SectionKind): Program {
  const weights = matrix('weights', SIZE);
  const vector: Buffer = { id: 'y', name: 'y', shape: [SIZE], ...STATE };
  const [each, made] = ['each', 'made'].map((id): Buffer => {
    const steps = kind === 'steps' ? 'one' : ({ span: 'block', before: 0 } as const);
    return {
      id,
      name: id,
      shape: [SIZE],
      items: true,
      steps,
      role: 'temp',
      lifetime: kind === 'steps' ? 'step' : 'block',
      initial: 0,
    };
  }) as [Buffer, Buffer];
  const multiplied: Instruction = {
    kind: 'contract',
    mode: 'set',
    members: [matrixVector(fullView(weights), fullView(kind === 'steps' ? vector : each), fullView(made))],
  };
  const copied: Instruction = { kind: 'copy', source: fullView(made), target: fullView(vector), mode: 'set' };
  if (kind === 'steps') return program(dtype, kind, [weights, vector, made], [multiplied, copied]);
  const moved: Instruction = { kind: 'copy', source: fullView(vector), target: fullView(each), mode: 'set' };
  const whole = program(dtype, 'steps', [weights, vector, each, made], [moved]);
  return { ...whole, sections: [...whole.sections, { kind, direction: 'ascending', instructions: [multiplied] }] };
}

/** Numbers that change places, so that no loop can leave them out. */
function copies(dtype: Dtype): Program {
  const view = fullView({ ...X, shape: [2 * ELEMENTS] });
  const half = { ...view, shape: [ELEMENTS] };
  const instruction: Instruction = { kind: 'copy', source: half, target: { ...half, offset: ELEMENTS }, mode: 'set' };
  return program(dtype, 'steps', [{ ...X, shape: [2 * ELEMENTS] }], [instruction]);
}

function matrix(id: string, size: number): Buffer {
  return {
    id,
    name: id,
    shape: [size, size],
    items: false,
    steps: 'one',
    role: 'parameter',
    lifetime: 'forever',
    initial: { array: id },
  };
}

function program(
  dtype: Dtype,
  kind: SectionKind,
  buffers: readonly Buffer[],
  instructions: readonly Instruction[],
): Program {
  const symbols = Object.fromEntries(
    buffers.filter(({ role }) => role === 'state').map((buffer) => [buffer.id, fullView(buffer)]),
  );
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers,
    sections: [{ kind, direction: 'ascending', instructions }],
    inputs: [],
    outputs: [],
    hosts: [],
    symbols,
  };
}
