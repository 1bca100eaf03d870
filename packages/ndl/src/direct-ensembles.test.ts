/** @file `direct()` ensembles pass their value on exactly: nothing in them is trained, multiplied, saved or frozen. */
import { describe, expect, it } from 'vitest';
import {
  configureSettings,
  Connection,
  direct,
  Ensemble,
  lifRate,
  lstsqL2,
  Network,
  Neurons,
  Node,
  piecewise,
  Probe,
  RATE_GRADIENT,
  sgd,
  type EnsembleOptions,
  type Settings,
} from './index.ts';
import { decodeNpz } from '@ndl/numerics';
import { failing, simulate } from './reference-simulator.test-helper.ts';

/** stimulus → 2 · → direct → probe. */
function sample(options: Partial<EnsembleOptions> = {}) {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    configureSettings({ trainable: null });
    const stimulus = new Node([0.5]);
    const ensemble = new Ensemble({ nNeurons: 10, dimensions: 1, neuronType: direct(), label: 'exact', ...options });
    const connection = new Connection(stimulus, ensemble, { synapse: null, transform: 2 });
    return { net, stimulus, ensemble, connection, probe: new Probe(ensemble) };
  });
}

describe.each([1, 10])('a direct() ensemble of nNeurons %d', (nNeurons) => {
  it.each([{ dtype: 'float64' }, { dtype: 'float32' }] satisfies Partial<Settings>[])(
    'passes on what was learnt before it, and is frozen with it, in $dtype',
    async ({ dtype }) => {
      const { net, ensemble, connection, probe } = sample({ nNeurons });
      await using sim = await simulate(net, { dtype });
      expect(sim.graph.signals.filter(({ trainable }) => trainable).map(({ name }) => name)).toEqual([
        'connections[0].weights',
      ]);
      await sim.train([[0.5]], { targets: [[3]], optimizer: sgd({ learningRate: 0.25 }) });
      // d/dw (0.5 w - 3)² = 0.5 · 2 · (1 - 3) at w = 2.
      const { weights } = sim.data.get(connection);
      expect([...weights!.data]).toEqual([2.5]);
      expect([...(await sim.predict([[0.5]])).get(probe)!.data]).toEqual([1.25]);
      const { encoders, scaledEncoders, gain, bias } = sim.data.get(ensemble);
      expect([encoders.shape, [...encoders.data], [...scaledEncoders.data], gain, bias]).toEqual([
        [1, 1],
        [1],
        [1],
        null,
        null,
      ]);
      sim.freezeParameters();
      await using fresh = await simulate(net, { dtype });
      expect([...(await fresh.predict([[0.5]])).get(probe)!.data]).toEqual([1.25]);
    },
  );

  it('has no array in parameter files', async () => {
    await using sim = await simulate(sample({ nNeurons }).net);
    expect([...decodeNpz(sim.encodeParameters()).keys()]).toEqual([
      'ndl_parameters',
      'ndl_seed',
      'connections[0].weights',
    ]);
  });
});

it('whoever speaks for it, nothing in it is trainable', async () => {
  for (const target of [Network, Ensemble, Neurons]) {
    const { net, ensemble } = sample();
    net.config.of(target).trainable = true;
    await using sim = await simulate(net);
    expect(Object.keys(sim.graph.objects.get(ensemble)!)).toEqual(['input', 'current', 'output']);
    expect(sim.graph.operators.filter(({ kind }) => kind === 'dotInc')).toEqual([]);
  }
});

it('to train it in particular is refused: there is nothing to train', () => {
  const { net, ensemble } = sample();
  for (const target of [ensemble, ensemble.neurons]) {
    expect(() => (net.config.of(target).trainable = true)).toThrow(
      failing('ATTRIBUTE_NOT_APPLICABLE', /'exact'.*there is nothing to train/),
    );
    net.config.of(target).trainable = false;
    net.config.of(target).trainable = null;
    expect(net.config.of(target).trainable).toBeNull();
  }
});

it('an ensemble that is to be trained in particular cannot become one', () => {
  for (const targetOf of [(ensemble: Ensemble) => ensemble, (ensemble: Ensemble) => ensemble.neurons]) {
    const { net, ensemble } = sample({ neuronType: lifRate() });
    net.config.of(targetOf(ensemble)).trainable = true;
    expect(() => (ensemble.neuronType = direct())).toThrow(failing('OPTION_CONFLICT', /'exact'.*nothing to train/));
    expect(ensemble.neuronType.kind).toBe('lifRate');
    net.config.of(targetOf(ensemble)).trainable = null;
    ensemble.neuronType = direct();
    expect(ensemble.neuronType.kind).toBe('direct');
  }
});

it('a network of nothing else has nothing to train', async () => {
  const net = new Network({ seed: 0 }, () => {
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType: direct() });
    new Connection(new Node([0.5]), ensemble, { synapse: null });
    new Probe(ensemble);
  });
  await using sim = await simulate(net);
  await expect(sim.train([[0.5]], { targets: [[3]], optimizer: sgd({ learningRate: 0.1 }) })).rejects.toEqual(
    failing('NOTHING_TRAINABLE'),
  );
});

