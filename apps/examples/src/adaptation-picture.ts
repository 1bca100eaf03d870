/** @file Draws `docs/images/adaptation.svg`, the picture of the example: `node apps/examples/dist/adaptation-picture.js`. */
import { adaptedRates } from './adaptation.ts';
import { drawLines } from './lines-picture.ts';

const { times, rates } = await adaptedRates();
const names = Object.keys(rates) as (keyof typeof rates)[];
drawLines(
  'adaptation',
  times,
  times.map((_, step) => names.map((name) => rates[name][step]!)),
  { title: 'Mean rates of three kinds of neuron after a step of current', label: 'mean rate, Hz', names },
);
