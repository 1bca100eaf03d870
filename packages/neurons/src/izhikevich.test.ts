/** @file Izhikevich's neurons: how they fire, and how close the tabulated rate that trains them comes to it. */
import { describe, expect, it } from 'vitest';
import { differentiateKernel, gradientName } from '@ndl/ir';
import { izhikevich } from '@ndl/model';
import { evaluateStep, izhikevichDefinition } from './index.ts';

const dt = 0.001;

/** Mean outputs of long runs by the neuron's own step, after a second to settle. */
function meanOutputs(type: ReturnType<typeof izhikevich>, current: readonly number[], seconds: number): number[] {
  const step = izhikevichDefinition.step(type);
  const sums = current.map(() => 0);
  let states: Readonly<Record<string, ArrayLike<number>>> = { voltage: [0], recovery: [0] };
  for (let index = -1000; index < seconds * 1000; index++) {
    const { output, ...changed } = evaluateStep(step, { current, ...states }, { dt });
    states = changed;
    if (index >= 0) sums.forEach((sum, neuron) => (sums[neuron] = sum + output![neuron]! * dt));
  }
  return sums.map((sum) => sum / seconds);
}

it('rests below threshold, and resets voltage and recovery where it spikes', () => {
  const step = izhikevichDefinition.step(izhikevich());
  const { output, voltage, recovery } = evaluateStep(
    step,
    { current: [-60, 10], voltage: [-65, 20], recovery: [-13, 2] },
    { dt },
  );
  expect([...output!]).toEqual([0, 1000]);
  // 0.04 v² + 5 v + 140 - u + J is 169 - 325 + 140 + 13 - 30, as currents below -30 count as that.
  expect(voltage![0]).toBeCloseTo(-65 - 33, 12);
  expect(recovery![0]).toBeCloseTo(-13 + 0.02 * (0.2 * (-65 - 33) + 13), 12);
  expect(voltage![1]).toBe(-65);
  expect(recovery![1]).toBeCloseTo(2 + 0.02 * (0.2 * -65 - 2) + 8, 12);
});

describe.each([
  ['regular spiking', izhikevich()],
  ['fast spiking', izhikevich({ tauRecovery: 0.1, resetRecovery: 2 })],
  ['chattering', izhikevich({ resetVoltage: -50, resetRecovery: 2 })],
  ['bursting', izhikevich({ resetVoltage: -55, resetRecovery: 4 })],
  ['low threshold', izhikevich({ coupling: 0.25, resetRecovery: 2 })],
])('%s', (_, type) => {
  const currents = [-60, -10, 0, 2, 3.5, 4, 4.5, 5, 6, 8, 11, 15, 21, 30, 44, 60, 90, 130, 190, 280, 410, 600, 1e4];
  const rateStep = izhikevichDefinition.rateStep!(type);
  const rates = evaluateStep(rateStep, { current: currents })['output']!;

  it('has a tabulated rate within 2 Hz and two plateaus of that of long runs', () => {
    meanOutputs(type, currents, 4).forEach((mean, index) => {
      const error = Math.abs(rates[index]! - mean);
      expect(error, `at current ${currents[index]}: ${rates[index]}, ${mean}`).toBeLessThanOrEqual(
        2 + 2 * mean * mean * dt,
      );
    });
  });

  it('never falls, is 0 for silent neurons, and ends where each step has a spike', () => {
    rates.forEach((rate, index) => expect(rate).toBeGreaterThanOrEqual(rates[index - 1] ?? 0));
    expect([rates[0], rates.at(-1)]).toEqual([0, 1000]);
  });

  it('has a slope to train by wherever it fires', () => {
    const slope = { kernel: differentiateKernel(rateStep.kernel), parameters: rateStep.parameters };
    const { [gradientName('current')]: slopes } = evaluateStep(slope, {
      current: [5, 8, 15],
      [gradientName('output')]: [1],
    });
    slopes!.forEach((value) => expect(value).toBeGreaterThan(0.5));
  });
});
