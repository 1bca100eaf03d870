import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import {
  gramMatrix,
  identity,
  inverse,
  leastSquares,
  matmul,
  matrixExponential,
  ndarray,
  NdArray,
  nonnegativeLeastSquares,
  orthogonalPolarFactor,
  RandomState,
  singularValueDecomposition,
  solveLinearSystem,
  solvePositiveDefinite,
  symmetricEigenvalues,
  transpose,
  transposedMatmul,
  triangularize,
  type Matrix,
} from '../index.ts';

const gaussian = (seed: number, rows: number, columns: number): Matrix =>
  new NdArray(new RandomState(seed).standardNormal(rows * columns), [rows, columns]);

/** The largest |a - b| relative to the largest |b|. */
const difference = (a: Matrix, b: Matrix): number => {
  expect(a.shape).toEqual(b.shape);
  const scale = b.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
  return Math.max(0, ...Array.from(a.data, (value, index) => Math.abs(value - b.data[index]!))) / scale;
};

const combine = (a: Matrix, b: Matrix, factor: number): Matrix =>
  new NdArray(
    a.data.map((value, index) => value + factor * b.data[index]!),
    a.shape,
  );

const seed = fc.nat(1_000_000);
const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

test('products equal sums of products, whatever the sizes are to the tiles', () => {
  fc.assert(
    fc.property(seed, size(70), size(70), size(300), (start, rows, columns, inner) => {
      const a = gaussian(start, rows, inner);
      const b = gaussian(start + 1, inner, columns);
      const expected = Array.from({ length: rows }, (_, i) =>
        Array.from({ length: columns }, (_, j) => {
          let sum = 0;
          for (let k = 0; k < inner; k++) sum += a.get(i, k) * b.get(k, j);
          return sum;
        }),
      );
      expect(difference(matmul(a, b), ndarray(expected))).toBeLessThan(1e-12);
      expect(difference(transposedMatmul(transpose(a), b), ndarray(expected))).toBeLessThan(1e-12);
    }),
    { numRuns: 15 },
  );
});

test('the Gram matrix is the product of the transpose with the matrix, exactly symmetric', () => {
  fc.assert(
    fc.property(seed, size(300), size(150), (start, rows, columns) => {
      const a = gaussian(start, rows, columns);
      const gram = gramMatrix(a);
      expect(difference(gram, transposedMatmul(a, a))).toBeLessThan(1e-12);
      expect(transpose(gram).data).toEqual(gram.data);
    }),
    { numRuns: 15 },
  );
});

test('a float32 factor is multiplied in float64', () => {
  const single = new NdArray(Float32Array.of(1 / 3, 3), [1, 2]);
  expect(matmul(single, identity(2)).data).toEqual(Float64Array.of(Math.fround(1 / 3), 3));
});

test('positive definite systems are solved to rounding', () => {
  fc.assert(
    fc.property(seed, size(150), size(5), (start, order, columns) => {
      const matrix = combine(gramMatrix(gaussian(start, order, order)), identity(order), 0.5);
      const solution = gaussian(start + 1, order, columns);
      const found = solvePositiveDefinite(matrix, matmul(matrix, solution));
      expect(difference(found, solution)).toBeLessThan(1e-9);
      expect(difference(matmul(matrix, found), matmul(matrix, solution))).toBeLessThan(1e-12);
    }),
    { numRuns: 15 },
  );
});

test('systems of every order are solved, whatever it leaves of the last block', () => {
  for (let order = 1; order <= 200; order++) {
    const right = gaussian(order, order, 2);
    const matrix = gaussian(order + 1, order, order);
    const definite = combine(gramMatrix(matrix), identity(order), order);
    expect(difference(matmul(definite, solvePositiveDefinite(definite, right)), right)).toBeLessThan(1e-13);
    const general = combine(matrix, identity(order), 2 * Math.sqrt(order));
    expect(difference(matmul(general, solveLinearSystem(general, right)), right)).toBeLessThan(1e-12);
  }
});

