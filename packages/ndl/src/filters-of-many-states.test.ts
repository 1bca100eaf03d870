/** @file Filters of more states than one kernel takes: in simulations they do what they do outside of them. */
import { describe, expect, it } from 'vitest';
import { Connection, filter, linearFilter, Network, Node, Probe, type Synapse } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const STEPS = 60;

/** Poles at r·e^(±iθ) within the unit circle, so the filter is stable; `order` is even. */
function denominatorOf(order: number, turn: number): number[] {
  let polynomial = [1];
  for (let pair = 0; pair < order / 2; pair++) {
    const factor = [1, -2 * 0.6 * Math.cos(turn * (pair + 1)), 0.36];
    const product = new Array<number>(polynomial.length + 2).fill(0);
    polynomial.forEach((a, i) => factor.forEach((b, j) => (product[i + j]! += a * b)));
    polynomial = product;
  }
  return polynomial;
}

const digital = (numerator: readonly number[], order: number, turn: number): Synapse =>
  linearFilter([...numerator], denominatorOf(order, turn), { analog: false });

const signal = Array.from({ length: STEPS }, (_, step) => Math.sin(step) + (step === 3 ? 2 : 0));

describe.each([4, 16, 18, 30])('filters of order %d', (order) => {
  it.each<[string, Synapse, Synapse]>([
    ['whose output follows the states', digital([0.5, 0.25], order, 0.1), digital([1, 0, -0.5], order, 0.07)],
    [
      'that pass their input on',
      digital(denominatorOf(order, 0.2), order, 0.1),
      digital(denominatorOf(order, 0.3), order, 0.07),
    ],
  ])('%s do the same in a simulation, one step later, alone and merged', async (_, first, second) => {
    const probes: Probe[] = [];
    const network = new Network({ seed: 0 }, () => {
      const source = new Node((time) => signal[Math.round(time / 0.001) - 1] ?? 0);
      for (const [synapse, size] of [
        [first, 1],
        [second, 2],
      ] as const) {
        const target = new Node({ sizeIn: size });
        new Connection(source, target, { synapse, transform: Array.from({ length: size }, () => [1]) });
        probes.push(new Probe(target));
      }
    });
    await using sim = await simulate(network);
    await sim.runSteps(STEPS);
    probes.forEach((probe, index) => {
      const recorded = sim.data.get(probe);
      const expected = filter([first, second][index]!, signal);
      for (let step = 1; step < STEPS; step++) {
        for (const value of recorded.row(step).data) expect(value).toBeCloseTo(expected.data[step - 1]!, 9);
      }
    });
  });
});
