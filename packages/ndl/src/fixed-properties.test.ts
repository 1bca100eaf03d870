/** @file What a Simulator, and a configuration, will not have assigned: refused with the way that leads there. */
import { describe, expect, it } from 'vitest';
import { Connection, Network, Node, Probe, Simulator } from './index.ts';

function small(): Network {
  return new Network({ seed: 0 }, () => {
    const input = new Node([0.5]);
    const output = new Node({ sizeIn: 1 });
    new Connection(input, output, { synapse: null, transform: 2 });
    new Probe(output);
  });
}

const failing = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

describe('a property of a Simulator cannot be assigned', () => {
  it.each([
    ['dt', 0.002, 'create another Simulator with the option { dt }'],
    ['seed', 3, '{ seed }'],
    ['network', new Network(), 'Simulator.create(network)'],
    ['settings', {}, '{ settings }'],
    ['data', {}, 'runs record it'],
    ['time', 1, 'reset() goes back to 0'],
    ['nSteps', 1, 'reset() goes back to 0'],
    ['plan', {}, 'create another Simulator'],
    ['graph', {}, 'create another Simulator'],
    ['compiled', {}, 'create another Simulator'],
    ['backend', {}, 'the setting `backend`'],
    ['buildSeconds', {}, 'it was measured'],
    ['minibatchSize', 2, 'no such property'],
  ])('%s', async (name, value, way) => {
    await using sim = await Simulator.create(small());
    const before: unknown = Reflect.get(sim, name);
    expect(() => Reflect.set(sim, name, value)).toThrow(failing('FIXED_PROPERTY', way));
    expect(Reflect.get(sim, name)).toEqual(before);
  });

  it('and times stay those of its dt', async () => {
    await using sim = await Simulator.create(small());
    expect(() => Object.assign(sim, { dt: 0.002 })).toThrow(failing('FIXED_PROPERTY', 'dt'));
    await sim.runSteps(2);
    expect(sim.trange()).toEqual(Float64Array.of(0.001, 0.002));
  });
});