test('inverses and factors are right for every order about the ends of wide blocks', () => {
  for (const end of [32, 128, 160, 256]) {
    for (let order = end - 2; order <= end + 5; order++) {
      const matrix = combine(gaussian(order, order, order), identity(order), 2 * Math.sqrt(order));
      expect(difference(matmul(matrix, inverse(matrix)), identity(order)), `${order}`).toBeLessThan(1e-12);
      const definite = combine(gramMatrix(matrix), identity(order), order);
      const right = gaussian(1, order, 3);
      expect(difference(matmul(definite, solvePositiveDefinite(definite, right)), right)).toBeLessThan(1e-13);
    }
  }
});

test('general systems are solved, also where the diagonal begins with zero', () => {
  fc.assert(
    fc.property(seed, size(40), size(5), (start, order, columns) => {
      const matrix = gaussian(start, order, order);
      matrix.data[0] = order > 1 ? 0 : 2;
      const right = gaussian(start + 1, order, columns);
      const found = solveLinearSystem(matrix, right);
      const bound = 1e-14 * Math.max(...found.data.map(Math.abs)) * order;
      expect(difference(matmul(matrix, found), right)).toBeLessThan(bound + 1e-12);
    }),
  );
  expect(
    inverse(
      ndarray([
        [0, 2],
        [4, 0],
      ]),
    ).toNested(),
  ).toEqual([
    [0, 0.25],
    [0.5, 0],
  ]);
});

test('large systems are solved in blocks, as well as small ones', () => {
  const [order, columns] = [301, 70];
  const solution = gaussian(2, order, columns);
  const general = gaussian(1, order, order);
  general.data[0] = 0;
  expect(difference(solveLinearSystem(general, matmul(general, solution)), solution)).toBeLessThan(1e-9);
  expect(difference(matmul(general, inverse(general)), identity(order))).toBeLessThan(1e-10);
  const definite = combine(gramMatrix(general), identity(order), 1);
  for (const width of [1, 5, columns]) {
    const part = new NdArray(solution.data.slice(0, order * width), [order, width]);
    const right = matmul(definite, part);
    const found = solvePositiveDefinite(definite, right);
    expect(difference(matmul(definite, found), right)).toBeLessThan(1e-12);
  }
  const factor = orthogonalPolarFactor(general);
  expect(difference(transposedMatmul(factor, factor), identity(order))).toBeLessThan(1e-12);
});

test('the polar factor is orthogonal and leaves a symmetric positive definite factor', () => {
  fc.assert(
    fc.property(seed, size(40), (start, order) => {
      const matrix = gaussian(start, order, order);
      const factor = orthogonalPolarFactor(matrix);
      expect(difference(transposedMatmul(factor, factor), identity(order))).toBeLessThan(1e-13);
      const rest = transposedMatmul(factor, matrix);
      expect(difference(rest, transpose(rest))).toBeLessThan(1e-10);
      const shifted = combine(rest, identity(order), 1e-8);
      expect(() => solvePositiveDefinite(shifted, identity(order))).not.toThrow();
    }),
  );
});

test('the polar factor is u·vᵀ of the singular value decomposition', () => {
  const matrix = gaussian(4, 12, 12);
  const { left, right } = singularValueDecomposition(matrix);
  expect(difference(orthogonalPolarFactor(matrix), matmul(left, transpose(right)))).toBeLessThan(1e-12);
});

test('the singular value decomposition rebuilds tall and wide matrices from orthonormal columns', () => {
  fc.assert(
    fc.property(seed, size(40), size(40), (start, rows, columns) => {
      const matrix = gaussian(start, rows, columns);
      const { left, values, right } = singularValueDecomposition(matrix);
      const scaled = left.data.map((value, index) => value * values[index % values.length]!);
      const rebuilt = matmul(new NdArray(scaled, left.shape), transpose(right));
      expect(difference(rebuilt, matrix)).toBeLessThan(1e-13);
      expect(difference(gramMatrix(left), identity(values.length))).toBeLessThan(1e-13);
      expect(difference(gramMatrix(right), identity(values.length))).toBeLessThan(1e-13);
      expect([...values]).toEqual([...values].sort((a, b) => b - a));
    }),
    { numRuns: 30 },
  );
});