describe('the value is exact', () => {
  it.each([
    ['a radius', { radius: 7 }],
    ['gain and bias', { gain: new Array<number>(10).fill(3), bias: new Array<number>(10).fill(2) }],
    [
      'max rates and intercepts',
      { maxRates: new Array<number>(10).fill(300), intercepts: new Array<number>(10).fill(0) },
    ],
    ['encoders', { encoders: new Array<number[]>(10).fill([-1]) }],
  ] satisfies [string, Partial<EnsembleOptions>][])('whatever %s', async (_, options) => {
    const { net, probe } = sample(options);
    await using sim = await simulate(net);
    expect([...(await sim.predict([[0.3]])).get(probe)!.data]).toEqual([0.6]);
  });

  it('but for its noise, which inputs do not see', async () => {
    const net = new Network({ seed: 0 });
    const { noisy, seen } = net.within(() => {
      const noise = piecewise([
        [0, [0.25, -0.5]],
        [0.0015, [4, 8]],
      ]);
      const ensemble = new Ensemble({ nNeurons: 4, dimensions: 2, neuronType: direct(), noise });
      new Connection(new Node([1, 2]), ensemble, { synapse: null });
      return { noisy: new Probe(ensemble), seen: new Probe(ensemble, { attribute: 'input' }) };
    });
    await using sim = await simulate(net);
    await sim.runSteps(2);
    expect([...sim.data.get(noisy).data]).toEqual([1.25, 1.5, 5, 10]);
    expect([...sim.data.get(seen).data]).toEqual([1, 2, 1, 2]);
  });

  it('through slices on both sides', async () => {
    const net = new Network({ seed: 0 });
    const probe = net.within(() => {
      const ensemble = new Ensemble({ nNeurons: 1, dimensions: 3, neuronType: direct(), radius: 2 });
      const target = new Node({ sizeIn: 3 });
      new Connection(new Node([0.1, 0.2]), ensemble.at([2, 0]), { synapse: null });
      new Connection(ensemble.at([2, 2, 0]), target, { synapse: null, transform: 3 });
      return new Probe(target);
    });
    await using sim = await simulate(net);
    await sim.runSteps(1);
    expect([...sim.data.get(probe).data]).toEqual([3 * 0.1, 3 * 0.1, 3 * 0.2]);
  });
});

it('solvers for weights end at its value, and their weights are trained as ever', async () => {
  const net = new Network({ seed: 5 });
  const { full, decoded, connection } = net.within(() => {
    const source = new Ensemble({ nNeurons: 40, dimensions: 2, neuronType: lifRate(), seed: 3 });
    const exact = (): Ensemble => new Ensemble({ nNeurons: 5, dimensions: 2, neuronType: direct(), radius: 3 });
    const [a, b] = [exact(), exact()];
    new Connection(new Node([0.4, -0.2]), source, { synapse: null });
    const connection = new Connection(source, a, { synapse: null, solver: lstsqL2({ weights: true }), seed: 1 });
    new Connection(source, b, { synapse: null, seed: 1 });
    return { full: new Probe(a), decoded: new Probe(b), connection };
  });
  await using sim = await simulate(net);
  await sim.runSteps(1);
  expect([...sim.data.get(full).data]).toEqual([...sim.data.get(decoded).data]);
  expect(sim.data.get(connection).weights!.shape).toEqual([2, 40]);
});

it('a probe of its scaled encoders records the identity, as sim.data says', async () => {
  const net = new Network({ seed: 0 });
  const { ensemble, probes } = net.within(() => {
    const ensemble = new Ensemble({ nNeurons: 9, dimensions: 2, neuronType: direct(), radius: 4 });
    new Connection(new Node([1, 2]), ensemble);
    const scaledEncoders = { attribute: 'scaledEncoders' } as const;
    return {
      ensemble,
      probes: [new Probe(ensemble, scaledEncoders), new Probe(ensemble, { ...scaledEncoders, synapse: null })],
    };
  });
  await using sim = await simulate(net);
  await sim.runSteps(2);
  for (const probe of probes) {
    expect(sim.data.get(probe).shape).toEqual([2, 2, 2]);
    expect([...sim.data.get(probe).data]).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
  }
  expect([...sim.data.get(ensemble).scaledEncoders.data]).toEqual([1, 0, 0, 1]);
  expect(sim.graph.signals.filter(({ role }) => role === 'parameter')).toEqual([]);
});

it('has no neurons to select, and none to train: both are said', async () => {
  const net = new Network({ seed: 0 });
  const ensemble = net.within(() => new Ensemble({ nNeurons: 4, dimensions: 2, neuronType: direct(), label: 'a' }));
  for (const select of [
    () => ensemble.neurons.at(0),
    () => ensemble.neurons.slice(0, 1),
    () => ensemble.neurons.at([]),
  ])
    expect(select).toThrow(failing('INVALID_SELECTION', /'a'.*without neurons \(direct\).*none to select/) as Error);
  const training = simulate(net, { gradient: { direct: RATE_GRADIENT } as never });
  await expect(training).rejects.toEqual(failing('GRADIENT_UNSUPPORTED', /gradient.*nothing in them is trained/));
});
