/** @file Reading without copies: what is kept is one array, and what properties hand out is another, with the same numbers. */
import type { NdArray } from '@ndl/numerics';
import { expect, it } from 'vitest';
import { Connection, dense, Ensemble, kept, Network, Node, noSolver, piecewise, presentInput } from '../index.ts';

const made = ((): { readonly ensemble: Ensemble; readonly node: Node; readonly connection: Connection } => {
  const network = new Network({}, () => {
    const ensemble = new Ensemble({ nNeurons: 2, dimensions: 1, encoders: [[1], [-1]], evalPoints: [[0.5], [1]] });
    const node = new Node([1, 2]);
    new Connection(ensemble, new Node({ sizeIn: 1 }), {
      function: [[3], [4]],
      evalPoints: [[0.5], [1]],
      transform: [[2]],
    });
    void node;
  });
  return { ensemble: network.ensembles[0]!, node: network.nodes[0]!, connection: network.connections[0]! };
})();

it.each<[string, () => unknown, () => unknown]>([
  ['encoders', () => kept(made.ensemble, 'encoders'), () => made.ensemble.encoders],
  ['evaluation points', () => kept(made.ensemble, 'evalPoints'), () => made.ensemble.evalPoints],
  ['the constant of a node', () => kept(made.node, 'output'), () => made.node.output],
  ['the values of a function', () => kept(made.connection, 'function'), () => made.connection.function],
])('of objects: %s', (_, keptOne, property) => {
  expect(keptOne()).toBe(keptOne());
  expect(property()).not.toBe(keptOne());
  expect(property()).toEqual(keptOne());
});

it.each<[string, object, string]>([
  ['a process', presentInput([[1], [2]], 1), 'inputs'],
  ['another process', piecewise({ 0: 1, 1: 2 }), 'values'],
  ['a transform', dense([1, 1], [[2]]), 'initial'],
  ['a solver', noSolver({ values: [[1]] }), 'values'],
])('of frozen data: %s', (_, data, name) => {
  const read = (): NdArray => kept(data as Record<string, NdArray>, name);
  expect(read()).toBe(read());
  expect((data as Record<string, NdArray>)[name]).not.toBe(read());
  expect((data as Record<string, NdArray>)[name]).toEqual(read());
});

it('what is no array is what the property says', () => {
  const { ensemble, connection } = made;
  expect(kept(ensemble, 'radius')).toBe(1);
  expect(kept(ensemble, 'intercepts')).toBe(ensemble.intercepts);
  expect(kept(ensemble, 'network')).toBe(ensemble.network);
  // The property is a transform, whatever was given for it.
  expect(kept(connection, 'transform')).toBe(connection.transform);
  expect(kept(presentInput([[1]], 0.5), 'presentationTime')).toBe(0.5);
});