test('singular values beyond the rank are rounding', () => {
  fc.assert(
    fc.property(seed, size(6), fc.integer({ min: 7, max: 30 }), (start, rank, order) => {
      const matrix = matmul(gaussian(start, order, rank), gaussian(start + 1, rank, order + 3));
      const { values } = singularValueDecomposition(matrix);
      expect(values.length).toBe(order);
      expect(values[rank]! / values[0]!).toBeLessThan(1e-13);
      const { rank: found } = leastSquares(matrix, identity(order), 1e-12);
      expect(found).toBeLessThanOrEqual(rank);
    }),
  );
});

interface GoldenSolvers {
  readonly A: number[][];
  readonly Y: number[][];
  readonly solvers: readonly {
    readonly solver: { readonly type: string; readonly rcond: number; readonly reg: number };
    readonly X: number[][];
  }[];
}

const golden = readGolden<GoldenSolvers>('unit_solvers');
const goldenOf = (type: string): GoldenSolvers['solvers'] =>
  golden.solvers.filter((entry) => entry.solver.type === type);

test('least squares with a cut-off equal the golden values', () => {
  const cases = goldenOf('Lstsq');
  expect(cases.map((entry) => entry.solver.rcond)).toEqual([0.01, 0.001]);
  for (const { solver, X } of cases) {
    const { solution, rank, singularValues } = leastSquares(ndarray(golden.A), ndarray(golden.Y), solver.rcond);
    expect(difference(solution, ndarray(X))).toBeLessThan(1e-11);
    const kept = singularValues.filter((value) => value > solver.rcond * singularValues[0]!);
    expect(rank).toBe(kept.length);
  }
});

test('regularized normal equations equal the golden values', () => {
  const a = ndarray(golden.A);
  const most = Math.max(...a.data);
  const cases = goldenOf('LstsqL2').filter((entry) => JSON.stringify(entry).includes('Cholesky'));
  expect(cases.length).toBeGreaterThan(1);
  for (const { solver, X } of cases) {
    const ridge = golden.A.length * (solver.reg * most) ** 2;
    const gram = combine(gramMatrix(a), identity(a.shape[1]!), ridge);
    const solution = solvePositiveDefinite(gram, transposedMatmul(a, ndarray(golden.Y)));
    expect(difference(solution, ndarray(X))).toBeLessThan(1e-11);
  }
});

