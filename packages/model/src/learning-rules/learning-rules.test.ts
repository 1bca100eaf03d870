import { describe, expect, test } from 'vitest';
import {
  bcm,
  Connection,
  defineLearningRule,
  direct,
  Ensemble,
  lstsqL2,
  Network,
  Node,
  oja,
  pes,
  Probe,
  rls,
  rulesOf,
  snapshotNetwork,
  voja,
  type LearningRule,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const objects = () => {
  const net = new Network();
  return net.within(() => ({
    net,
    a: new Ensemble({ nNeurons: 5, dimensions: 2, label: 'a' }),
    b: new Ensemble({ nNeurons: 4, dimensions: 3, label: 'b' }),
    exact: new Ensemble({ nNeurons: 1, dimensions: 3, neuronType: direct(), label: 'exact' }),
    node: new Node({ sizeIn: 3, label: 'node' }),
    stimulus: new Node([1, 2, 3], { label: 'stimulus' }),
  }));
};
type Objects = ReturnType<typeof objects>;

const toThree = (x: ArrayLike<number>): number[] => [x[0]!, x[1]!, 0];
const matrix = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0.1));

describe('factories', () => {
  test("have Nengo's defaults", () => {
    expect([pes(), rls(), bcm(), oja(), voja()].map(({ learningRate }) => learningRate)).toEqual([
      1e-4, 1e-3, 1e-9, 1e-6, 1e-2,
    ]);
    expect(pes().preSynapse).toMatchObject({ kind: 'lowpass', tau: 0.005 });
    expect(bcm({ preSynapse: 0.1 }).postSynapse).toMatchObject({ kind: 'lowpass', tau: 0.1 });
    expect(bcm().thetaSynapse).toMatchObject({ kind: 'lowpass', tau: 1 });
    expect(pes({ preSynapse: null }).preSynapse).toBeNull();
  });

  test.each([
    [() => pes({ learningRate: 0 }), 'INVALID_OPTION', 'pes: learningRate'],
    [() => pes({ learningRate: Number.NaN }), 'INVALID_OPTION', 'pes: learningRate'],
    [() => pes({ preSynapse: 'fast' as never }), 'INVALID_OPTION', 'pes: preSynapse'],
    [() => pes({ postSynapse: 1 } as never), 'UNKNOWN_OPTION', 'postSynapse'],
    [() => oja({ beta: -1 }), 'INVALID_OPTION', 'oja: beta'],
    [() => bcm({ thetaSynapse: -1 }), 'INVALID_OPTION', 'bcm: thetaSynapse'],
    [
      () => defineLearningRule({ kind: 'x', modifies: 'gains' as never, learningRate: 1 }),
      'INVALID_OPTION',
      'modifies',
    ],
    [
      () => defineLearningRule({ kind: 'x', modifies: 'weights', learningRate: 1, sizeIn: -1 }),
      'INVALID_OPTION',
      'sizeIn',
    ],
    [
      () => defineLearningRule({ kind: 'x', modifies: 'weights', learningRate: 1, probeable: [] }),
      'INVALID_OPTION',
      'probeable',
    ],
  ])('refuse what is wrong: %#', (make, code, text) => {
    expect(make).toThrow(failing(code, text));
  });
});

