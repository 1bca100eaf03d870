/** @file Changes of several objects: all of them, or none. */
import { expect, it } from 'vitest';
import { changeTogether, Ensemble, Network } from '../index.ts';

it('what a failing change did before it failed is undone', () => {
  const net = new Network({ seed: 0 });
  const ensemble = net.within(() => new Ensemble({ nNeurons: 2, dimensions: 1, label: 'a' }));
  const change = (radius: number) => (): void => {
    ensemble.label = 'changed';
    ensemble.radius = radius;
  };
  expect(() => changeTogether([ensemble], change(-1))).toThrow('radius');
  expect(ensemble.label).toBe('a');
  changeTogether([ensemble], change(2));
  expect([ensemble.label, ensemble.radius]).toEqual(['changed', 2]);
});
