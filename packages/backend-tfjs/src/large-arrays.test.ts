/** @file Arrays of the sizes at which products and maps go to tfjs instead of loops; the conformance suite stays below them. */
import { evaluateKernel, gradientOf, kernel, matrixVector, type Program } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { tfjs } from './index.ts';
import {
  buffer,
  EACH_STEP,
  entryOf,
  Recorder,
  program,
  runRequest,
  tablesOf,
  training,
  trainRequest,
  view,
  withExecutable,
} from './program-fixtures.test-helper.ts';

const ENGINES = ['wasm', 'cpu'] as const;

/** Elements of the maps. */
const SIZE = 120_000;

/** Numbers that repeat after a while, of both signs. */
function numbers(count: number, factor: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.fround(Math.sin(factor * (index + 1))));
}

const halfSquare = kernel({ name: 'halfSquare', inputs: ['x'] }, (k) => ({
  output: k.multiply(0.5, k.multiply(k.inputs.x, k.inputs.x)),
}));
const descend = kernel({ name: 'descend', inputs: ['x', 'gradient'] }, (k) => ({
  output: k.subtract(k.inputs.x, k.multiply(1e-4, k.inputs.gradient)),
}));

const [GROUPS, ROWS, COLUMNS, ITEMS] = [2, 48, 40, 48] as const;

/** y = W x per group, objective Σ y² / 2 over all items. */
function groupedLayer() {
  const forward = program({
    buffers: [
      buffer('x', 'input', [GROUPS, COLUMNS]),
      buffer('scale', 'parameter', [GROUPS, COLUMNS], { initial: { array: 'scale' } }),
      buffer('scaled', 'temp', [GROUPS, COLUMNS]),
      buffer('w', 'parameter', [GROUPS, ROWS, COLUMNS], { initial: { array: 'w' } }),
      buffer('y', 'temp', [GROUPS, ROWS], EACH_STEP),
    ],
    inputs: [{ name: 'x', buffer: 'x', held: false }],
    step: [
      {
        kind: 'map',
        kernel: kernel({ name: 'multiply', inputs: ['x', 'y'] }, (k) => ({
          output: k.multiply(k.inputs.x, k.inputs.y),
        })),
        inputs: [view('x', GROUPS, COLUMNS), view('scale', GROUPS, COLUMNS)],
        parameters: [],
        outputs: [{ target: view('scaled', GROUPS, COLUMNS), mode: 'set' }],
      },
      {
        kind: 'contract',
        members: [
          matrixVector(view('w', GROUPS, ROWS, COLUMNS), view('scaled', GROUPS, COLUMNS), view('y', GROUPS, ROWS)),
        ],
        mode: 'set',
      },
    ],
    outputs: [{ name: 'y', view: view('y', GROUPS, ROWS), every: 1 }],
  });
  return training({
    forward,
    buffers: [
      buffer('squares', 'temp', [GROUPS, ROWS], EACH_STEP),
      buffer('objective', 'temp', [], { items: false, lifetime: 'window' }),
    ],
    loss: [
      {
        kind: 'map',
        kernel: halfSquare,
        inputs: [view('y', GROUPS, ROWS)],
        parameters: [],
        outputs: [{ target: view('squares', GROUPS, ROWS), mode: 'set' }],
      },
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('squares', GROUPS, ROWS),
        axes: [0, 1, 'items', 'steps'],
        target: view('objective'),
        mode: 'set',
      },
    ],
    objective: view('objective'),
    reports: { loss: view('objective') },
    trainable: ['w', 'scale'],
    update: (['w', 'scale'] as const).map((id) => {
      const shape = id === 'w' ? [GROUPS, ROWS, COLUMNS] : [GROUPS, COLUMNS];
      return {
        kind: 'map' as const,
        kernel: descend,
        inputs: [view(id, ...shape), view(gradientOf(id), ...shape)],
        parameters: [],
        outputs: [{ target: view(id, ...shape), mode: 'set' as const }],
      };
    }),
  });
}

