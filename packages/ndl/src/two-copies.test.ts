/** @file Two copies of ndl in one program: wherever one is given what the other has made, it says so, and what to do. */
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type * as ndl from './index.ts';
import { Connection, Ensemble, isNdlError, Network, Node, Probe, Simulator } from './index.ts';

type Ndl = typeof ndl;

let other: Ndl;
/** Of the other copy. */
let theirs: { readonly net: Network; readonly node: Node; readonly ensemble: Ensemble; readonly probe: Probe };
beforeAll(async () => {
  vi.resetModules();
  other = await import('./index.ts');
  theirs = partsIn(other);
});

let sim: Simulator | undefined;
afterEach(async () => sim?.dispose());

test('there are two', () => expect(other.Network).not.toBe(Network));

test('what the other copy has made is called as it calls it', () => {
  const inner = theirs.net.within(() => new other.Network({ label: 'inner' }));
  const deep = inner.within(() => new other.Node([0], { label: 'deep' }));
  expect(() => own().within(() => new Probe(deep))).toThrow(
    "its target, Node 'deep' (networks[0].nodes[0]), belongs to another",
  );
});

/** A network of one of the copies. */
function partsIn({ Connection: C, Ensemble: E, Network: N, Node: O, Probe: P }: Ndl) {
  return new N({ seed: 0 }).within((net) => {
    const [node, ensemble] = [new O([0]), new E({ nNeurons: 5, dimensions: 1 })];
    new C(node, ensemble);
    return { net, node, ensemble, probe: new P(ensemble) };
  });
}

const own = (): Network => new Network({ seed: 0 }, () => void new Node([0]));

test.each<[string, (their: typeof theirs) => unknown, string]>([
  ['a network to be simulated', ({ net }) => Simulator.create(net), 'INVALID_OPTION'],
  [
    'the source of a connection',
    ({ node }) => own().within(() => new Connection(node, new Ensemble({ nNeurons: 1, dimensions: 1 }))),
    'FOREIGN_OBJECT',
  ],
  [
    'a slice',
    ({ node }) => own().within(() => new Connection(node.at(0), new Ensemble({ nNeurons: 1, dimensions: 1 }))),
    'FOREIGN_OBJECT',
  ],
  ['the target of a probe', ({ ensemble }) => own().within(() => new Probe(ensemble.neurons)), 'FOREIGN_OBJECT'],
  ['an object that is configured', ({ ensemble }) => own().config.of(ensemble), 'FOREIGN_OBJECT'],
  ['an object made in a network of this one', () => own().within(() => new other.Node([0])), 'NETWORK_CONTEXT'],
  [
    'settings of a network of this one',
    () => own().within(() => other.configureSettings({ dtype: 'float64' })),
    'NETWORK_CONTEXT',
  ],
  ['data for a node', async ({ node }) => (await simulated()).predict([[node, [[1]]]]), 'FOREIGN_OBJECT'],
  ['a probe whose data are asked for', async ({ probe }) => (await simulated()).data.get(probe), 'FOREIGN_OBJECT'],
  [
    'an ensemble whose rates are asked for',
    async ({ ensemble }) => (await simulated()).rates(ensemble, [1]),
    'FOREIGN_OBJECT',
  ],
  ['a network that parameters go to', async ({ net }) => (await simulated()).freezeParameters(net), 'FOREIGN_OBJECT'],
])('%s', async (_, act, code) => {
  const error: unknown = await (async () => act(theirs))().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({
    code,
    message: expect.stringMatching(/of another copy of ndl|by another copy of ndl/) as string,
  });
  expect((error as Error).message).toContain('Two copies of ndl are loaded: install one');
});

async function simulated(): Promise<Simulator> {
  return (sim = await Simulator.create(partsIn({ Connection, Ensemble, Network, Node, Probe } as Ndl).net));
}

test('nothing is said of copies where there is one', async () => {
  const parts = partsIn({ Connection, Ensemble, Network, Node, Probe } as Ndl);
  const messages = await Promise.all(
    [
      () => Simulator.create(parts.node as never),
      () => own().within(() => new Probe(parts.ensemble)),
      () => new Node([0]),
      () => own().config.of(Simulator as never),
      async () => (await simulated()).data.get(parts.probe),
    ].map(async (act) => {
      try {
        await act();
        return 'it was taken';
      } catch (error) {
        return isNdlError(error) ? error.message : 'no error of ndl';
      }
    }),
  );
  for (const message of messages) expect(message).not.toMatch(/cop(y|ies)|taken|no error/);
});
