/** @file A program of all kinds of work that threads share out, and what a run of it gives. */
import type { Backend, Executable, OutputBlock } from '@ndl/core';
import { type Buffer, fullView, type Instruction, kernel, type Program, type View } from '@ndl/ir';
import { NdArray, RandomState } from '@ndl/numerics';

const [INPUTS, OUTPUTS] = [70, 5];

/** Neurons of a network, where nothing else is said. */
const MANY = 331;

/** Leaks towards its input, and spikes, after which it takes a logarithm to come back. */
const NEURON = kernel({ name: 'neuron', inputs: ['current', 'voltage'] }, (k) => {
  const { current, voltage } = k.inputs;
  const raised = k.add(voltage, k.multiply(0.2, k.subtract(current, voltage)));
  const spikes = k.less(0.6, raised);
  return { output: k.select(spikes, 1, 0), voltage: k.select(spikes, k.log1p(raised), raised) };
});

const FILTER = kernel({ name: 'filter', inputs: ['x', 'y'] }, (k) => ({
  y: k.add(k.multiply(0.9, k.inputs.y), k.multiply(0.1, k.inputs.x)),
}));

const BENDING = kernel({ name: 'bending', inputs: ['x'] }, (k) => ({ y: k.tanh(k.multiply(3, k.inputs.x)) }));

/** A layer that feeds itself, walked step by step; work over whole blocks before and behind it. */
export function sharedProgram(dtype: Program['dtype'], neurons: number = MANY): Program {
  const buffers: Buffer[] = [];
  const buffer = (id: string, shape: readonly number[], rest: Partial<Buffer> & Pick<Buffer, 'role'>): View => {
    buffers.push({ id, name: id, shape, items: true, steps: 'one', lifetime: 'step', initial: 0, ...rest });
    return fullView({ id, shape });
  };
  const block = { steps: { span: 'block', before: 0 }, lifetime: 'block' } as const;
  const lasting = (id: string, shape: readonly number[]): View =>
    buffer(id, shape, { role: 'parameter', items: false, lifetime: 'forever', initial: { array: id } });
  const input = buffer('input', [INPUTS], { role: 'input', ...block });
  const bent = buffer('bent', [INPUTS], { role: 'temp', ...block });
  const driven = buffer('driven', [neurons], { role: 'temp', ...block });
  const current = buffer('current', [neurons], { role: 'temp' });
  const fed = buffer('fed', [neurons], { role: 'temp' });
  const voltage = buffer('voltage', [neurons], { role: 'state', lifetime: 'run' });
  const filtered = buffer('filtered', [neurons], { role: 'state', lifetime: 'run' });
  const spikes = buffer('spikes', [neurons], { role: 'temp', ...block });
  const decoded = buffer('decoded', [OUTPUTS], { role: 'temp', ...block });
  const sums = buffer('sums', [], { role: 'temp', ...block });
  const inward = lasting('inward', [neurons, INPUTS]);
  const around = lasting('around', [neurons, neurons]);
  const outward = lasting('outward', [OUTPUTS, neurons]);
  const product = (matrix: View, vector: View, target: View, rows: number, columns: number): Instruction => {
    const shape = [rows, columns];
    const member = {
      left: matrix,
      right: { ...vector, shape, strides: [0, 1] },
      target: { ...target, shape, strides: [1, 0] },
    };
    return { kind: 'contract', mode: 'set', members: [member] };
  };
  const map = (kernelOf: typeof NEURON, inputs: readonly View[], outputs: readonly View[]): Instruction => ({
    kind: 'map',
    kernel: kernelOf,
    inputs,
    parameters: [],
    outputs: outputs.map((target) => ({ target, mode: 'set' })),
  });
  const ascending = { direction: 'ascending' } as const;
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers,
    sections: [
      {
        ...ascending,
        kind: 'block',
        instructions: [map(BENDING, [input], [bent]), product(inward, bent, driven, neurons, INPUTS)],
      },
      {
        ...ascending,
        kind: 'steps',
        instructions: [
          product(around, filtered, fed, neurons, neurons),
          { kind: 'copy', source: driven, target: current, mode: 'set' },
          { kind: 'copy', source: fed, target: current, mode: 'add' },
          map(NEURON, [current, voltage], [spikes, voltage]),
          map(FILTER, [spikes, filtered], [filtered]),
        ],
      },
      {
        ...ascending,
        kind: 'block',
        instructions: [
          product(outward, spikes, decoded, OUTPUTS, neurons),
          { kind: 'reduce', operation: 'sum', source: spikes, axes: [0], target: sums, mode: 'set' },
        ],
      },
    ],
    inputs: [{ name: 'input', buffer: 'input', held: false }],
    outputs: [spikes, decoded, sums]
      .map((view) => ({ name: view.buffer, view, every: 1 }))
      .concat({
        name: 'voltage',
        view: voltage,
        every: 3,
      }),
    hosts: [],
    symbols: {},
  };
}

/** Numbers of outputs, by name. */
export type Numbers = ReadonlyMap<string, readonly number[]>;

/** Adds the program under the name `run`. */
export async function addSharedProgram(
  executable: Executable,
  dtype: Program['dtype'],
  neurons: number = MANY,
): Promise<void> {
  const random = new RandomState(3);
  const drawn = (shape: readonly [number, number], size: number): NdArray =>
    new NdArray(random.normal(0, size, shape[0] * shape[1]), shape);
  const arrays = new Map([
    ['inward', drawn([neurons, INPUTS], 0.2)],
    ['around', drawn([neurons, neurons], 0.1)],
    ['outward', drawn([OUTPUTS, neurons], 1)],
  ]);
  await executable.add('run', sharedProgram(dtype, neurons), { arrays, hosts: new Map() });
}

/** Runs it on numbers that are always the same. */
export async function runSharedProgram(executable: Executable, items: number, steps: number): Promise<Numbers> {
  const seen = new Map<string, number[]>();
  const sink = {
    write: ({ output, data }: OutputBlock): void => {
      const own = seen.get(output) ?? [];
      for (const value of data) own.push(value);
      seen.set(output, own);
    },
  };
  const data = new RandomState(4).normal(0, 1, steps * items * INPUTS);
  const feed = new Map([['input', { kind: 'sequence', data } as const]]);
  await executable.run({ program: 'run', items, steps, feed, sink, state: 'carried' });
  return seen;
}

/** What a backend makes of it in two calls, the second of which goes on where the first ended. */
export async function numbersOf(
  backend: Backend,
  dtype: Program['dtype'],
  items: number,
  steps: number,
  neurons: number = MANY,
): Promise<readonly Numbers[]> {
  const executable = await backend.create();
  await addSharedProgram(executable, dtype, neurons);
  const numbers = [await runSharedProgram(executable, items, steps), await runSharedProgram(executable, items, steps)];
  executable.dispose();
  return numbers;
}