describe('a connection that learns', () => {
  test('has rules in the form in which their types were given', () => {
    const { net, a, node } = objects();
    net.within(() => {
      const one = new Connection(a, node, { function: toThree, learningRuleType: pes() });
      const several = new Connection(a, node, { function: toThree, learningRuleType: [pes(), rls()] });
      const named = new Connection(a, node, { function: toThree, learningRuleType: { fast: pes(), exact: rls() } });
      expect(one.learningRule).toBe(one.learningRule);
      expect(several.learningRule.map(({ type }) => type?.kind)).toEqual(['pes', 'rls']);
      expect(named.learningRule.exact.type?.kind).toBe('rls');
      expect(named.learningRule.exact).toBe(rulesOf(named)[1]);
      expect(new Connection(a, node, { function: toThree }).learningRule).toBeNull();
    });
  });

  test('says how much its rules are told of', () => {
    const { net, a, b, node } = objects();
    net.within(() => {
      const sizeOf = (connection: Connection): number => rulesOf(connection)[0]!.sizeIn;
      expect(sizeOf(new Connection(a, node, { function: toThree, learningRuleType: pes() }))).toBe(3);
      expect(sizeOf(new Connection(a, node.at(1), { function: (x) => x[0]!, learningRuleType: pes() }))).toBe(1);
      const neural = new Connection(a.neurons, b.neurons, { transform: matrix(4, 5), learningRuleType: pes() });
      expect(sizeOf(neural)).toBe(3);
      expect(sizeOf(new Connection(a, b.at([0, 1]), { learningRuleType: voja() }))).toBe(1);
      expect(rulesOf(neural)[0]!.sizeOut).toBe(0);
    });
  });

  test.each<[string, (o: Objects) => unknown, string]>([
    ['from a node', ({ stimulus, node }) => new Connection(stimulus, node, { learningRuleType: pes() }), 'stimulus'],
    ['from a direct ensemble', ({ exact, node }) => new Connection(exact, node, { learningRuleType: pes() }), 'direct'],
    [
      'without a matrix',
      ({ a }) => new Connection(a.neurons, a.neurons, { transform: 0.1, learningRuleType: pes() }),
      'a number or a diagonal',
    ],
    ['without weights', ({ a }) => new Connection(a.neurons, a.neurons, { learningRuleType: pes() }), 'has none'],
    [
      'of weights, with decoders',
      ({ a, b }) => new Connection(a, b.at([0, 1]), { learningRuleType: oja() }),
      'weights: true',
    ],
    [
      'of encoders, to a node',
      ({ a, node }) => new Connection(a, node.at([0, 1]), { learningRuleType: voja() }),
      'node',
    ],
    [
      'of encoders, past them',
      ({ a, b }) => new Connection(a, b.at([0, 1]), { solver: lstsqL2({ weights: true }), learningRuleType: [voja()] }),
      'learningRuleType[0] (voja)',
    ],
  ])('cannot: %s', (_, make, text) => {
    const built = objects();
    expect(() => built.net.within(() => make(built))).toThrow(failing('CANNOT_LEARN', text));
  });

  test('refuses what is no rule', () => {
    const { net, a, node } = objects();
    const attempt = (learningRuleType: unknown) => () =>
      net.within(() => new Connection(a, node.at([0, 1]), { learningRuleType: learningRuleType as never }));
    expect(attempt(pes)).toThrow(failing('INVALID_OPTION', 'call it'));
    expect(attempt({})).toThrow(failing('INVALID_OPTION', 'learningRuleType'));
    expect(attempt([pes(), 3])).toThrow(failing('INVALID_OPTION', 'learningRuleType[1]'));
    expect(attempt({ bad: lstsqL2() })).toThrow(failing('INVALID_OPTION', 'learningRuleType.bad'));
    expect(net.connections).toHaveLength(0);
  });

  test('may be told of errors, in part too, and be probed', () => {
    const { net, a, node, stimulus } = objects();
    net.within(() => {
      const learning = new Connection(a, node, { function: toThree, learningRuleType: pes() });
      const rule = learning.learningRule;
      expect(new Connection(stimulus, rule).sizeOut).toBe(3);
      expect(new Connection(stimulus.at(0), rule.at(2)).sizeOut).toBe(1);
      expect(() => new Connection(stimulus.at([0, 1]), rule)).toThrow(failing('SHAPE_MISMATCH'));
      expect(() => new Connection(rule, node)).toThrow(failing('NOT_CONNECTABLE', 'no output'));
      expect(() => new Connection(stimulus, learning as never)).toThrow(failing('NOT_CONNECTABLE', 'learningRule'));
      const listed = new Connection(a, node, { function: toThree, learningRuleType: [pes()] });
      expect(() => new Connection(stimulus, listed.learningRule as never)).toThrow(
        failing('INVALID_OPTION', 'Name one of the rules: learningRule[0].'),
      );
      const named = new Connection(a, node, { function: toThree, learningRuleType: { slow: pes() } });
      expect(() => new Connection(stimulus, named.learningRule as never)).toThrow(
        failing('INVALID_OPTION', 'Name one of the rules: learningRule.slow.'),
      );
      expect(new Probe(rule).attribute).toBe('error');
      expect(new Probe(rule, { attribute: 'delta' }).attribute).toBe('delta');
      expect(() => new Probe(rule, { attribute: 'theta' })).toThrow(failing('UNKNOWN_ATTRIBUTE', 'activities'));
      const weights = new Connection(a.neurons, a.neurons, { transform: matrix(5, 5), learningRuleType: bcm() });
      expect(() => new Connection(stimulus, weights.learningRule)).toThrow(failing('NOT_CONNECTABLE', 'bcm have none'));
    });
  });

  test('keeps what leans on its rules from breaking', () => {
    const { net, a, node, stimulus } = objects();
    const { learning, rule } = net.within(() => {
      const connection: Connection = new Connection(a, node, { function: toThree, learningRuleType: pes() });
      const [ruleThere] = rulesOf(connection);
      const told = new Connection(stimulus, ruleThere!);
      const probe = new Probe(ruleThere!, { attribute: 'activities' });
      return { learning: connection, rule: ruleThere!, told, probe };
    });
    expect(() => (learning.learningRuleType = null)).toThrow(failing('NOT_CONNECTABLE'));
    expect(() => (learning.learningRuleType = [pes()])).toThrow(failing('NOT_CONNECTABLE'));
    expect(() => (learning.learningRuleType = rls())).toThrow(failing('UNKNOWN_ATTRIBUTE', 'activities'));
    expect(() => (a.neuronType = direct())).toThrow(failing('CANNOT_LEARN', 'direct'));
    expect(rule.type?.kind).toBe('pes');
    learning.learningRuleType = pes({ learningRate: 0.5 });
    expect(rule.type?.learningRate).toBe(0.5);
  });
});

test('a rule does not become narrower than what a connection into it picks', () => {
  const { net, a, b, stimulus } = objects();
  const learning = net.within(() => {
    const connection: Connection = new Connection(a, b, {
      transform: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      learningRuleType: pes(),
    });
    new Connection(stimulus.at(0), rulesOf(connection)[0]!.at(2));
    return connection;
  });
  expect(() => (learning.learningRuleType = voja())).toThrow(
    failing('INVALID_SELECTION', 'reaches beyond its one input'),
  );
  expect(rulesOf(learning)[0]!.type!.kind).toBe('pes');
});

test('snapshots hold rules of their own, wherever connections into them stand', () => {
  const { net, a, node, stimulus } = objects();
  const { rule, told } = net.within(() => {
    const inner = new Network({ label: 'inner' });
    const learning = inner.within(() => new Connection(a, node, { function: toThree, learningRuleType: pes() }));
    const [first] = rulesOf(learning) as [LearningRule];
    return { rule: first, told: new Connection(stimulus, first.at([2, 1, 0])) };
  });
  const { copyOf, originalOf, network } = snapshotNetwork(net);
  const copy = copyOf(rule)!;
  expect(copy.connection).toBe(network.networks[0]!.connections[0]);
  expect(copyOf(told)!.postObject).toBe(copy);
  expect(originalOf(copy)).toBe(rule);
});
