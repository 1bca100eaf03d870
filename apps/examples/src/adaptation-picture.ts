/** @file Draws `docs/images/adaptation.svg`, the picture of the example: `node apps/examples/dist/adaptation-picture.js`. */
import { adaptedRates } from './adaptation.ts';
import { drawLines, pointsOf } from './lines-picture.ts';

const { times, rates } = await adaptedRates();
drawLines('adaptation', {
  points: Object.entries(rates).flatMap(([of, values]) => pointsOf(times, values, of)),
  label: 'mean rate, Hz',
  names: Object.keys(rates),
});
