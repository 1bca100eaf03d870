/** @file `Simulator.create` builds the network, settings and options that there were at the call; what came later is refused. */
import { describe, expect, it } from 'vitest';
import {
  configureSettings,
  Connection,
  defaultPlugins,
  Ensemble,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  softmaxCrossEntropy,
  type Settings,
} from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';
import { watchedBackend } from './watched-backend.test-helper.ts';

/** One neuron of bias 1 without input, a weight, and probes of both. */
function sample() {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const stimulus = new Node([1], { label: 'stimulus' });
    const ensemble = new Ensemble({ nNeurons: 1, dimensions: 1, gain: [1], bias: [1], encoders: [[1]], label: 'one' });
    new Connection(new Node([0]), ensemble, { synapse: null });
    const output = new Node({ sizeIn: 1, label: 'output' });
    const weight = new Connection(stimulus, output, { transform: [[2]], synapse: null, label: 'weight' });
    const rate = new Probe(ensemble.neurons, { label: 'rate' });
    const current = new Probe(ensemble.neurons, { attribute: 'input' });
    return { net, stimulus, ensemble, output, weight, rate, current, probe: new Probe(output, { label: 'product' }) };
  });
}

describe('what is changed right after the call is not seen', () => {
  it('settings: a sweep side by side gives one simulator of each value', async () => {
    const { net, rate, stimulus } = sample();
    const sigmas = [0.1, 0.2, 0.3];
    const swept = await Promise.all(
      sigmas.map((lifSmoothing) => {
        net.within(() => configureSettings({ lifSmoothing }));
        return simulate(net);
      }),
    );
    for (const [index, sim] of swept.entries()) {
      const sigma = sigmas[index]!;
      expect(sim.settings.lifSmoothing).toBe(sigma);
      const value = (await sim.predict([[stimulus, [[0]]]], { mode: 'rate' })).get(rate)!.data[0]!;
      // SoftLIF at J = 1, Hunsberger & Eliasmith 2015: the smoothed J - 1 is σ ln 2.
      expect(value).toBeCloseTo(1 / (0.002 + 0.02 * Math.log1p(1 / (sigma * Math.LN2))), 9);
      await sim.dispose();
    }
  });

  it('parameters: replaced or assigned', async () => {
    const { net, ensemble, current } = sample();
    const sims = await Promise.all(
      [1, 2, 3].map((bias) => {
        ensemble.replaceParameters({ gain: [1], bias: [bias] });
        return simulate(net);
      }),
    );
    for (const [index, sim] of sims.entries()) {
      await sim.runSteps(1);
      expect([...sim.data.get(current).data]).toEqual([index + 1]);
      expect([...sim.data.get(ensemble).bias!.data]).toEqual([index + 1]);
      await sim.dispose();
    }
  });

  it('structure: what is added belongs to the next simulator', async () => {
    const { net, stimulus, output, probe } = sample();
    const creating = simulate(net);
    net.within(() => new Connection(stimulus, output, { transform: [[40]], synapse: null }));
    await using sim = await creating;
    await using next = await simulate(net);
    await sim.runSteps(1);
    await next.runSteps(1);
    expect([...sim.data.get(probe).data]).toEqual([2]);
    expect([...next.data.get(probe).data]).toEqual([42]);
  });

  it('the arrays that the network was given', async () => {
    const transform = [[2]];
    const net = new Network({ seed: 0 });
    const probe = net.within(() => {
      const output = new Node({ sizeIn: 1 });
      new Connection(new Node([1]), output, { transform, synapse: null });
      return new Probe(output);
    });
    const creating = simulate(net);
    transform[0]![0] = 50;
    await using sim = await creating;
    await sim.runSteps(1);
    expect([...sim.data.get(probe).data]).toEqual([2]);
  });

  it('options: settings within settings, the list of plugins', async () => {
    const { net } = sample();
    const plugins = [...defaultPlugins()];
    const sessionConfig: Record<string, unknown> = {};
    const settings: Record<string, unknown> = { backend: REFERENCE_BACKEND, sessionConfig, dtype: 'float64' };
    const creating = Simulator.create(net, { plugins, settings: settings as Partial<Settings> });
    plugins.length = 0;
    sessionConfig['no.such.option'] = 1;
    settings['dtype'] = 'float16';
    await using sim = await creating;
    expect(sim.settings).toMatchObject({ dtype: 'float64', sessionConfig: {} });
  });

  it('functions are called later, with what they then find', async () => {
    let value = 1;
    const net = new Network({ seed: 0 });
    const probe = net.within(() => new Probe(new Node(() => value, { sizeOut: 1 })));
    const creating = simulate(net);
    value = 2;
    await using sim = await creating;
    await sim.runSteps(1);
    expect([...sim.data.get(probe).data]).toEqual([2]);
  });
});

