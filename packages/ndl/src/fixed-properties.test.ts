/** @file What a Simulator, and a configuration, will not have assigned: refused with the way that leads there. */
import { describe, expect, it, vi } from 'vitest';
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
    ['run', () => undefined, 'run cannot be assigned; it is a method, to be called'],
    ['dispose', () => undefined, 'it is a method'],
    ['trange', undefined, 'it is a method'],
  ])('%s', async (name, value, way) => {
    await using sim = await Simulator.create(small());
    const before: unknown = Reflect.get(sim, name);
    expect(() => Reflect.set(sim, name, value)).toThrow(failing('FIXED_PROPERTY', way));
    expect(Reflect.get(sim, name)).toEqual(before);
  });

  it('nor a name that it does not have', async () => {
    await using sim = await Simulator.create(small());
    expect(() => Object.assign(sim, { minibatchSize: 2 })).toThrow(
      failing('UNKNOWN_OPTION', "Simulator has no 'minibatchSize' to assign to; options are given to Simulator.create"),
    );
    expect('minibatchSize' in sim).toBe(false);
  });

  it('nor anything of its data, or of a piece of a stream', async () => {
    await using sim = await Simulator.create(small());
    expect(() => Object.assign(sim.data, { get: () => undefined })).toThrow(
      failing('FIXED_PROPERTY', 'sim.data: get cannot be assigned; it is a method'),
    );
    expect(() => Object.assign(sim.data, { probe: 1 })).toThrow(failing('UNKNOWN_OPTION', 'runs record samples'));
    const { value } = await sim.stream({ steps: 1 }).next();
    expect(Object.isFrozen(value)).toBe(true);
  });

  it('methods do what they did', async () => {
    await using sim = await Simulator.create(small());
    const run = vi.spyOn(sim, 'runSteps');
    await sim.runSteps(2);
    expect([run.mock.calls, sim.nSteps]).toEqual([[[2]], 2]);
  });

  it('and times stay those of its dt', async () => {
    await using sim = await Simulator.create(small());
    expect(() => Object.assign(sim, { dt: 0.002 })).toThrow(failing('FIXED_PROPERTY', 'dt'));
    await sim.runSteps(2);
    expect(sim.trange()).toEqual(Float64Array.of(0.001, 0.002));
  });
});
