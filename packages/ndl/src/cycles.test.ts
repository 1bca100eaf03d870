/** @file Objects that wait for each other within one step: refused by their names at the build, unless there is an order. */
import { describe, expect, test } from 'vitest';
import { Connection, direct, Ensemble, Network, Node, Probe } from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const now = { synapse: null } as const;
const passthrough = (label: string, sizeIn = 1): Node => new Node({ sizeIn, label });
const computing = (label: string): Node => new Node((_time, x) => [x[0]! + 1], { sizeIn: 1, label });
const population = (label: string): Ensemble => new Ensemble({ nNeurons: 5, dimensions: 1, label });
const exact = (label: string): Ensemble => new Ensemble({ nNeurons: 1, dimensions: 1, neuronType: direct(), label });

describe('a cycle without delay is refused by the names of what is on it', () => {
  test.each<[string, RegExp, () => void]>([
    [
      'a node on itself',
      /connections\[0\] \(from a to a\)/,
      () => {
        const a = passthrough('a');
        new Connection(a, a, now);
      },
    ],
    [
      'a node on itself, through a matrix',
      /connections\[0\] \(from a to a\)/,
      () => {
        const a = passthrough('a', 2);
        new Connection(a, a, {
          ...now,
          transform: [
            [0, 1],
            [1, 0],
          ],
        });
      },
    ],
    [
      'overlapping slices of a node',
      /connections\[0\] \(from a to a\)/,
      () => {
        const a = passthrough('a', 3);
        new Connection(a.slice(0, 2), a.slice(1, 3), now);
      },
    ],
    [
      'overlapping lists of a node',
      /connections\[0\] \(from a to a\)/,
      () => {
        const a = passthrough('a', 3);
        new Connection(a.at([0, 1]), a.at([2, 0]), now);
      },
    ],
    [
      'elements of a node in a ring',
      /from a to a.*→.*from a to a/,
      () => {
        const a = passthrough('a', 2);
        new Connection(a.at(0), a.at(1), now);
        new Connection(a.at(1), a.at(0), now);
      },
    ],
    [
      'a node with a function on itself',
      /from f to f\) → f →|f → connections/,
      () => {
        const f = computing('f');
        new Connection(f, f, now);
      },
    ],
    [
      'nodes with functions in a ring',
      /from f to g/,
      () => {
        const [f, g] = [computing('f'), computing('g')];
        new Connection(f, g, now);
        new Connection(g, f, now);
      },
    ],
    [
      'a direct ensemble on itself',
      /from d to d/,
      () => {
        const d = exact('d');
        new Connection(d, d, { ...now, function: ([x]) => [2 * x!] });
      },
    ],
    [
      'direct ensembles in a ring',
      /from e to d/,
      () => {
        const [d, e] = [exact('d'), exact('e')];
        new Connection(d, e, now);
        new Connection(e, d, now);
      },
    ],
    [
      'an ensemble on itself',
      /from population to population/,
      () => {
        const a = population('population');
        new Connection(a, a, now);
      },
    ],
    [
      'neurons on themselves',
      /from the neurons of population to the neurons of population/,
      () => {
        const a = population('population');
        new Connection(a.neurons, a.neurons, now);
      },
    ],
    [
      'a ring through an ensemble, a node and a subnetwork',
      /from inner to population/,
      () => {
        const a = population('population');
        const inner = new Network({ label: 'sub' }, () => {}).within(() => computing('inner'));
        new Connection(a, inner, now);
        new Connection(inner, a, now);
      },
    ],
  ])('%s', async (_, names, write) => {
    const created = simulate(new Network({ seed: 0 }, write));
    await expect(created).rejects.toThrow(failing('GRAPH_CYCLE', names));
    await expect(created).rejects.toThrow(failing('GRAPH_CYCLE', /synapse/));
    await expect(created).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/weights|encode|dotInc|copy/) as unknown }) as Error,
    );
  });
});

describe('where there is an order, it runs', () => {
  test.each<[string, readonly number[], () => Node]>([
    [
      'elements of one node, one after the other',
      [3, 3, 3],
      () => {
        const a = passthrough('a', 3);
        new Connection(a.at(1), a.at(2), now);
        new Connection(a.at(0), a.at(1), now);
        new Connection(new Node([3]), a.at(0), now);
        return a;
      },
    ],
    [
      'a list of elements that repeats',
      [3, 6, 0],
      () => {
        const a = passthrough('a', 3);
        new Connection(new Node([3]), a.at(0), now);
        new Connection(a.at([0, 0]), a.at([1, 1]), now);
        return a;
      },
    ],
    [
      'a ring with a delay',
      [3],
      () => {
        const [a, b] = [passthrough('a'), passthrough('b')];
        new Connection(new Node([3]), a, now);
        new Connection(a, b, now);
        new Connection(b, a, { synapse: 0 });
        return a;
      },
    ],
  ])('%s', async (_, expected, write) => {
    const net = new Network({ seed: 0 }, () => void new Probe(write()));
    await using simulator = await simulate(net);
    await simulator.runSteps(1);
    expect([...simulator.data.get(net.probes[0]!).data]).toEqual(expected);
  });
});
