/** @file The built-in learning rules and transforms in their conformance suites. */
import {
  bcm,
  dense,
  noTransform,
  oja,
  pes,
  rls,
  sparse,
  uniform,
  type DenseTransform,
  type NoTransform,
  type SparseTransform,
} from '@ndl/model';
import { describeLearningRule, describeTransform } from '@ndl/testing';
import { bcmDefinition, ojaDefinition } from './learning-rules/hebbian.ts';
import { pesDefinition } from './learning-rules/pes.ts';
import { rlsDefinition } from './learning-rules/rls.ts';
import { denseDefinition, noTransformDefinition } from './transforms/index.ts';
import { sparseDefinition } from './transforms/sparse.ts';

const toNode = { postObject: { kind: 'node' } as never };

describeLearningRule('pes', {
  definition: pesDefinition,
  types: [pes(), pes({ learningRate: 0.1, preSynapse: null })],
  connection: toNode,
  expected: ({ learningRate }, { dt, pre, input }) =>
    input.map((error) => pre.map((activity) => ((-learningRate * dt) / pre.length) * error * activity)),
});

describeLearningRule('rls', {
  definition: rlsDefinition,
  types: [rls(), rls({ learningRate: 0.1 })],
  connection: toNode,
  // P begins as a multiple of the identity.
  expected: ({ learningRate }, { dt, pre, input }) => {
    const p = (learningRate * dt) / pre.length;
    const square = pre.reduce((sum, activity) => sum + activity * activity, 0);
    return input.map((error) => pre.map((activity) => (-error * p * activity) / (1 + p * square)));
  },
});

describeLearningRule('bcm', {
  definition: bcmDefinition,
  types: [bcm(), bcm({ learningRate: 1e-6, thetaSynapse: 0.1 })],
  filters: { theta: 0.25 },
  expected: ({ learningRate }, { dt, pre, post }) =>
    post.map((activity) => pre.map((other) => learningRate * dt * activity * (activity - 0.25 * activity) * other)),
});

describeLearningRule('oja', {
  definition: ojaDefinition,
  types: [oja(), oja({ beta: 0.5 })],
  expected: ({ learningRate, beta }, { dt, weights, pre, post }) =>
    weights.map((row, i) =>
      row.map((weight, j) => learningRate * dt * (post[i]! * pre[j]! - beta * weight * post[i]! ** 2)),
    ),
});

describeTransform<DenseTransform>('dense', {
  definition: denseDefinition,
  transforms: [dense([3, 3], 2), dense([2, 2], [3, -1]), dense([1, 3], [[1, 2, 3]]), dense([3, 2], uniform(-1, 1))],
  matrixOf: ({ shape: [rows, columns] }, { weights }) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (__, column) => {
        if (weights!.rank === 2) return weights!.data[row * columns + column]!;
        return row === column ? weights!.data[weights!.rank === 0 ? 0 : row]! : 0;
      }),
    ),
});

describeTransform<NoTransform>('none', {
  definition: noTransformDefinition,
  transforms: [noTransform(1), noTransform(3)],
  matrixOf: ({ size }) =>
    Array.from({ length: size }, (_, row) => Array.from({ length: size }, (__, column) => Number(row === column))),
});

describeTransform<SparseTransform>('sparse', {
  definition: sparseDefinition,
  transforms: [
    sparse([2, 3], { rows: [1, 0, 1], columns: [2, 0, 2] }, [1, 2, 4]),
    sparse([4, 2], { rowStarts: [0, 2, 2, 3, 3], columns: [1, 0, 1] }, uniform(-1, 1)),
    sparse([1, 1], [[0, 0]]),
  ],
  matrixOf({ shape: [height, width], rows, columns }, { values }) {
    const matrix = Array.from({ length: height }, () => new Array<number>(width).fill(0));
    rows.forEach((row, entry) => (matrix[row]![columns[entry]!]! += values!.data[entry]!));
    return matrix;
  },
});
