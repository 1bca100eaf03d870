import { expect, test } from 'vitest';
import {
  Connection,
  currentNetwork,
  describeObject,
  Ensemble,
  Network,
  Node,
  pathOf,
  Probe,
  requireNetwork,
  snapshotNetwork,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const ensemble = (label?: string): Ensemble => new Ensemble({ nNeurons: 5, dimensions: 1, label });

test('objects belong to the innermost open network', () => {
  const outer = new Network();
  outer.within(() => {
    const first = ensemble();
    const inner = new Network({}, (net) => {
      expect(currentNetwork()).toBe(net);
      ensemble();
    });
    const last = ensemble();
    expect(outer.ensembles.map((each) => [first, last].indexOf(each))).toEqual([0, 1]);
    expect(inner.ensembles).toHaveLength(1);
    expect(outer.networks).toHaveLength(1);
    expect(outer.networks[0]).toBe(inner);
    expect(inner.parent).toBe(outer);
    expect(inner.toplevel).toBe(outer);
  });
  expect(currentNetwork()).toBeUndefined();
});

test('a network may be opened again', () => {
  const net = new Network();
  net.within(() => ensemble());
  net.within(() => ensemble());
  expect(net.ensembles).toHaveLength(2);
});

test('within returns what its build function returns, and passes the network', () => {
  const net = new Network();
  expect(net.within((open) => [open === net, 7])).toEqual([true, 7]);
});

test('making an object outside a network is an error that shows the way', () => {
  const net = new Network();
  const a = net.within(() => ensemble());
  expect(() => ensemble()).toThrow(
    failing('NETWORK_CONTEXT', 'An Ensemble belongs in a network, and none is open here: put it inside network.within'),
  );
  expect(() => new Node(0)).toThrow(failing('NETWORK_CONTEXT', 'Node'));
  expect(() => new Connection(a, a)).toThrow(failing('NETWORK_CONTEXT', 'Connection'));
  expect(() => new Probe(a)).toThrow(failing('NETWORK_CONTEXT', 'Probe'));
  expect(() => requireNetwork('A thing')).toThrow(failing('NETWORK_CONTEXT', 'A thing'));
});

test('the context closes even if the build function throws', () => {
  const net = new Network();
  const failure = new Error('mine');
  expect(() =>
    net.within(() => {
      new Network({}, () => {
        throw failure;
      });
    }),
  ).toThrow(failure);
  expect(currentNetwork()).toBeUndefined();
});

test('a network whose build function throws is in no list', () => {
  const net = new Network();
  net.within(() => {
    expect(() => new Network({}, () => ensemble().at(7))).toThrow(failing('INVALID_SELECTION'));
    expect(() => new Network({ seed: -1 })).toThrow(failing('INVALID_OPTION', 'Network (networks[0]): seed'));
  });
  expect(net.networks).toEqual([]);
});

test('an async build function is refused before it runs', () => {
  const net = new Network({ label: 'main' });
  const build = async (): Promise<Ensemble> => ensemble();
  expect(() => net.within(build)).toThrow(failing('ASYNC_BUILD', "Network 'main'"));
  expect(() => new Network({}, build as never)).toThrow(failing('ASYNC_BUILD'));
  expect(net.ensembles).toEqual([]);
});

test('a build function that returns a promise is refused, and the context is closed', async () => {
  const net = new Network();
  expect(() => net.within(() => Promise.reject(new Error('abandoned')))).toThrow(failing('ASYNC_BUILD'));
  expect(currentNetwork()).toBeUndefined();
  await Promise.resolve();
});

test('contexts are at most 100 deep', () => {
  const net = new Network();
  const descend = (depth: number): number => net.within(() => (depth === 1 ? depth : descend(depth - 1)));
  expect(descend(100)).toBe(1);
  expect(() => descend(101)).toThrow(failing('NETWORK_CONTEXT_DEPTH', '100'));
  expect(currentNetwork()).toBeUndefined();
});

test('addToContainer decides whether a network becomes part of the open one', () => {
  const net = new Network();
  const apart = net.within(() => new Network({ addToContainer: false }));
  expect(apart.parent).toBeNull();
  expect(net.networks).toEqual([]);
  expect(() => new Network({ addToContainer: true })).toThrow(failing('NETWORK_CONTEXT'));
});

test('the lists of everything hold own objects first, then each subnetwork depth first', () => {
  const net = new Network({}, () => {
    new Network({}, () => {
      ensemble('b');
      new Network({}, () => void ensemble('c'));
    });
    new Network({}, () => void ensemble('d'));
    ensemble('a');
  });
  expect(net.allEnsembles.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd']);
  expect(net.allNetworks.map(pathOf)).toEqual(['networks[0]', 'networks[1]', 'networks[0].networks[0]']);
  expect([net.allNodes, net.allConnections, net.allProbes]).toEqual([[], [], []]);
  expect(net.nNeurons).toBe(20);
});

test('objects are named by label, class and path', () => {
  const net = new Network({ label: 'top' });
  const [inner, a] = net.within(() => [new Network({}, () => void ensemble()), ensemble('a')] as const);
  expect(describeObject(net)).toBe("Network 'top' (top level)");
  expect(describeObject(a)).toBe("Ensemble 'a' (ensembles[0])");
  expect(describeObject(a.neurons)).toBe("Neurons 'a' (ensembles[0].neurons)");
  expect(describeObject(inner.ensembles[0]!)).toBe('Ensemble (networks[0].ensembles[0])');
  expect(describeObject(a.at(0))).toBe("a slice of Ensemble 'a' (ensembles[0])");
});

test('unknown and bad options are refused', () => {
  expect(() => new Network({ sed: 1 } as never)).toThrow(failing('UNKNOWN_OPTION', 'Did you mean seed?'));
  expect(() => new Network({ seed: 1.5 })).toThrow(failing('INVALID_OPTION', 'seed'));
  expect(() => new Network({ label: 3 as never })).toThrow(failing('INVALID_OPTION', 'label'));
  expect(() => new Network().within(undefined as never)).toThrow(failing('INVALID_OPTION', 'within'));
  expect(() => new Network((() => undefined) as never)).toThrow(
    failing('INVALID_OPTION', 'the options must be an object'),
  );
  expect(() => new Network(null as never)).toThrow(failing('INVALID_OPTION', 'options'));
});

test('networks may be nested however deep', () => {
  const depth = 12_000;
  const top = new Network({ label: 'top' });
  let inner = top;
  for (let level = 0; level < depth; level++) inner = inner.within(() => new Network());
  const node = inner.within(() => new Node({ sizeIn: 1, label: 'deep' }));
  expect(top.allNetworks).toHaveLength(depth);
  expect(top.allNodes).toEqual([node]);
  expect(node.network.toplevel).toBe(top);
  expect(pathOf(node)).toBe(`${'networks[0].'.repeat(depth)}nodes[0]`);
  top.config.of(Node).label = 'from the top';
  expect(inner.within(() => new Node()).label).toBeNull();
  const { network, copyOf } = snapshotNetwork(top);
  expect(network.allNetworks).toHaveLength(depth);
  expect(copyOf(node)!.network.toplevel).toBe(network);
});

test('names follow where a network before is given up', () => {
  const top = new Network();
  let later: Network | undefined;
  const failingBuild = (): Network =>
    top.within(
      () =>
        new Network({}, (given) => {
          later = top.within(() => new Network({}, () => ensemble('a')));
          expect(describeObject(given)).toBe('Network (networks[0])');
          expect(describeObject(later.ensembles[0]!)).toBe("Ensemble 'a' (networks[1].ensembles[0])");
          throw new Error('given up');
        }),
    );
  expect(failingBuild).toThrow('given up');
  expect(describeObject(later!.ensembles[0]!)).toBe("Ensemble 'a' (networks[0].ensembles[0])");
});
