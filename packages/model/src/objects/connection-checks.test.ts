import { expect, test } from 'vitest';
import { dense, lstsqL2, noSolver, Probe, uniform, type Connection } from '../index.ts';
import { connect, failing, objects, type Objects } from './objects.test-helper.ts';

/** What a page has under the name of `Node`, as far as anybody can tell here. */
const pageNode = { nodeType: 1, ownerDocument: null } as never;

test.each<[string, (all: Objects) => unknown, string, string]>([
  [
    'a node of the page as source',
    (all) => connect(all, pageNode, all.a),
    'INVALID_OPTION',
    "import { Node } from 'ndl'",
  ],
  [
    'a node of the page as target',
    (all) => connect(all, all.a, pageNode),
    'INVALID_OPTION',
    "import { Node } from 'ndl'",
  ],
  [
    'a probe of a node of the page',
    ({ net }) => net.within(() => new Probe(pageNode)),
    'INVALID_OPTION',
    "import { Node } from 'ndl'",
  ],
  [
    'a connection from nothing',
    (all) => connect(all, undefined as never, all.a),
    'INVALID_OPTION',
    'Connection (connections[1]): pre must be an ensemble',
  ],
  [
    'a network as an end',
    (all) => connect(all, all.net as never, all.a),
    'NOT_CONNECTABLE',
    'Network (top level) cannot be connected',
  ],
  [
    'a connection as an end',
    (all) => connect(all, all.a, all.loop as never),
    'NOT_CONNECTABLE',
    "Connection 'loop' (connections[0]) cannot be connected",
  ],
  ['a probe as an end', (all) => connect(all, all.recording as never, all.a), 'NOT_CONNECTABLE', 'Probe'],
  [
    'a source as target',
    (all) => connect(all, all.a, all.source),
    'NOT_CONNECTABLE',
    "post cannot be Node 'source' (nodes[3]), which takes no input: give the node a sizeIn",
  ],
  ['a sink as source', (all) => connect(all, all.sink, all.one), 'NOT_CONNECTABLE', "pre cannot be Node 'sink'"],
  [
    'Direct neurons as target',
    (all) => connect(all, all.two, all.exact.neurons),
    'NOT_CONNECTABLE',
    'without neurons (direct)',
  ],
  [
    'Direct neurons as source',
    (all) => connect(all, all.exact.neurons, all.two),
    'NOT_CONNECTABLE',
    'without neurons (direct)',
  ],
  [
    'a source of another network',
    (all) => connect(all, objects().a, all.b),
    'FOREIGN_OBJECT',
    "pre, Ensemble 'a' (ensembles[0])",
  ],
  ['a target of another network', (all) => connect(all, all.a, objects().b.at(0)), 'FOREIGN_OBJECT', 'post'],
  [
    'sizes that do not fit',
    (all) => connect(all, all.a, all.three),
    'SHAPE_MISMATCH',
    'Without a transform the source (2) must have the size of the target (3)',
  ],
  ['a slice that does not fit', (all) => connect(all, all.a.at(0), all.b), 'SHAPE_MISMATCH', 'the source (1)'],
  [
    'a function whose size does not fit',
    (all) => connect(all, all.a, all.b, { function: (x) => x[0] }),
    'SHAPE_MISMATCH',
    "the function's result (1)",
  ],
  [
    'a matrix with too few columns',
    (all) => connect(all, all.a, all.one, { transform: [[1]] }),
    'SHAPE_MISMATCH',
    'transform: expected shape [1, 2], got [1, 1]',
  ],
  [
    'a matrix with too many rows',
    (all) =>
      connect(all, all.a, all.one, {
        transform: [
          [1, 1],
          [1, 1],
        ],
      }),
    'SHAPE_MISMATCH',
    'the target takes 1',
  ],
  [
    'a square matrix beside a small function',
    (all) =>
      connect(all, all.a, all.b, {
        function: (x) => x[0],
        transform: [
          [1, 0],
          [0, 1],
        ],
      }),
    'SHAPE_MISMATCH',
    "the function's result has size 1",
  ],
  [
    'a dense transform of another shape',
    (all) => connect(all, all.a, all.b, { transform: dense([2, 3], uniform(0, 1)) }),
    'SHAPE_MISMATCH',
    'expected shape [2, 2], got [2, 3]',
  ],
  [
    'a number between unequal sizes',
    (all) => connect(all, all.a, all.three, { transform: 2 }),
    'SHAPE_MISMATCH',
    'A number stands for a diagonal matrix',
  ],
  [
    'a vector of another length',
    (all) => connect(all, all.a, all.b, { transform: [1, 2, 3] }),
    'SHAPE_MISMATCH',
    'expected shape [2], got [3]',
  ],
  [
    'a transform with NaN',
    (all) =>
      connect(all, all.a, all.b, {
        transform: [
          [1, 0],
          [0, Number.NaN],
        ],
      }),
    'NOT_FINITE',
    'transform holds NaN at [1, 1]',
  ],
  [
    'a transform of texts',
    (all) => connect(all, all.a, all.b, { transform: 'identity' as never }),
    'INVALID_OPTION',
    'transform',
  ],
  ['a synapse below zero', (all) => connect(all, all.a, all.b, { synapse: -0.1 }), 'INVALID_OPTION', 'synapse'],
  [
    'a text for a synapse',
    (all) => connect(all, all.a, all.b, { synapse: 'alpha' as never }),
    'INVALID_OPTION',
    'a synapse, a time constant in seconds, or null',
  ],
  [
    'a function of neurons',
    (all) => connect(all, all.a.neurons, all.one, { function: (x) => x[0] }),
    'FUNCTION_NOT_ALLOWED',
    "Neurons 'a'",
  ],
  [
    'a function on a passthrough node',
    (all) => connect(all, all.two, all.one, { function: (x) => x[0] }),
    'FUNCTION_NOT_ALLOWED',
    'passthrough',
  ],
  [
    'a function on a slice of a passthrough node',
    (all) => connect(all, all.two.at(0), all.one, { function: (x) => x[0] }),
    'FUNCTION_NOT_ALLOWED',
    'passthrough',
  ],
  [
    'a function that returns nothing',
    (all) => connect(all, all.a, all.one, { function: (() => undefined) as never }),
    'FUNCTION_RESULT',
    'it returned undefined',
  ],
  [
    'a function that returns an empty list',
    (all) => connect(all, all.a, all.one, { function: () => [] }),
    'FUNCTION_RESULT',
    'flat list',
  ],
  [
    'a function that is none',
    (all) => connect(all, all.a, all.one, { function: 3 as never }),
    'INVALID_OPTION',
    'function',
  ],
  [
    'an array of values without points',
    (all) => connect(all, all.a, all.one, { function: [[1], [2]] }),
    'EVAL_POINTS_NOT_ALLOWED',
    'evalPoints must be the array',
  ],
  [
    'an array of values for other points',
    (all) => connect(all, all.a, all.one, { function: [[1], [2]], evalPoints: [[0, 0]] }),
    'SHAPE_MISMATCH',
    'one row per evaluation point',
  ],
  [
    'evaluation points of other dimensions',
    (all) => connect(all, all.a, all.b, { evalPoints: [[1]] }),
    'SHAPE_MISMATCH',
    'evalPoints: expected shape [*, 2]',
  ],
  [
    'evaluation points on a slice',
    (all) => connect(all, all.a.at(0), all.one, { evalPoints: [[1]] }),
    'EVAL_POINTS_NOT_ALLOWED',
    "a slice of Ensemble 'a'",
  ],
  [
    'evaluation points of a node',
    (all) => connect(all, all.doubling, all.b, { evalPoints: uniform(0, 1) }),
    'EVAL_POINTS_NOT_ALLOWED',
    "Node 'doubling'",
  ],
  [
    'repeated target indices with a matrix',
    (all) =>
      connect(all, all.a, all.three.at([0, 0]), {
        transform: [
          [1, 0],
          [0, 1],
        ],
      }),
    'REPEATED_INDICES',
    'post',
  ],
  [
    'repeated source indices with a matrix',
    (all) =>
      connect(all, all.a.at([1, 1]), all.two, {
        transform: [
          [1, 0],
          [0, 1],
        ],
      }),
    'REPEATED_INDICES',
    'pre',
  ],
  [
    'decoders of another shape',
    (all) => connect(all, all.a, all.b, { solver: noSolver({ values: [[1, 2]] }) }),
    'SHAPE_MISMATCH',
    'solver values: expected shape [4, 2]',
  ],
  [
    'full weights of another shape',
    (all) =>
      connect(all, all.a, all.b, { solver: noSolver({ values: [[1, 2]], weights: true, compositional: false }) }),
    'SHAPE_MISMATCH',
    'solver values: expected shape [4, ',
  ],
  [
    'a solver for weights into a node',
    (all) => connect(all, all.a, all.two, { solver: lstsqL2({ weights: true }) }),
    'OPTION_CONFLICT',
    'an ensemble to an ensemble',
  ],
  [
    'a solver from a node',
    (all) => connect(all, all.source, all.a, { solver: lstsqL2() }),
    'OPTION_CONFLICT',
    "nothing is decoded from Node 'source' (nodes[3]); leave it out.",
  ],
  [
    'a solver from neurons',
    (all) => connect(all, all.a.neurons, all.one, { solver: noSolver(), transform: uniform(0, 1) }),
    'OPTION_CONFLICT',
    'or connect from the ensemble',
  ],
  [
    'a solver from some neurons',
    (all) => connect(all, all.a.neurons.at(0), all.one, { solver: lstsqL2() }),
    'OPTION_CONFLICT',
    'nothing is decoded from a slice of Neurons',
  ],
  [
    'an unknown option',
    (all) => connect(all, all.a, all.b, { synaps: 0.1 } as never),
    'UNKNOWN_OPTION',
    'Did you mean synapse?',
  ],
])('%s is refused, and nothing is added', (_, attempt, code, text) => {
  const all = objects();
  expect(() => attempt(all)).toThrow(failing(code, text));
  expect(all.net.connections).toHaveLength(1);
  expect(all.net.connections[0]).toBe(all.loop);
});