describe.each(ENGINES)('large arrays on %s', (engine) => {
  test('grouped products and their gradients equal the closed form', async () => {
    const [weights, scale, x] = [
      numbers(GROUPS * ROWS * COLUMNS, 0.7),
      numbers(GROUPS * COLUMNS, 1.3),
      numbers(ITEMS * GROUPS * COLUMNS, 2.9),
    ];
    // In float64: y = W (s x), dW = Σ_items y (s x)ᵀ, ds = Σ_items x · Wᵀ y.
    const [expectedW, expectedScale] = [new Float64Array(weights.length), new Float64Array(scale.length)];
    let expectedLoss = 0;
    for (let item = 0; item < ITEMS; item++) {
      for (let group = 0; group < GROUPS; group++) {
        for (let row = 0; row < ROWS; row++) {
          const at = (column: number): number => (group * ROWS + row) * COLUMNS + column;
          const input = (column: number): number => x[(item * GROUPS + group) * COLUMNS + column]!;
          const factor = (column: number): number => scale[group * COLUMNS + column]!;
          let y = 0;
          for (let column = 0; column < COLUMNS; column++) y += weights[at(column)]! * input(column) * factor(column);
          expectedLoss += (y * y) / 2;
          for (let column = 0; column < COLUMNS; column++) {
            expectedW[at(column)]! += y * input(column) * factor(column);
            expectedScale[group * COLUMNS + column]! += y * weights[at(column)]! * input(column);
          }
        }
      }
    }
    const tables = tablesOf({
      w: { shape: [GROUPS, ROWS, COLUMNS], data: weights },
      scale: { shape: [GROUPS, COLUMNS], data: scale },
    });
    await withExecutable(entryOf(tfjs({ engine })), { training: groupedLayer(), tables }, async (executable) => {
      const request = trainRequest({ items: ITEMS, feed: new Map([['x', { kind: 'sequence', data: x }]]) });
      const { reports, gradients } = await executable.gradients(request);
      expect(reports['loss']! / expectedLoss).toBeCloseTo(1, 5);
      expect(worst(gradients.get('w')!.data, expectedW)).toBeLessThan(1e-5);
      expect(worst(gradients.get('scale')!.data, expectedScale)).toBeLessThan(1e-5);
      const before = (await executable.gradients(request)).reports['loss']!;
      expect(before).toBe(reports['loss']);
      await executable.trainStep(request);
      expect((await executable.evaluate(request))['loss']).toBeLessThan(before);
    });
  });

  test('a map over many elements equals the same map over few', async () => {
    const mixed = kernel({ name: 'mixed', inputs: ['x', 'y'], parameters: ['rate'] }, (k) => {
      const { x, y } = k.inputs;
      const { rate } = k.parameters;
      const moved = k.subtract(k.multiply(0.9, x), k.multiply(rate, k.add(x, y)));
      const bounded = k.min(k.max(k.subtract(moved, rate), 0), k.add(rate, 0.5));
      return {
        x: moved,
        y: k.select(k.greater(y, bounded), k.divide(y, k.add(2, k.multiply(moved, moved))), k.divide(1, rate)),
        same: y,
        extrema: k.add(k.max(k.min(x, 3), rate), k.add(k.max(y, x), k.negate(k.abs(k.floor(y))))),
        uniform: k.sqrt(k.add(rate, 1)),
        smooth: k.add(k.sigmoid(x), k.withDerivativeOf(k.sqrt(k.abs(y)), x)),
        again: moved,
      };
    });
    const [x, y] = [numbers(SIZE, 0.31), numbers(SIZE, 0.77)];
    const special = [NaN, Infinity, -Infinity, 0, -0, 1e30, 1e-40];
    special.forEach((value, index) => {
      x[1000 + index] = value;
      y[2000 + index] = value;
    });
    const names = mixed.outputs.map(({ name }) => name);
    const run: Program = program({
      buffers: [
        buffer('x', 'state', [SIZE], { initial: { array: 'x' } }),
        buffer('y', 'state', [SIZE], { initial: { array: 'y' } }),
        ...names.slice(2).map((name) => buffer(name, 'temp', [SIZE])),
      ],
      step: [
        {
          kind: 'map',
          kernel: mixed,
          inputs: [view('x', SIZE), view('y', SIZE)],
          parameters: [0.25],
          outputs: names.map((name) => ({ target: view(name, SIZE), mode: 'set' })),
        },
      ],
      outputs: names.map((name) => ({ name, view: view(name, SIZE), every: 1 })),
    });
    const expected = names.map(() => new Float32Array(SIZE));
    evaluateKernel(mixed, [Float32Array.from(x), Float32Array.from(y)], [Float32Array.of(0.25)], expected, 'float32');
    const tables = tablesOf({ x: { shape: [SIZE], data: x }, y: { shape: [SIZE], data: y } });
    await withExecutable(entryOf(tfjs({ engine })), { run, tables }, async (executable) => {
      const sink = new Recorder();
      await executable.run(runRequest({ sink }));
      names.forEach((name, output) => {
        const actual = sink.values.get(name)!;
        const differing = actual.findIndex((value, index) => {
          const wanted = expected[output]![index]!;
          return !Object.is(value, wanted) && !(Math.abs(value - wanted) <= 4e-7 * Math.max(1, Math.abs(wanted)));
        });
        expect([name, differing, actual[differing]]).toEqual([name, -1, undefined]);
      });
    });
  });
});

/** Largest difference, in units of the largest expected magnitude. */
function worst(actual: ArrayLike<number>, expected: Float64Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, value, index) => Math.max(most, Math.abs(value - actual[index]!)), 0) / largest;
}
