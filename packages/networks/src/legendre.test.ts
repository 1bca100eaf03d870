/** @file Legendre memories have the matrices of the paper, discretized exactly. */
import { Network } from '@ndl/model';
import { matmul, ndarray, type Matrix } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discreteLegendreSystem, LegendreMemory, legendreReadout, legendreSystem, LegendreUnit } from './index.ts';

const difference = (a: Matrix, b: Matrix): number => {
  expect(a.shape).toEqual(b.shape);
  return a.data.reduce((most, value, index) => Math.max(most, Math.abs(value - b.data[index]!)), 0);
};
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

describe('the system', () => {
  it('has the A and B of the paper', () => {
    const { a, b } = legendreSystem(4);
    expect(a.toNested()).toEqual([
      [-1, -1, -1, -1],
      [3, -3, -3, -3],
      [-5, 5, -5, -5],
      [7, -7, 7, -7],
    ]);
    expect(b.toNested()).toEqual([[1], [-3], [5], [-7]]);
    // Equations 2: a = (2i + 1)·(-1 where i < j, else (-1)^(i - j + 1)), b = (2i + 1)·(-1)^i.
    const large = legendreSystem(30);
    for (let i = 0; i < 30; i++) {
      expect(large.b.data[i]).toBe((2 * i + 1) * (-1) ** i);
      for (let j = 0; j < 30; j++) expect(large.a.get(i, j)).toBe((2 * i + 1) * (i < j ? -1 : (-1) ** (i - j + 1)));
    }
  });

  it('goes as far in two steps as in one of twice the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0.05, max: 2, noNaN: true }), (order, theta) => {
        const once = discreteLegendreSystem(order, theta, 0.001);
        const twice = discreteLegendreSystem(order, theta, 0.002);
        expect(difference(matmul(once.a, once.a), twice.a)).toBeLessThan(1e-12);
        const held = matmul(once.a, once.b);
        held.data.forEach((value, index) => (held.data[index] = value + once.b.data[index]!));
        expect(difference(held, twice.b)).toBeLessThan(1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it('of order one is a lowpass filter', () => {
    const { a, b } = discreteLegendreSystem(1, 0.5, 0.01);
    expect(a.data[0]).toBeCloseTo(Math.exp(-0.02), 14);
    expect(b.data[0]).toBeCloseTo(1 - Math.exp(-0.02), 14);
  });

  it('is read by the polynomials of the paper', () => {
    for (const share of [0, 0.2, 0.5, 0.9, 1]) {
      // Equation 6: (-1)^i · Σ C(i, j)·C(i + j, j)·(-share)^j.
      const terms = Array.from({ length: 8 }, (_, i) =>
        Array.from({ length: i + 1 }, (__, j) => (-1) ** i * choose(i, j) * choose(i + j, j) * (-share) ** j),
      );
      const expected = terms.map((list) => list.reduce((sum, term) => sum + term, 0));
      // The terms of the last alternate, and each is rounded by the host's powers.
      const largest = terms[7]!.reduce((sum, term) => sum + Math.abs(term), 0);
      expect(difference(legendreReadout(8, share), ndarray([expected]))).toBeLessThanOrEqual(largest * 2 ** -50);
    }
  });
});

describe('a unit', () => {
  it('has as many weights as that of the paper', () => {
    const net = new Network({ seed: 0 });
    const unit = net.within(() => new LegendreUnit({ units: 212, order: 256, theta: 0.784 }));
    const sizes = unit.connections.map(({ sizeOut, sizeMid }) => sizeOut * sizeMid);
    const fixed = unit.connections.map(
      (connection) => (net.config.of(connection) as { readonly trainable?: unknown }).trainable === false,
    );
    expect(fixed).toEqual([false, false, false, true, true, false, false, false]);
    // 212 · 10 more lead to the classes: 102 017 together.
    expect(sizes.reduce((sum, size, index) => sum + (fixed[index]! ? 0 : size), 0)).toBe(102_017 - 212 * 10);
  });

  it('keeps what is trainable in its network as it was', () => {
    const net = new Network({ seed: 0 });
    net.config.addAttribute('trainable', false);
    net.within(() => new LegendreUnit({ units: 2, order: 2, theta: 1 }));
    expect(net.config.hasAttribute('trainable')).toBe(true);
    expect((net.config.of(Network) as { readonly trainable?: unknown }).trainable).toBe(false);
  });
});

it('a memory of neurons has an ensemble for each coefficient', () => {
  const memory = new Network({ seed: 0 }).within(
    () => new LegendreMemory({ order: 3, theta: 0.5, nNeurons: 10, ensembles: { radius: 2 } }),
  );
  expect(memory.array!.members.map(({ nNeurons, radius }) => [nNeurons, radius])).toEqual([
    [10, 2],
    [10, 2],
    [10, 2],
  ]);
  expect(memory.output.sizeOut).toBe(3);
});
