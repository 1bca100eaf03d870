/** @file What the tests of bad calls share: a network of two inputs and two probes, a stranger, and a simulator that survives. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  Connection,
  Ensemble,
  lifRate,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  type SimulatorOptions,
} from './index.ts';
import { movedBetween, parameterBits } from './reference-simulator.test-helper.ts';

export const net: Network = new Network({ seed: 1 });

interface Senses {
  /** Two elements. */
  readonly eyes: Node;
  /** One element. */
  readonly ears: Node;
  /** Takes one element of input. */
  readonly relay: Node;
  /** Two elements. */
  readonly motion: Probe;
  /** Ten elements. */
  readonly speech: Probe;
}

export const { eyes, ears, relay, motion, speech }: Senses = net.within(() => {
  const eyes = new Node([0, 0], { label: 'eyes' });
  const ears = new Node([0], { label: 'ears' });
  const a = new Ensemble({ nNeurons: 10, dimensions: 2, neuronType: lifRate() });
  new Connection(eyes, a, { synapse: null });
  new Connection(ears, a.at(0), { synapse: null });
  const relay = new Node({ sizeIn: 1, label: 'relay' });
  new Connection(ears, relay, { synapse: null });
  const motion = new Probe(a, { label: 'motion' });
  const speech = new Probe(a.neurons, { label: 'speech' });
  return { eyes, ears, relay, motion, speech };
});

/** Objects of another network. */
export const foreign: { readonly node: Node; readonly probe: Probe } = new Network({ seed: 1 }).within(() => {
  const node = new Node([0], { label: 'stranger' });
  return { node, probe: new Probe(node, { label: 'foreign probe' }) };
});

export const options: SimulatorOptions = { settings: { backend: REFERENCE_BACKEND } };

/** What JavaScript lets one write, and TypeScript does not. */
export const untyped = (value: unknown): never => value as never;

/**
 * One simulator for all tests of a file. Registers a last test: after all that was refused, nothing was learnt, and it works.
 * To be called after the tables of the file.
 */
export function survives(simulator: { sim?: Simulator }): void {
  let before: ReturnType<typeof parameterBits>;
  beforeAll(async () => {
    simulator.sim = await Simulator.create(net, options);
    before = parameterBits(simulator.sim);
  });
  afterAll(() => simulator.sim!.dispose());
  it('after all that was refused, nothing was learnt, and the simulator works', async () => {
    const sim = simulator.sim!;
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
    sim.reset();
    await sim.run(0.005);
    expect(sim.nSteps).toBe(5);
  });
}
