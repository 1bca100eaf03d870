/** @file Curves of neurons: rates that the simulator gives, drawn where they belong. */
import { direct, Ensemble, lif, Network, Simulator, type EnsembleOptions } from 'ndl';
import { expect, test } from 'vitest';
import * as plots from './index.ts';
import { responseCurves, tuningCurves } from './index.ts';
import { all, readXml } from './xml.test-helper.ts';

const refused = (code: string) => expect.objectContaining({ name: 'NdlError', code });

async function built(options: EnsembleOptions): Promise<readonly [Simulator, Ensemble]> {
  const net = new Network({ seed: 1 });
  const ensemble = net.within(() => new Ensemble(options));
  const sim = await Simulator.create(net);
  await sim.dispose();
  return [sim, ensemble];
}

/** Where lines of a picture go, each a list of [x, y]. */
function pathsIn(picture: string): readonly (readonly (readonly [number, number])[])[] {
  const paths = all(readXml(picture), 'path').filter(({ attributes }) => attributes['class'] === 'line');
  return paths.map(({ attributes }) =>
    [...attributes['d']!.matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const),
  );
}

const two = {
  nNeurons: 2,
  dimensions: 1,
  radius: 2,
  encoders: [[1], [-1]],
  maxRates: [100, 200],
  intercepts: [0.5, 0],
} as const;

test('tuning curves reach the maximal rate where each neuron prefers it, and end at its intercept', async () => {
  const [sim, ensemble] = await built(two);
  const [up, down] = pathsIn(tuningCurves(sim, ensemble));
  const silent = up![0]![1];
  const height = (path: readonly (readonly [number, number])[], at: number) => silent - path[at]![1];
  // Points are 101, from -2 to 2: the intercept of the first is 0.5 radii, the 75th.
  expect(height(up!, 75)).toBe(0);
  expect(height(up!, 78)).toBeGreaterThan(0);
  expect(height(down!, 0) / height(up!, 100)).toBeCloseTo(2, 2);
  expect(height(down!, 50)).toBe(0);
});

test('response curves all rise along the directions of their neurons', async () => {
  const [sim, ensemble] = await built(two);
  for (const path of pathsIn(responseCurves(sim, ensemble))) expect(path.at(-1)![1]).toBeLessThan(path[0]![1]);
});

test('rates are those of the formula', async () => {
  const [sim, ensemble] = await built({ nNeurons: 1, dimensions: 1, neuronType: lif({ tauRc: 0.02, tauRef: 0.002 }) });
  // 1 / (tauRef + tauRc · ln(1 + 1 / (current - 1))), and nothing up to a current of 1.
  const rates = sim.rates(ensemble, [[0, 1], [2, 1 + 1 / (Math.E - 1)]]); // prettier-ignore
  expect(rates.shape).toEqual([2, 2]);
  expect(Array.from(rates.data.subarray(0, 2))).toEqual([0, 0]);
  expect(rates.data[2]).toBeCloseTo(1 / (0.002 + 0.02 * Math.LN2), 6);
  expect(rates.data[3]).toBeCloseTo(1 / 0.022, 6);
  expect(() => sim.rates(ensemble, [NaN])).toThrow(refused('INVALID_OPTION'));
  expect(() => sim.rates({} as never, [1])).toThrow(refused('INVALID_OPTION'));
});

test('curves of many neurons are some of them, along a direction of one’s own', async () => {
  const [sim, ensemble] = await built({ nNeurons: 60, dimensions: 2 });
  const picture = tuningCurves(sim, ensemble, { neurons: 7, direction: [0, 3] });
  expect(pathsIn(picture)).toHaveLength(7);
  expect(readXml(picture).children[1]!.text).toContain('7 of 60 neurons');
  expect(() => tuningCurves(sim, ensemble, { direction: [1] })).toThrow(refused('SHAPE_MISMATCH'));
  expect(() => tuningCurves(sim, ensemble, { direction: [0, 0] })).toThrow(refused('INVALID_OPTION'));
});

test('what has no neurons, and what is no simulator or ensemble, is refused', async () => {
  const [sim, ensemble] = await built({ nNeurons: 1, dimensions: 1, neuronType: direct() });
  for (const curves of [tuningCurves, responseCurves]) {
    expect(() => curves(sim, ensemble)).toThrow(refused('NO_NEURONS'));
    expect(() => curves({} as never, ensemble)).toThrow(refused('INVALID_OPTION'));
    expect(() => curves(sim, null as never)).toThrow(refused('INVALID_OPTION'));
  }
  expect(() => sim.rates(ensemble, [1])).toThrow(refused('NO_NEURONS'));
});

test('no function takes arguments that it ignores', () => {
  for (const call of Object.values(plots))
    expect(() => (call as (...given: unknown[]) => unknown)(...new Array<number>(9).fill(1))).toThrow(
      refused('SURPLUS_ARGUMENT'),
    );
});
