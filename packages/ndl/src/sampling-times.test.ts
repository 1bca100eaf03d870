/** @file `sampleEvery` and the times of processes: on the step that they are meant for, whatever seconds are rounded to. */
import { describe, expect, it } from 'vitest';
import { Network, Node, piecewise, presentInput, Probe, type Simulator } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** Runs a clock that is probed every so many seconds, and asks which steps were sampled. */
async function sampledBy(dt: number, sampleEvery: number, steps: number): Promise<number[]> {
  const net = new Network({ seed: 0 });
  const probe = net.within(() => new Probe(new Node((t) => t), { sampleEvery }));
  await using sim = await simulate(net, {}, { dt });
  await sim.runSteps(steps);
  const times = [...sim.data.get(probe).data];
  expect([...sim.trange({ sampleEvery })]).toEqual(times);
  return times.map((time) => Math.round(time / dt));
}

describe('a period that is a whole number of steps but for rounding', () => {
  it.each([
    [0.005, 0.035, 7],
    [0.01, 0.07, 7],
    [0.005, 0.03, 6],
    [0.001, 0.003, 3],
    [0.3, 0.1 + 0.2, 1],
    [0.1, 0.1 * 3, 3],
    [1 / 3, 1, 3],
  ])('dt %d, every %d s: each %dth step', async (dt, sampleEvery, every) => {
    expect(await sampledBy(dt, sampleEvery, 5 * every)).toEqual([1, 2, 3, 4, 5].map((count) => count * every));
  });

  it('is never over, where it is longer than any run', async () => {
    expect(await sampledBy(0.001, 1e308, 5)).toEqual([]);
  });

  it('stays so for a million steps', async () => {
    const net = new Network({ seed: 0 });
    net.within(() => new Node([0]));
    await using sim = await simulate(net, {}, { dt: 0.005 });
    await sim.runSteps(1_000_000);
    const steps = Array.from(sim.trange({ sampleEvery: 0.035 }), (time) => Math.round(time / 0.005));
    expect(steps.length).toBe(Math.floor(1_000_000 / 7));
    expect(steps.every((step, index) => step === 7 * (index + 1))).toBe(true);
  });
});

it('a period of two and a half steps samples at the first step that is not before it', async () => {
  expect(await sampledBy(0.001, 0.0025, 20)).toEqual([3, 5, 8, 10, 13, 15, 18, 20]);
  expect(await sampledBy(0.01, 0.025, 10)).toEqual([3, 5, 8, 10]);
});

it('a period below dt samples every step', async () => {
  expect(await sampledBy(0.001, 0.0003, 4)).toEqual([1, 2, 3, 4]);
});

describe('processes', () => {
  const outputOf = async (dt: number, make: () => Node, steps: number): Promise<number[]> => {
    const net = new Network({ seed: 0 });
    const probe = net.within(() => new Probe(make()));
    await using sim: Simulator = await simulate(net, {}, { dt });
    await sim.runSteps(steps);
    return [...sim.data.get(probe).data];
  };

  it('presentInput shows each input for the whole number of steps that it is meant for', async () => {
    for (const [dt, seconds, every] of [
      [0.005, 0.035, 7],
      [0.01, 0.07, 7],
      [0.1, 0.1 * 3, 3],
    ] as const) {
      const shown = await outputOf(dt, () => new Node(presentInput([[0], [1], [2]], seconds)), 6 * every);
      expect(shown).toEqual(Array.from(shown, (_, index) => Math.floor(index / every) % 3));
    }
  });

  it('piecewise changes at the step of its time, or at the first after it', async () => {
    const values = await outputOf(0.01, () => new Node(piecewise({ 0.07: 1, 0.145: 2, 0.29: 3 })), 30);
    const startOf = (value: number): number => values.indexOf(value) + 1;
    expect([startOf(1), startOf(2), startOf(3)]).toEqual([7, 15, 29]);
  });
});
