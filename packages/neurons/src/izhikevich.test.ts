/** @file Izhikevich's neurons: how they fire, and how close the tabulated rate that trains them comes to it. */
import { describe, expect, it } from 'vitest';
import { differentiateKernel, gradientName } from '@ndl/ir';
import { izhikevich } from '@ndl/model';
import { evaluateStep, izhikevichDefinition } from './index.ts';

const dt = 0.001;

type Izhikevich = ReturnType<typeof izhikevich>;

/**
 * Spikes a second in steps of `dt` seconds, over 4 s after one to settle, from a state of zero: equations 1 to 3 of Izhikevich (2003) by Euler's
 * method, the recovery with the new voltage.
 */
function longRun({ tauRecovery: a, coupling: b, resetVoltage: c, resetRecovery: d }: Izhikevich, dt: number) {
  return (current: number): number => {
    const [h, settling, counted] = [1000 * dt, Math.round(1 / dt), Math.round(4 / dt)];
    let [v, u, spikes] = [0, 0, 0];
    for (let step = 0; step < settling + counted; step++) {
      v += h * (0.04 * v ** 2 + 5 * v + 140 - u + Math.max(current, -30));
      const fires = v >= 30;
      v = fires ? c : v;
      u += h * a * (b * v - u) + (fires ? d : 0);
      if (fires && step >= settling) spikes += 1;
    }
    return spikes / 4;
  };
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

const TYPES: readonly (readonly [string, Izhikevich])[] = [
  ['regular spiking', izhikevich()],
  ['fast spiking', izhikevich({ tauRecovery: 0.1, resetRecovery: 2 })],
  ['chattering', izhikevich({ resetVoltage: -50, resetRecovery: 2 })],
  ['bursting', izhikevich({ resetVoltage: -55, resetRecovery: 4 })],
  ['low threshold', izhikevich({ coupling: 0.25, resetRecovery: 2 })],
];
const CURRENTS = [-60, -10, 0, 2, 3.5, 4, 4.5, 5, 6, 8, 11, 15, 21, 30, 44, 60, 90, 130, 190, 280, 410, 600, 1e4];

const tableOf = (type: Izhikevich, dt?: number): ArrayLike<number> =>
  evaluateStep(izhikevichDefinition.rateStep!(type, dt), { current: CURRENTS })['output']!;

it('has the mean rate of its own step in a long run', () => {
  for (const seconds of [0.0005, 0.001, 0.002]) {
    const step = izhikevichDefinition.step(izhikevich());
    const [currents, settling, steps] = [[-2, 5, 11, 40], Math.round(1 / seconds), Math.round(5 / seconds)];
    const spikes = currents.map(() => 0);
    let states: Readonly<Record<string, ArrayLike<number>>> = { voltage: [0], recovery: [0] };
    for (let index = 0; index < steps; index++) {
      const { output, ...changed } = evaluateStep(step, { current: currents, ...states }, { dt: seconds });
      states = changed;
      if (index >= settling) spikes.forEach((count, neuron) => (spikes[neuron] = count + output![neuron]! * seconds));
    }
    const expected = currents.map(longRun(izhikevich(), seconds));
    spikes.forEach((count, neuron) => expect(Math.abs(count / 4 - expected[neuron]!)).toBeLessThanOrEqual(0.25));
  }
});

describe.each([0.0001, 0.0005, 0.001, 0.002])('in steps of %f s', (seconds) => {
  it.each(TYPES)('a table of %s is within its bound', (_, type) => {
    const rates = tableOf(type, seconds);
    const own = CURRENTS.map(longRun(type, seconds));
    // Steps of 2 ms overshoot below a current of some 10, and fire because they have fired.
    const usual = seconds > 0.001 ? CURRENTS.map(longRun(type, 0.001)) : own;
    CURRENTS.forEach((current, index) => {
      for (const mean of [Math.min(own[index]!, usual[index]!), ...(current < 12 ? [] : [own[index]!])]) {
        const bursts = seconds < 0.001 ? mean / 5 : 0;
        const error = Math.abs(rates[index]! - mean);
        expect(error, `at current ${current}: ${rates[index]}, ${mean}`).toBeLessThanOrEqual(
          2 + 2 * mean * mean * seconds + bursts,
        );
      }
    });
  });

  it.each(TYPES)(
    'a table of %s never falls, is 0 for silent neurons, and ends where each step has a spike',
    (_, type) => {
      const rates = Array.from(tableOf(type, seconds));
      rates.forEach((rate, index) => expect(rate).toBeGreaterThanOrEqual(rates[index - 1] ?? 0));
      expect(rates[0]).toBe(0);
      expect(rates.at(-1)! * seconds).toBeCloseTo(1, 9);
    },
  );
});

it('has another table for steps of another length, and that of 1 ms unless told', () => {
  const type = izhikevich();
  expect(Array.from(tableOf(type))).toEqual(Array.from(tableOf(type, 0.001)));
  expect(tableOf(type, 0.0005)[20]).not.toBe(tableOf(type, 0.001)[20]);
  // Steps below 0.1 ms go where those go.
  const short = tableOf(type, 1e-5);
  for (const index of [8, 11, 15]) {
    const mean = longRun(type, 1e-5)(CURRENTS[index]!);
    expect(Math.abs(short[index]! - mean)).toBeLessThanOrEqual(2 + 2 * mean * mean * 0.0001);
  }
});

it.each(TYPES)('%s has a slope to train by wherever it fires', (_, type) => {
  const rateStep = izhikevichDefinition.rateStep!(type);
  const slope = { kernel: differentiateKernel(rateStep.kernel), parameters: rateStep.parameters };
  const { [gradientName('current')]: slopes } = evaluateStep(slope, {
    current: [5, 8, 15],
    [gradientName('output')]: [1],
  });
  slopes!.forEach((value) => expect(value).toBeGreaterThan(0.5));
});
