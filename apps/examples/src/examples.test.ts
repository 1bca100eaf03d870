/** @file What the examples find, held to what one may know of it without them; each draws a picture. */
import { expect, test } from 'vitest';
import { actionSelection } from './action-selection.ts';
import { adaptation } from './adaptation.ts';
import { decodedSine } from './decoded-sine.ts';
import type { ExampleResult } from './example-result.ts';
import { integrator } from './integrator.ts';
import { lmuDelay } from './lmu-delay.ts';
import { learnOnline } from './pes.ts';
import { surrogatesInTime } from './surrogates-in-time.ts';
import { trainOneConnection } from './train-one-connection.ts';

/** The example's result, once it is held to have words and a picture that says what it shows. */
async function shown<Result extends ExampleResult>(example: () => Promise<Result>): Promise<Result> {
  const result = await example();
  expect(result.text).toMatch(/\n/);
  expect(result.picture).toMatch(/^<svg [^]*<title[^]+<path[^]*<\/svg>\s*$/);
  expect(result.picture).not.toContain('NaN');
  return result;
}

/** The rate of a LIF neuron with the usual time constants, in closed form, at a current above 1. */
const lifRate = (current: number): number => 1 / (0.002 + 0.02 * Math.log(1 + 1 / (current - 1)));

/** Means over currents from 1.6 on, 40 % apart from first to last. */
function meanRate(rate: (current: number) => number): number {
  const rates = Array.from({ length: 200 }, (_, neuron) => rate(1.6 * (1 + (0.4 * neuron) / 200)));
  return rates.reduce((sum, each) => sum + each, 0) / rates.length;
}

/** The rate r of an adaptive neuron that settles where its current is less by `incN` · r; found by halving. */
function adaptedRate(current: number, incN: number): number {
  let [low, high] = [0, (current - 1) / incN];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (lifRate(current - incN * middle) > middle) low = middle;
    else high = middle;
  }
  return low;
}

test('an adaptive neuron begins as LIF does, and settles where theory says', async () => {
  const { rates } = await shown(adaptation);
  const settled = (series: readonly number[]): number => series.slice(-200).reduce((sum, rate) => sum + rate, 0) / 200;
  const [plain, adapted] = [meanRate(lifRate), meanRate((current) => adaptedRate(current, 0.05))];
  // Steps of 1 ms, of which whole ones are refractory, cost a few per cent.
  expect(Math.abs(settled(rates.lif) / plain - 1)).toBeLessThan(0.05);
  // e^(-1 / 0.3) of the way is still to go, and the adaptation lags behind each spike.
  expect(Math.abs(settled(rates.adaptiveLif) / adapted - 1)).toBeLessThan(0.1);
  expect(Math.max(...rates.adaptiveLif)).toBeGreaterThan(2 * settled(rates.adaptiveLif));
});

test('what PES has learnt stays when the error is switched off', async () => {
  const { errors } = await shown(learnOnline);
  // A connection of nothing is off by the signal, of which both dimensions have a root mean square of about 0.7.
  expect(errors.first).toBeGreaterThan(0.5);
  expect(errors.learnt).toBeLessThan(0.1);
  expect(errors.after).toBeLessThan(0.1);
});

test('a Legendre memory delays a white signal, in spikes too, by less than a tenth of error', async () => {
  const { errors, text } = await shown(lmuDelay);
  expect(errors.exact).toBeLessThan(0.02);
  expect(errors.spiking).toBeLessThan(0.1);
  expect(text).toContain(errors.spiking.toFixed(4));
});

test('basal ganglia and thalamus choose the most useful action, and no other', async () => {
  const { share } = await shown(actionSelection);
  expect(share).toBeGreaterThan(0.98);
});

test('a surrogate gradient teaches spikes a task in time', async () => {
  const { accuracies } = await shown(surrogatesInTime);
  expect(accuracies.before).toBeLessThan(0.7);
  expect(accuracies.after).toBeGreaterThan(0.95);
});

test.each([
  ['decoded-sine', decodedSine],
  ['integrator', integrator],
  ['train-one-connection', trainOneConnection],
] as const)('%s has words and a picture', async (_, example) => {
  await shown(example);
});
