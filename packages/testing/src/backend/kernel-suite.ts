/** @file Conformance of scalar kernels: each operation at chosen numbers, held against its formula. */
import {
  fullView,
  kernel,
  type BinaryOperation,
  type Buffer,
  type Kernel,
  type KernelBuilder,
  type UnaryOperation,
} from '@ndl/ir';
import { expect } from 'vitest';
import { expectClose, expectSame } from './comparison.ts';
import { arithmeticOf, BINARY_FORMULAS, MATHEMATICS } from './oracle-kernel.ts';
import { Recorder } from './recorder.ts';
import { runRequest, withExecutable, type BackendSuite } from './suite.ts';
import { buffer, mapTo, outputsOf, program, storedNumbers } from './write-program.ts';

type Vocabulary = KernelBuilder<'x' | 'y', never>;

const EVERYWHERE: readonly number[] = [-2.5, -1, -0.375, 0, 0.001, 0.5, 1, 1.75, 3];
const POSITIVE: readonly number[] = [0.001, 0.25, 1, 2.75, 10];

const POINTS: Readonly<Record<UnaryOperation, readonly number[]>> = {
  negate: EVERYWHERE,
  exp: EVERYWHERE,
  expm1: EVERYWHERE,
  log: POSITIVE,
  log1p: [-0.75, -0.001, 0, 0.001, 0.5, 4],
  sqrt: [0, ...POSITIVE],
  tanh: EVERYWHERE,
  sigmoid: [-100, -20, ...EVERYWHERE, 20, 100],
  softplus: [-100, -20, ...EVERYWHERE, 20, 100],
  floor: [-2.5, -1, -0.25, 0, 0.75, 1, 2.5],
  abs: EVERYWHERE,
  isNan: [NaN, 0, 1, -3],
};

/** All pairs, equal ones included. */
const PAIRS: readonly (readonly [number, number])[] = [-1.5, -0.25, 0.5, 2].flatMap((x) =>
  [-1.5, 0.25, 0.5, 4].map((y): [number, number] => [x, y]),
);

export function describeKernels(suite: BackendSuite): void {
  for (const operation of Object.keys(MATHEMATICS) as UnaryOperation[]) {
    suite.test(`kernel operation ${operation}`, async () => {
      const points = POINTS[operation];
      const actual = await evaluate(suite, (k) => k[operation](k.inputs.x), points, points);
      const given = points.map(inFormat(suite));
      expectClose(actual, given.map(MATHEMATICS[operation]), suite.tolerance, operation);
      const defined = arithmeticOf(suite.dtype)[operation];
      if (suite.bits) expectSame(actual, given.map(defined).map(inFormat(suite)), operation);
    });
  }
  for (const operation of Object.keys(BINARY_FORMULAS) as BinaryOperation[]) {
    suite.test(`kernel operation ${operation}`, async () => {
      const [xs, ys] = [PAIRS.map(([x]) => x), PAIRS.map(([, y]) => y)];
      const actual = await evaluate(suite, (k) => k[operation](k.inputs.x, k.inputs.y), xs, ys);
      const expected = PAIRS.map(([x, y]) => BINARY_FORMULAS[operation](x, y));
      expectClose(actual, expected, suite.tolerance, operation);
    });
  }
  suite.test('expm1 and log1p keep their digits near zero', async () => {
    const points = [1e-4, -3e-4, 2e-6].map(inFormat(suite));
    for (const operation of ['expm1', 'log1p'] as const) {
      const actual = await evaluate(suite, (k) => k[operation](k.inputs.x), points, points);
      points.forEach((x, index) =>
        expectClose([actual[index]! / Math[operation](x)], [1], suite.tolerance, `${operation}(${x})`),
      );
    }
  });
  suite.test('exp, sigmoid and softplus keep their digits far below zero', async () => {
    const points = [-16, -24, -40, -60];
    for (const operation of ['exp', 'sigmoid', 'softplus'] as const) {
      const actual = await evaluate(suite, (k) => k[operation](k.inputs.x), points, points);
      points.forEach((x, index) => {
        const ratio = actual[index]! / MATHEMATICS[operation](x);
        expectClose([ratio], [1], suite.tolerance, `${operation}(${x})`);
      });
    }
  });
  suite.test('select takes one branch only', async () => {
    const [xs, ys] = [
      [0, 1, -2, 0.5],
      [4, -4, 0, 0],
    ];
    const actual = await evaluate(
      suite,
      (k) => k.select(k.equal(k.inputs.y, 0), k.inputs.x, k.divide(1, k.inputs.y)),
      xs,
      ys,
    );
    expectClose(actual, [0.25, -0.25, -2, 0.5], suite.tolerance, 'select');
    const logs = await evaluate(suite, (k) => k.select(k.greater(k.inputs.x, 0), k.log(k.inputs.x), 7), xs, ys);
    expectClose(logs, [7, 0, 7, Math.log(0.5)], suite.tolerance, 'select beside NaN');
  });
  suite.test(
    'NaN passes through arithmetic, stays as first operand of min and max, and compares as false',
    async () => {
      const [xs, ys] = [
        [NaN, 1, NaN],
        [1, NaN, NaN],
      ];
      for (const operation of ['add', 'multiply'] as const) {
        expect(await evaluate(suite, (k) => k[operation](k.inputs.x, k.inputs.y), xs, ys)).toEqual([NaN, NaN, NaN]);
      }
      for (const operation of ['min', 'max'] as const) {
        const [first, second, both] = await evaluate(suite, (k) => k[operation](k.inputs.x, k.inputs.y), xs, ys);
        expect([first, both]).toEqual([NaN, NaN]);
        // The law is that a NaN in the second operand does not come in; libraries that pass it on may.
        expect([1, NaN]).toContainEqual(second);
      }
      for (const operation of ['less', 'lessEqual', 'greater', 'greaterEqual', 'equal'] as const) {
        expect(await evaluate(suite, (k) => k[operation](k.inputs.x, k.inputs.y), xs, ys)).toEqual([0, 0, 0]);
      }
    },
  );
  suite.test('withDerivativeOf computes its value', async () => {
    const points = [-1.5, 0.25, 2.75];
    const actual = await evaluate(suite, (k) => k.withDerivativeOf(k.floor(k.inputs.x), k.inputs.x), points, points);
    expect(actual).toEqual([-2, 0, 2]);
  });
}

function inFormat({ dtype }: BackendSuite): (value: number) => number {
  return dtype === 'float32' ? Math.fround : (value) => value;
}

/** Runs a kernel of x and y over vectors, on the backend. */
async function evaluate(
  suite: BackendSuite,
  body: (k: Vocabulary) => ReturnType<Vocabulary['add']>,
  xs: readonly number[],
  ys: readonly number[],
): Promise<readonly number[]> {
  const evaluated: Kernel = kernel({ name: 'evaluated', inputs: ['x', 'y'] }, (k) => ({ output: body(k) }));
  const [x, y] = [xs, ys].map((values, index) =>
    buffer(`operand ${index}`, 'constant', [values.length], { initial: storedNumbers(values) }),
  ) as [Buffer, Buffer];
  const output = buffer('output', 'temp', [xs.length]);
  const sink = new Recorder();
  const written = program({
    dtype: suite.dtype,
    buffers: [x, y, output],
    step: [mapTo(fullView(output), evaluated, [fullView(x), fullView(y)])],
    outputs: outputsOf(output),
  });
  await withExecutable(suite, { run: written }, (executable) => executable.run(runRequest({ steps: 1, sink })));
  return sink.of('output');
}
