/** @file Probes of matrices keep their shape: weights of connections and scaled encoders. */
import { expect, it } from 'vitest';
import { Connection, Ensemble, lowpass, Network, Node, Probe } from './index.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const net = new Network({ seed: 3 });
const model = net.within(() => {
  const a = new Ensemble({ nNeurons: 20, dimensions: 2 });
  const decoded = new Connection(a, new Node({ sizeIn: 2 }));
  return {
    a,
    decoded,
    decoders: new Probe(decoded, { attribute: 'weights' }),
    filtered: new Probe(decoded, { attribute: 'weights', synapse: lowpass(0.001), sampleEvery: 0.002 }),
    encoders: new Probe(a, { attribute: 'scaledEncoders' }),
    value: new Probe(a),
  };
});

it('in runs, streams and predictions', async () => {
  await using sim = await simulate(net);
  await sim.runSteps(4);
  const { decoders, filtered, encoders, value } = model;
  const shapes = [decoders, filtered, encoders, value].map((probe) => sim.data.get(probe).shape);
  expect(shapes).toEqual([
    [4, 2, 20],
    [2, 2, 20],
    [4, 20, 2],
    [4, 2],
  ]);
  expectClose(sim.data.get(decoders).row(3).data, sim.data.get(model.decoded).weights!.data, 0);
  expectClose(sim.data.get(encoders).row(0).data, sim.data.get(model.a).scaledEncoders.data, 0);
});

it('behind the axis of items', async () => {
  await using sim = await simulate(net, {}, { minibatchSize: 3 });
  await sim.runSteps(2);
  expect(sim.data.get(model.decoders).shape).toEqual([3, 2, 2, 20]);
});
