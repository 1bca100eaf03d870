/** @file Networks of Nengo's files, used as any other: changed, copied, built twice and at once. */
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../golden/networks/read-golden.ts';
import { importNengo, type Network } from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

type Loose = Record<string, unknown>;

/** The file with something changed, or added. */
const imported = (name: string, change: (file: Loose) => void = () => {}): Network => {
  const file = readGolden<Loose>(name);
  change(file);
  return importNengo(file);
};

/** Weights of connections that compute a function. */
async function decodersOf(net: Network): Promise<readonly number[]> {
  await using sim = await simulate(net);
  return net.allConnections
    .filter((connection) => connection.function !== null)
    .flatMap((connection) => Array.from(sim.data.get(connection).weights!.data));
}

describe('functions that are known by their values', () => {
  it('give the same decoders after changes that ask for their size again, in copies, and in builds at once', async () => {
    const wanted = await decodersOf(imported('product'));
    expect(wanted.length).toBeGreaterThan(50);
    const net = imported('product');
    for (const connection of net.allConnections) {
      if (connection.function !== null) connection.replaceParameters({ solver: connection.solver });
    }
    expect(await decodersOf(net)).toEqual(wanted);
    expect(await decodersOf(net.copy())).toEqual(wanted);
    expect(await Promise.all([decodersOf(net), decodersOf(net)])).toEqual([wanted, wanted]);
  });

  it('say that they know nothing of other points', () => {
    const net = imported('product');
    const connection = net.allConnections.find((each) => each.function !== null)!;
    expect(() => (connection.evalPoints = [[0.1], [0.2], [0.3]])).toThrow(
      failing('FUNCTION_FAILED', 'at no others') as Error,
    );
  });
});

describe('nodes', () => {
  it('that only take something in, as those that print it, run', async () => {
    const net = imported('lif_sine', (file) => {
      const sink = { id: 'sink', label: 'sink', kind: 'function', size_in: 1, size_out: 0, value: null, process: null };
      (file['nodes'] as unknown[]).push(sink);
      ((file['networks'] as Loose[])[0]!['nodes'] as unknown[]).push('sink');
    });
    await using sim = await simulate(net);
    await sim.runSteps(3);
    expect(net.allNodes.find(({ label }) => label === 'sink')!.sizeOut).toBe(0);
  });
});
