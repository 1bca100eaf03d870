/** @file Sources that are taken over by hand, and let go. */
import { Network, Node, Probe, Simulator } from 'ndl';
import { expect, test } from 'vitest';
import { takeOver, type Overrides } from './inputs.ts';

test('a source follows what overrides it in its size, and else itself', async () => {
  const { network, nodes, probes } = new Network({ seed: 0 }).within((network) => {
    const nodes = [new Node((t) => [t, 2 * t]), new Node([7])] as const;
    return { network, nodes, probes: nodes.map((node) => new Probe(node)) };
  });
  const overrides: Overrides = new Map();
  takeOver(nodes[0], 'wave', overrides);
  takeOver(nodes[1], 'constant', overrides);
  await using simulator = await Simulator.create(network);
  const now = async (): Promise<number[][]> => {
    await simulator.step();
    return probes.map((probe) => [...simulator.data.get(probe).row(simulator.nSteps - 1).data]);
  };
  const round = (values: number[][]): number[][] => values.map((each) => each.map((value) => Number(value.toFixed(4))));
  expect(round(await now())).toEqual([[0.001, 0.002], [7]]);
  overrides.set('wave', [0.5, -0.5]).set('constant', [1]);
  expect(await now()).toEqual([[0.5, -0.5], [1]]);
  // Of another model, in which the object had another size.
  overrides.set('wave', [1]).delete('constant');
  expect(round(await now())).toEqual([[0.003, 0.006], [7]]);
});
