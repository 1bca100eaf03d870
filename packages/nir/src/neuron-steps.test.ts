/** @file The steps of all kinds of neurons, against the same sums in plain numbers and against small steps. */
import { describe, expect, it } from 'vitest';
import { chain, node, run } from './graphs.test-helper.ts';
import type { NirConvention } from './index.ts';

const DT = 1e-3;
const inputs = Array.from({ length: 40 }, (_, step) => [((step * 7) % 5) / 2 - 0.3]);
const membrane = { tau: [0.02], r: [1.5], v_leak: [0.1] };
const synapse = { tau_syn: [0.005], tau_mem: [0.02], r: [1.5], v_leak: [0.1], w_in: [3] };
const spikes = { v_threshold: [0.4], v_reset: [-0.1] };

const euler = { leak: 'forwardEuler', input: 'forwardEuler', spike: 'inStep', order: 'synapseFirst' } as const;

describe('steps', () => {
  it.each(['value', 'subtract', 'zero', 'none'] as const)('of LIF, reset: %s', async (reset) => {
    const found = await run(chain([1], [1], { lif: node('LIF', { ...membrane, ...spikes }) }), inputs, {
      convention: { ...euler, reset },
      membraneOf: 'lif',
    });
    let v = 0.1;
    let count = 0;
    inputs.forEach(([x], step) => {
      v += (DT / 0.02) * (0.1 - v + 1.5 * x!);
      const spike = v > 0.4 ? 1 : 0;
      count += spike;
      if (spike === 1) v = { value: -0.1, subtract: v - 0.4, zero: 0, none: v }[reset];
      expect(found.output[step]![0]).toBe(spike);
      expect(found.membrane[step]![0]).toBeCloseTo(v, 12);
    });
    expect(count).toBeGreaterThan(0);
  });

  it.each(['synapseFirst', 'membraneFirst'] as const)('of CubaLIF, order: %s', async (order) => {
    const found = await run(chain([1], [1], { lif: node('CubaLIF', { ...synapse, ...spikes }) }), inputs, {
      convention: { ...euler, order },
      membraneOf: 'lif',
    });
    let [v, i] = [0.1, 0];
    inputs.forEach(([x], step) => {
      const before = i;
      i += (DT / 0.005) * (3 * x! - i);
      v += (DT / 0.02) * (0.1 - v + 1.5 * (order === 'synapseFirst' ? i : before));
      const spike = v > 0.4 ? 1 : 0;
      if (spike === 1) v = -0.1;
      expect(found.output[step]![0]).toBe(spike);
      expect(found.membrane[step]![0]).toBeCloseTo(v, 12);
    });
  });

  it.each([
    ['apart', 0.02],
    ['the same', 0.005],
  ])('of CubaLI together are exact, time constants %s', async (_, tau) => {
    const parameters = { ...synapse, tau_mem: [tau] };
    const found = await run(chain([1], [1], { li: node('CubaLI', parameters) }), inputs, { convention: 'exact' });
    // Heun's method, in steps a thousand times as small.
    let [v, i] = [0.1, 0];
    const slopes = (at: number, current: number, x: number) =>
      [(0.1 - at + 1.5 * current) / tau, (3 * x - current) / 0.005] as const;
    const h = DT / 1000;
    inputs.forEach(([x], step) => {
      for (let small = 0; small < 1000; small++) {
        const [a, b] = slopes(v, i, x!);
        const [c, d] = slopes(v + h * a, i + h * b, x!);
        [v, i] = [v + (h * (a + c)) / 2, i + (h * (b + d)) / 2];
      }
      expect(found.output[step]![0]).toBeCloseTo(v, 7);
    });
  });

  it('of LI and I put out the membrane', async () => {
    const leaky = await run(chain([1], [1], { li: node('LI', membrane) }), inputs, { convention: euler });
    const plain = await run(chain([1], [1], { i: node('I', { r: [2] }) }), inputs, {
      convention: { charge: 'perSecond' },
    });
    let [v, sum] = [0.1, 0];
    inputs.forEach(([x], step) => {
      v += (DT / 0.02) * (0.1 - v + 1.5 * x!);
      sum += 2 * DT * x!;
      expect(leaky.output[step]![0]).toBeCloseTo(v, 12);
      expect(plain.output[step]![0]).toBeCloseTo(sum, 12);
    });
  });

  it('of IF spike several times where the current is strong, and keep what is left', async () => {
    const neuron = chain([1], [1], { if: node('IF', { r: [1], v_threshold: [2] }) });
    const strong = Array.from({ length: 12 }, () => [4.5]);
    const within = await run(neuron, strong, { convention: 'exact', membraneOf: 'if' });
    const total = within.output.reduce((sum, [count]) => sum + count!, 0);
    expect(total).toBe(27);
    expect(within.output[0]).toEqual([2]);
    expect(within.membrane[0]![0]).toBeCloseTo(0.5, 12);
    const area = await run(neuron, strong, { convention: { pulse: 'unitArea' } });
    expect(area.output[0]![0]).toBeCloseTo(2 / DT, 9);
  });

  it.each<[NirConvention['threshold'], number]>([
    ['above', 0],
    ['reached', 1],
  ])('of Threshold: %s', async (threshold, atThreshold) => {
    const found = await run(
      chain([1], [1], { step: node('Threshold', { threshold: [0.5] }) }),
      [[0.25], [0.5], [0.75]],
      {
        convention: { threshold },
      },
    );
    expect(found.output).toEqual([[0], [atThreshold], [1]]);
  });

  it('of single nodes differ where that is said', async () => {
    const two = chain([1], [1], {
      first: node('IF', { r: [1], v_threshold: [1] }),
      second: node('IF', { r: [1], v_threshold: [1] }),
    });
    const ones = [[2], [0], [0], [0]];
    const late = await run(two, ones, { convention: 'sinabs', conventions: { first: { spike: 'nextStep' } } });
    expect(late.output).toEqual([[0], [0], [0], [0]]);
    const reached = await run(two, ones, {
      convention: { like: 'sinabs', threshold: 'reached' },
      conventions: { first: { spike: 'nextStep' } },
    });
    expect(reached.output).toEqual([[0], [1], [1], [0]]);
  });
});