test('of all minimizers, least squares choose the one of least norm', () => {
  const dependent = ndarray([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  const { solution, rank } = leastSquares(dependent, ndarray([[5], [5], [5]]), 1e-12);
  expect(rank).toBe(1);
  expect(difference(solution, ndarray([[1], [2]]))).toBeLessThan(1e-14);
  const none = leastSquares(ndarray([[0, 0]]), ndarray([[1]]), 0.01);
  expect([none.rank, none.solution.toNested()]).toEqual([0, [[0], [0]]]);
});

test('the exponential of a rotation turns, of a nilpotent matrix shears, of a diagonal one scales', () => {
  const angle = 20;
  const turned = matrixExponential(
    ndarray([
      [0, -angle],
      [angle, 0],
    ]),
  );
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  expect(
    difference(
      turned,
      ndarray([
        [cosine, -sine],
        [sine, cosine],
      ]),
    ),
  ).toBeLessThan(1e-13);
  const sheared = matrixExponential(
    ndarray([
      [0, 1e6],
      [0, 0],
    ]),
  );
  expect(
    difference(
      sheared,
      ndarray([
        [1, 1e6],
        [0, 1],
      ]),
    ),
  ).toBeLessThan(1e-15);
  const scaled = matrixExponential(
    ndarray([
      [-3, 0],
      [0, 0.25],
    ]),
  );
  expect(scaled.get(0, 0)).toBeCloseTo(Math.exp(-3), 14);
  expect(scaled.get(1, 1)).toBeCloseTo(Math.exp(0.25), 14);
});

test('the exponential of a badly scaled filter keeps its digits', () => {
  // Two equal poles at -1/τ, over one step dt: the closed form of an alpha filter.
  const [tau, dt] = [1e-4, 1e-3];
  const found = matrixExponential(
    ndarray(
      [
        [-2 / tau, -1 / tau ** 2],
        [1, 0],
      ].map((row) => row.map((x) => x * dt)),
    ),
  );
  const [r, decay] = [dt / tau, Math.exp(-dt / tau)];
  const expected = [
    [1 - r, -r / tau],
    [dt, 1 + r],
  ].map((row) => row.map((x) => x * decay));
  found.data.forEach((value, index) => {
    expect(value / expected.flat()[index]!).toBeCloseTo(1, 12);
  });
});

test('the exponential of a sum of commuting matrices is the product of exponentials', () => {
  fc.assert(
    fc.property(seed, size(6), (start, order) => {
      const matrix = gaussian(start, order, order);
      const twice = matrixExponential(combine(matrix, matrix, 1));
      const once = matrixExponential(matrix);
      expect(difference(matmul(once, once), twice)).toBeLessThan(1e-11);
    }),
  );
});

test('what has no solution is refused', () => {
  const codes: Record<string, readonly (() => unknown)[]> = {
    SHAPE_MISMATCH: [
      () => matmul(identity(2), identity(3)),
      () => transposedMatmul(identity(2), identity(3)),
      () => transpose(ndarray([1, 2])),
      () => solvePositiveDefinite(ndarray([[1, 2]]), ndarray([[1]])),
      () => solvePositiveDefinite(identity(2), identity(3)),
      () => solveLinearSystem(identity(2), identity(3)),
      () => leastSquares(identity(2), identity(3), 0),
      () => orthogonalPolarFactor(ndarray([[1, 2]])),
      () => matrixExponential(ndarray([[1, 2]])),
    ],
    NOT_POSITIVE_DEFINITE: [
      () =>
        solvePositiveDefinite(
          ndarray([
            [1, 2],
            [2, 1],
          ]),
          identity(2),
        ),
      () => solvePositiveDefinite(ndarray([[NaN]]), identity(1)),
    ],
    SINGULAR_MATRIX: [
      () =>
        solveLinearSystem(
          ndarray([
            [1, 2],
            [2, 4],
          ]),
          identity(2),
        ),
      () => inverse(ndarray([[Infinity]])),
      () =>
        orthogonalPolarFactor(
          ndarray([
            [0, 0],
            [0, 0],
          ]),
        ),
    ],
    OUT_OF_DOMAIN: [
      () => singularValueDecomposition(ndarray([[NaN]])),
      () => leastSquares(ndarray([[Infinity]]), identity(1), 0),
      () => leastSquares(identity(2), identity(2), -1),
      () => matrixExponential(ndarray([[NaN]])),
    ],
  };
  for (const [code, calls] of Object.entries(codes)) {
    for (const call of calls) expect(call).toThrow(expect.objectContaining({ code }));
  }
});

test('arguments that would do nothing are refused', () => {
  const matrix = identity(2);
  const calls: Readonly<Record<string, (...given: never[]) => unknown>> = {
    gramMatrix,
    inverse,
    leastSquares,
    matmul,
    matrixExponential,
    nonnegativeLeastSquares,
    orthogonalPolarFactor,
    singularValueDecomposition,
    solveLinearSystem,
    solvePositiveDefinite,
    symmetricEigenvalues,
    transpose,
    transposedMatmul,
    triangularize,
  };
  for (const [name, call] of Object.entries(calls)) {
    const given = [matrix, matrix, 0, 1] as never[];
    expect(() => call(...given)).toThrow(
      expect.objectContaining({ code: 'SURPLUS_ARGUMENT', message: expect.stringContaining(`${name} takes `) }),
    );
  }
});
