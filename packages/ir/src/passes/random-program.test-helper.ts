/** @file Random small programs, and whether a pass leaves their results alone. */
import { NdArray } from '@ndl/numerics';
import fc from 'fast-check';
import {
  ADD,
  ARRAYS,
  buffer,
  contextOf,
  dot,
  EACH_STEP,
  LOWPASS,
  MULTIPLY,
  program,
  stored,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';
import {
  type Buffer,
  type Instruction,
  type Kernel,
  overlaps,
  type Program,
  type ProgramPass,
  runPasses,
  sameView,
  sliceView,
  type Tables,
  verifyProgram,
  type View,
  type WriteMode,
} from '../index.ts';
import { type Call, Machine } from '../interpret.test-helper.ts';

const SIZE = 4;
const TEMPS = ['t0', 't1', 't2', 't3', 't4', 't5', 't6'] as const;
const READABLE = ['x', 'h', 'c', 'v', 'u', 'k'] as const;
const PARTS = [
  [0, SIZE],
  [0, SIZE],
  [0, 2],
  [2, SIZE],
] as const;

function data(shape: readonly number[], seed: number): NdArray {
  const size = shape.reduce((product, length) => product * length, 1);
  return new NdArray(
    Float64Array.from({ length: size }, (_, k) => Math.sin(7.3 * (k + 1) * seed)),
    shape,
  );
}

const BUFFERS: readonly Buffer[] = [
  buffer('x', 'input', [SIZE]),
  buffer('h', 'input', [SIZE]),
  buffer('c', 'constant', [SIZE], { initial: stored(data([SIZE], 2)) }),
  buffer('k', 'constant', [SIZE], { initial: 0.5 }),
  buffer('w', 'parameter', [SIZE, SIZE], { initial: stored(data([SIZE, SIZE], 3)) }),
  buffer('v', 'state', [SIZE], { initial: stored(data([SIZE], 4)) }),
  buffer('u', 'state', [SIZE]),
  ...TEMPS.map((id) => buffer(id, 'temp', [SIZE])),
  ...TEMPS.map((id) => buffer(`${id} out`, 'temp', [SIZE], EACH_STEP)),
];

interface Recipe {
  readonly operation: 'fill' | 'copy' | 'dot' | 'tanh' | 'add' | 'multiply' | 'lowpass';
  readonly operands: readonly [number, number];
  readonly target: number;
  readonly mode: WriteMode;
  readonly part: number;
}

const RECIPE: fc.Arbitrary<Recipe> = fc.record({
  operation: fc.constantFrom('fill', 'copy', 'dot', 'tanh', 'add', 'multiply', 'lowpass'),
  operands: fc.tuple(fc.nat(20), fc.nat(20)),
  target: fc.nat(20),
  mode: fc.constantFrom('set', 'set', 'add'),
  part: fc.nat(PARTS.length - 1),
});

/** Valid programs that fill temps and states from inputs, constants, parameters and each other. Some temps are put out. */
export const RANDOM_PROGRAM: fc.Arbitrary<Program> = fc
  .record({
    recipes: fc.array(RECIPE, { minLength: 2, maxLength: 14 }),
    outputs: fc.subarray([...TEMPS], { minLength: 1 }),
  })
  .map(({ recipes, outputs }) => build(recipes, outputs));

function build(recipes: readonly Recipe[], outputs: readonly string[]): Program {
  const isSet = new Map<string, Set<number>>(TEMPS.map((id) => [id, new Set<number>()]));
  const step: Instruction[] = [];
  const isReady = (id: string, start: number, stop: number): boolean =>
    !isSet.has(id) ||
    Array.from({ length: stop - start }, (_, k) => start + k).every((element) => isSet.get(id)!.has(element));
  for (const { operation, operands, target: choice, mode: wished, part } of recipes) {
    const [start, stop] = operation === 'dot' ? PARTS[0] : PARTS[part]!;
    const targets = [...TEMPS, ...TEMPS, 'v', 'u'];
    const id = targets[choice % targets.length]!;
    const partOf = (name: string): View => sliceView(view(name, SIZE), 0, start, stop);
    const ready = [...READABLE, ...TEMPS].filter((name) => isReady(name, start, stop));
    const target = partOf(id);
    const mode = isReady(id, start, stop) ? wished : 'set';
    const read = operands.map((operand) => partOf(ready[operand % ready.length]!)) as [View, View];
    const instruction = instructionOf(operation, read, target, mode, choice);
    const isMap = instruction.kind === 'map';
    const conflicts = read.some((other) => overlaps(other, target) && !(isMap && sameView(other, target)));
    if (conflicts && operation !== 'fill') continue;
    step.push(instruction);
    for (let element = start; element < stop; element++) isSet.get(id)?.add(element);
  }
  for (const id of outputs) {
    if (isReady(id, 0, SIZE))
      step.push({ kind: 'copy', source: view(id, SIZE), target: view(`${id} out`, SIZE), mode: 'set' });
  }
  return program({
    buffers: BUFFERS,
    inputs: [
      { name: 'x', buffer: 'x', held: false },
      { name: 'h', buffer: 'h', held: true },
    ],
    step,
    symbols: { state: view('v', SIZE), other: view('u', SIZE), first: view('t0', SIZE) },
  });
}

function instructionOf(
  operation: Recipe['operation'],
  [a, b]: readonly [View, View],
  target: View,
  mode: WriteMode,
  choice: number,
): Instruction {
  const map = (kernel: Kernel, inputs: readonly View[], parameters: readonly number[] = []): Instruction => ({
    kind: 'map',
    kernel,
    inputs,
    parameters,
    outputs: [{ target, mode }],
  });
  switch (operation) {
    case 'fill':
      return { kind: 'fill', value: choice % 3, target, mode };
    case 'copy':
      return { kind: 'copy', source: a, target, mode };
    case 'dot':
      return dot(
        view('w', 1, SIZE, SIZE),
        { ...a, shape: [1, SIZE], strides: [0, 1] },
        { ...target, shape: [1, SIZE], strides: [0, 1] },
        mode,
      );
    case 'tanh':
      return map(TANH, [a]);
    case 'add':
      return map(ADD, [a, b]);
    case 'multiply':
      return map(MULTIPLY, [a, b]);
    case 'lowpass':
      return map(LOWPASS, [a, b], [0.5]);
  }
}

const numbers = (steps: number, seed: number): number[][][] => data([steps, 2, SIZE], seed).toNested() as number[][][];

/** Two items, three steps. */
export const RANDOM_CALL: Call = { items: 2, steps: 3, feed: { x: numbers(3, 5), h: numbers(1, 6) } };

/** Everything that is observed of a program over two windows: state and outputs. */
export function resultsOf(tested: Program, arrays: Tables['arrays'] = ARRAYS, call: Call = RANDOM_CALL): number[] {
  verifyProgram(tested, { arrays });
  const machine = new Machine(tested, { arrays, hosts: new Map() });
  const observe = (): number[] =>
    ['v', 'u', ...KEPT].flatMap((id) => {
      const steps = machine.memory.get(id) ?? [];
      // State is what the last step left, whether it has one value or one for each step.
      const observed = KEPT.includes(id) ? steps : steps.slice(-1);
      return observed.flatMap((items) => items.flatMap((values) => [...values]));
    });
  return [call, { ...call, steps: 1 }].flatMap((window) => {
    machine.window(window);
    return observe();
  });
}

/** Ids that a pass must keep for `resultsOf`. */
export const KEPT: readonly string[] = TEMPS.map((id) => `${id} out`);

/** Largest change of any observed number by the passes; NaN where a number became another kind of number. */
export function largestChange(original: Program, passes: readonly ProgramPass[]): number {
  const context = contextOf(KEPT);
  const before = resultsOf(original);
  const after = resultsOf(runPasses(original, passes, context), context.arrays, { ...RANDOM_CALL, block: 2 });
  return before.reduce(
    (worst, value, k) => (Object.is(value, after[k]) ? worst : Math.max(worst, Math.abs(value - after[k]!))),
    0,
  );
}