describe('the objects of the network are known at every door', () => {
  it('data, feeds, targets, losses, results, streams, and the graph', async () => {
    const { net, stimulus, ensemble, weight, probe, rate } = sample();
    await using sim = await simulate(net);
    expect(sim.network).toBe(net);
    expect([...sim.data.get(weight).weights!.data]).toEqual([2]);
    await sim.runSteps(1, { inputs: [[stimulus, [[3]]]] });
    expect([...sim.data.get(probe).data]).toEqual([6]);
    for await (const piece of sim.stream({ steps: 1 })) expect(piece.get(probe).size).toBe(1);
    const predicted = await sim.predict([[stimulus, [[4]]]], { probes: [probe] });
    expect([...predicted.keys()]).toEqual([probe]);
    const options = { targets: [[probe, [[4]]]] as const, losses: [[probe, softmaxCrossEntropy()]] as const };
    await sim.evaluate(new Map([[stimulus, [[1]]]]), options);
    expect([...sim.graph.ensembles.keys()]).toEqual([ensemble]);
    expect(sim.graph.signals).toContain(sim.graph.objects.get(weight)!['weights']!.signal);
    expect(sim.graph.probes.map((recorded) => recorded.probe)).toEqual([rate, net.probes[1], probe]);
    expect([...sim.compiled.graph.connections.keys()]).toContain(weight);
    expect(sim.graph.seeds.has(net)).toBe(true);
  });

  it('what is frozen goes to the network', async () => {
    const { net, stimulus, probe } = sample();
    await using sim = await simulate(net);
    const optimizer = sgd({ learningRate: 0.5 });
    await sim.train([[stimulus, [[1]]]], { targets: [[probe, [[5]]]], optimizer });
    sim.freezeParameters();
    await using fresh = await simulate(net);
    await fresh.runSteps(1);
    // One step of w - rate · 2 (w - 5) from 2.
    expect([...fresh.data.get(probe).data]).toEqual([5]);
  });

  it('objects that came later are refused as such', async () => {
    const { net, stimulus } = sample();
    await using sim = await simulate(net);
    const late = net.within(() => {
      const node = new Node([0], { label: 'late node' });
      return {
        node,
        probe: new Probe(node, { label: 'late probe' }),
        ensemble: new Ensemble({ nNeurons: 2, dimensions: 1, label: 'late ensemble' }),
      };
    });
    const stream = sim.stream({ steps: 1 });
    const piece = (await stream.next()).value;
    const inputs = [[stimulus, [[1]]]] as const;
    const acts: readonly (readonly [string, () => unknown])[] = [
      ['late probe', () => sim.data.get(late.probe)],
      ['late ensemble', () => sim.data.get(late.ensemble)],
      ['late probe', () => piece.get(late.probe)],
      ['late node', () => sim.runSteps(1, { inputs: [[late.node, [[1]]]] })],
      ['late node', () => sim.predict([[late.node, [[1]]]])],
      ['late probe', () => sim.predict(inputs, { probes: [late.probe] })],
      ['late probe', () => sim.evaluate(inputs, { targets: [[late.probe, [[1]]]] })],
      [
        'late probe',
        () =>
          sim.evaluate(inputs, { targets: [[net.probes[0]!, [[1]]]], losses: [[late.probe, softmaxCrossEntropy()]] }),
      ],
    ];
    for (const [label, act] of acts) {
      const error: unknown = await (async () => act())().catch((caught: unknown) => caught);
      expect(error).toEqual(failing('FOREIGN_OBJECT', new RegExp(`${label}.*after this simulator was created`)));
    }
  });
});

describe('a create that fails leaves nothing behind', () => {
  it.each([
    [
      'a listener that throws when all is done',
      {
        onProgress: ({ done }: { readonly done: number }) => {
          if (done === 3) throw new Error('enough');
        },
      },
      'enough',
    ],
    [
      'a listener that throws before the backend is loaded',
      {
        onProgress: ({ done }: { readonly done: number }) => {
          if (done === 2) throw new Error('enough');
        },
      },
      'enough',
    ],
    ['a minibatch that there is no memory for', { minibatchSize: 1e15 }, 'memory'],
  ])('%s', async (_, options, message) => {
    const { net, probe } = sample();
    const watched = await watchedBackend();
    const plugins = [...defaultPlugins(), watched.plugin];
    const settings = { backend: watched.key };
    await expect(Simulator.create(net, { ...options, plugins, settings })).rejects.toThrow(message);
    expect(watched.open.size).toBe(0);
    await using sim = await Simulator.create(net, { plugins, settings });
    expect(watched.open.size).toBe(1);
    await sim.runSteps(1);
    expect([...sim.data.get(probe).data]).toEqual([2]);
  });
});
