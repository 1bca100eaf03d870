/**
 * @file Conventions against what simulators recorded of one LIF neuron, and against exact integration. The numbers are from the traces beside
 * "Neuromorphic intermediate representation" (Pedersen et al., Nature Communications 15, 2024), which are under BSD-3.
 */
import { ndarray } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { chain, node, run } from './graphs.test-helper.ts';
import type { NirConventionName } from './index.ts';

const DT = 1e-4;
const TAU = Math.fround(0.0025);
const THRESHOLD = Math.fround(0.1);

/** Steps, counted from 1, in which 1 comes in, up to the last that matters here. */
const INPUTS = [61, 221, 271, 311, 321, 351, 371, 401, 411, 431, 441, 451, 461, 471, 481, 491, 501, 511];
const SHOWN = [61, 62, 451, 460, 461, 462, 501, 512];

/** Spikes, and the membrane in the steps that are shown, in units of one by which the simulator divides. */
const TRACES: Readonly<Record<Exclude<NirConventionName, 'rockpoolFile'>, readonly [number[], number, number[]]>> = {
  exact: [
    [461, 511],
    1,
    [
      0.03921056170668949, 0.037673093557335384, 0.09904669611271623, 0.0691025344974673, 0.006226159232172348,
      0.005982028031403573, 0.09617966149868615, 0.003930389484266062,
    ],
  ],
  nengo: [
    [461, 511],
    THRESHOLD,
    [0.3921056112240662, 0.3767309299596257, 0.9904669463681894, 0.6910253346765282, 0, 0, 0.9492262025974101, 0],
  ],
  norse: [[461, 511], 1, [0.04, 0.038399998, 0.09984423, 0.06914552, 0, 0, 0.09602771, 0]],
  rockpool: [
    [451, 501],
    1,
    [0.04, 0.038431577, 0.0010408238, 0.0007261581, 0.040697683, 0.039101902, 0.0050504506, 0.04168425],
  ],
  sinabs: [
    [451, 501],
    1,
    [
      0.03999999910593033, 0.03843157738447189, 0.001040823757648468, 0.0007261580904014409, 0.04069768264889717,
      0.03910190239548683, 0.005050450563430786, 0.04168425314128399,
    ],
  ],
  snntorch: [
    [461, 511],
    DT / TAU,
    [1, 0.9599999785423279, 2.496105432510376, 1.7286376953125, 0, 0, 2.4006924629211426, 0],
  ],
  spyx: [
    [462, 512],
    1,
    [
      0.03999999910593033, 0.03839999809861183, 0.09984421730041504, 0.06914550811052322, 0.1063796877861023,
      0.002124495804309845, 0.09646002948284149, -3.5434961318969727e-5,
    ],
  ],
};

const steps = Array.from({ length: 513 }, (_, step) => [INPUTS.includes(step + 1) ? 1 : 0]);

const neuron = (weight: number, r: number) =>
  chain([1], [1], {
    affine: node('Affine', { weight: [[weight]], bias: [0] }),
    lif: node('LIF', { tau: [TAU], r: [r], v_leak: [0], v_threshold: [THRESHOLD] }),
  });

describe('one LIF neuron', () => {
  it.each(Object.entries(TRACES))(
    'does under %s what the trace shows',
    async (convention, [spikes, unit, membrane]) => {
      const found = await run(neuron(1, 1), steps, {
        dt: DT,
        membraneOf: 'lif',
        convention: convention as NirConventionName,
      });
      const spiked = found.output.flatMap(([value], step) => (value === 0 ? [] : [step + 1]));
      expect(spiked).toEqual(spikes);
      const bound = convention === 'exact' ? 1e-6 : 1e-5;
      SHOWN.forEach((step, index) =>
        expect(Math.abs(found.membrane[step - 1]![0]! / unit - membrane[index]!)).toBeLessThan(bound),
      );
    },
  );

  it('does so, too, as Rockpool writes it, under the convention of its files', async () => {
    const [spikes, , membrane] = TRACES.rockpool;
    // r of the file: exp(-dt / tau) · tau / dt.
    const written = neuron(Math.fround(0.04), 24.019737243652344);
    const found = await run(written, steps, { dt: DT, membraneOf: 'lif', convention: 'rockpoolFile' });
    expect(found.output.flatMap(([value], step) => (value === 0 ? [] : [step + 1]))).toEqual(spikes);
    SHOWN.forEach((step, index) =>
      expect(Math.abs(found.membrane[step - 1]![0]! - membrane[index]!)).toBeLessThan(1e-5),
    );
  });

  it('takes arrays of one number for all neurons', async () => {
    const parameters = { tau: 0.01, r: [2], v_leak: 0, v_threshold: [1, 2, 3] };
    const three = chain([3], [3], { lif: node('LIF', parameters) });
    const found = await run(
      three,
      Array.from({ length: 30 }, () => [4, 4, 4]),
      { convention: 'exact' },
    );
    const period = (threshold: number): number => 10 * Math.log(8 / (8 - threshold));
    found.output[0]!.forEach((_, index) => {
      const count = found.output.reduce((sum, row) => sum + row[index]!, 0);
      expect(count).toBe(Math.floor(30 / period(ndarray([1, 2, 3]).data[index]!)));
    });
  });
});