test.each<[string, (all: Objects) => Connection]>([
  ['repeated indices without a transform', (all) => connect(all, all.a, all.three.at([0, 0]))],
  ['repeated indices with a number', (all) => connect(all, all.a.at([1, 1]), all.two, { transform: 2 })],
  ['repeated indices with a vector', (all) => connect(all, all.a.at([1, 1]), all.two, { transform: [1, 2] })],
  ['a function of a node that computes', (all) => connect(all, all.doubling, all.one, { function: (x) => x[0] })],
  ['a function of a constant', (all) => connect(all, all.source, all.one, { function: ([x, y]) => x + y })],
  ['a function of a Direct ensemble', (all) => connect(all, all.exact, all.one, { function: (x) => x[0] })],
  ['a function of a slice', (all) => connect(all, all.a.at(1), all.one, { function: (x) => x[0] ** 2 })],
  ['neurons to neurons', (all) => connect(all, all.a.neurons, all.b.neurons, { transform: uniform(0, 1) })],
  ['a recurrent connection', (all) => connect(all, all.a, all.a)],
  [
    'a solver for weights between ensembles',
    (all) => connect(all, all.a, all.b, { solver: lstsqL2({ weights: true }) }),
  ],
  ['a solver from some dimensions', (all) => connect(all, all.a.at(0), all.one, { solver: lstsqL2() })],
  [
    'a solver from a Direct ensemble',
    (all) => connect(all, all.exact, all.one, { solver: lstsqL2(), function: (x) => x[0] }),
  ],
])('accepts %s', (_, attempt) => {
  expect(attempt(objects()).kind).toBe('connection');
});
