/** @file `checkGradients`: three derivations of one gradient agree, and what is wrong in any of them is caught. */
import { describe, expect, it } from 'vitest';
import { referenceEntry } from '@ndl/backend-reference';
import {
  BACKENDS,
  GRADIENT_APPROXIMATIONS,
  type Backend,
  type BackendEntry,
  type GradientApproximation,
} from '@ndl/core';
import {
  adaptiveLif,
  adaptiveLifRate,
  alpha,
  Connection,
  defaultPlugins,
  definePlugin,
  directGradient,
  Ensemble,
  isNdlError,
  izhikevich,
  kernel,
  kernelLoss,
  lif,
  lifRate,
  lowpass,
  neurons,
  NdArray,
  Network,
  Node,
  planners,
  Probe,
  REFERENCE_BACKEND,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  simplifications,
  Simulator,
  softLifRate,
  softmaxCrossEntropy,
  sorters,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  surrogateGradient,
  tanh,
  tfjs,
  TFJS_BACKEND,
  token,
  uniform,
  type NeuronType,
  type Plugin,
  type Settings,
} from './index.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

/** Every kind of trainable parameter, through synapses, slices, functions and a loop. */
function wideNetwork(neuronType: NeuronType): { readonly net: Network; readonly out: Probe } {
  const net = new Network({ seed: 8 });
  return net.within(() => {
    const left = new Node([0, 0]);
    const right = new Node([0]);
    const a = new Ensemble({ nNeurons: 9, dimensions: 2, neuronType, label: 'a' });
    const b = new Ensemble({ nNeurons: 7, dimensions: 1, neuronType, label: 'b' });
    const sum = new Node({ sizeIn: 2 });
    new Connection(left, a, { synapse: null });
    new Connection(right, a.at(1), { transform: 0.3, synapse: lowpass(0.003) });
    new Connection(a, a, {
      synapse: lowpass(0.002),
      transform: [
        [0, -0.4],
        [0.4, 0],
      ],
    });
    new Connection(a, b, { function: ([x, y]) => x * y, synapse: alpha(0.002) });
    new Connection(a.neurons, b.neurons, { transform: uniform(-0.001, 0.001), synapse: lowpass(0.001) });
    new Connection(b, sum.at(0), { synapse: null });
    new Connection(a.at(0), sum.at(1), { synapse: null });
    return { net, out: new Probe(sum, { label: 'out' }) };
  });
}

const neuronTypes: readonly NeuronType[] = [
  lif(),
  lifRate(),
  softLifRate(),
  rectifiedLinear(),
  spikingRectifiedLinear(),
  sigmoid(),
  tanh(),
  adaptiveLif({ tauN: 0.01, incN: 0.005 }),
  izhikevich(),
  spikingLeakyRelu(),
  regularSpiking(tanh(), { amplitude: 0.5 }),
  stochasticSpiking(adaptiveLifRate({ tauN: 0.005, incN: 0.01 })),
];
const steps = 6;

describe('agreement', () => {
  it.each(neuronTypes.map((neuronType) => [neuronType.kind, neuronType] as const))(
    'float64, to 1e-6: %s',
    async (_, neuronType) => {
      await using sim = await simulate(wideNetwork(neuronType).net, {
        lifSmoothing: neuronType.kind === 'lif' ? 0.2 : null,
      });
      const report = await sim.checkGradients({ steps });
      expect(report.backendAgainstIr.error).toBeLessThanOrEqual(1e-6);
      expect(report.irAgainstDifferences.error).toBeLessThanOrEqual(1e-6);
      expect(report.elementsChecked).toBeGreaterThan(80);
    },
  );

  it.each([
    ['reference', REFERENCE_BACKEND],
    ['tfjs', TFJS_BACKEND],
  ] as const)('float32, to 1e-3, on %s', async (_, backend) => {
    for (const neuronType of [lif(), sigmoid()]) {
      await using sim = await Simulator.create(wideNetwork(neuronType).net, {
        settings: { backend, lifSmoothing: 0.2 },
      });
      const report = await sim.checkGradients({ steps });
      expect(report.backendAgainstIr.error).toBeGreaterThan(0);
      expect(report.backendAgainstIr.error).toBeLessThanOrEqual(1e-3);
    }
  });

  it.each([1, 2, 3, 5])('on inputs of %i items, however many steps', async (items) => {
    await using sim = await simulate(slope().net);
    const inputs = Array.from({ length: items }, (_, item) => [0.3 - 0.1 * item]);
    for (const call of [{ inputs }, { inputs, steps: 1 }, { inputs: inputs.map((x) => [x, x, x, x]) }]) {
      const report = await sim.checkGradients(call);
      expect([report.elementsChecked, report.elementsUndecided]).toEqual([1, 0]);
    }
    await sim.checkGradients({ targets: inputs });
    await sim.checkGradients({ targets: inputs.map((x) => [x, x]) });
  });

  it('on a network that nothing can be fed to', async () => {
    const net = new Network({ seed: 0 });
    net.within(
      () => void new Probe(new Ensemble({ nNeurons: 4, dimensions: 1, neuronType: sigmoid() }), { synapse: null }),
    );
    await using sim = await simulate(net);
    expect((await sim.checkGradients()).elementsChecked).toBeGreaterThan(0);
  });

  it('on data, losses and targets of the user', async () => {
    const { net, out } = wideNetwork(tanh());
    await using sim = await simulate(net);
    const [left, right] = net.nodes as [Node, Node];
    const inputs = [
      [left, [[0.2, -0.3]]],
      [right, [[[0.1], [0.2], [0.7]]]],
    ] as const;
    for (const losses of [softmaxCrossEntropy(), directGradient()]) {
      const report = await sim.checkGradients({ inputs, targets: [[out, [[1, 0]]]], losses });
      expect(report.irAgainstDifferences.error).toBeLessThan(1e-6);
    }
  });

  it('changes no parameter, and no state of runs', async () => {
    const { net, out } = wideNetwork(tanh());
    await using sim = await simulate(net);
    await sim.run(0.004);
    const before = sim.encodeParameters();
    const samples = [...sim.data.get(out).data];
    await sim.checkGradients({ steps });
    expect(sim.encodeParameters()).toEqual(before);
    expect([...sim.data.get(out).data]).toEqual(samples);
    expect(sim.nSteps).toBe(4);
  });
});

describe('kinks', () => {
  // The gradients are right: held against the closed form in float64, they agree to 4e-13.
  it.each([5, 6])('within the step of differences do not make right gradients wrong: seed %i', async (seed) => {
    const net = new Network({ seed }, () => {
      const a = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: sigmoid() });
      const b = new Ensemble({ nNeurons: 6, dimensions: 1, neuronType: lifRate() });
      new Connection(new Node([0]), a, { synapse: null });
      new Connection(a, b, { synapse: null });
      new Probe(b);
    });
    for (const dtype of ['float64', 'float32'] as const) {
      await using sim = await simulate(net, { dtype });
      const report = await sim.checkGradients({ inputs: [[0.3], [-0.1]] });
      expect(report.elementsChecked).toBeGreaterThan(20);
    }
  });

  /** Currents bias + input of three neurons, and bias + input + 0.5 of another. */
  const atKink = (neuronType: NeuronType, bias: number): Network =>
    new Network({ seed: 0 }, () => {
      const gain = [1, 1, 1, 1];
      const ensemble = new Ensemble({
        nNeurons: 4,
        dimensions: 1,
        neuronType,
        gain,
        bias: gain.map((_, index) => (index === 3 ? bias + 0.5 : bias)),
      });
      const output = new Node({ sizeIn: 1 });
      new Connection(new Node([0]), ensemble, { synapse: null });
      new Connection(ensemble.neurons, output, { synapse: null, transform: [[0.01, -0.02, 0.03, 0.01]] });
      new Probe(output);
    });

  it.each([
    ['rectifiedLinear at 0', rectifiedLinear(), 0, 0],
    ['rectifiedLinear next to 0', rectifiedLinear(), 0, 1e-9],
    ['rectifiedLinear near 0', rectifiedLinear(), 0, -1e-5],
    ['lifRate at its threshold', lifRate(), 1, 0],
    ['lifRate above its threshold', lifRate(), 1, 1e-7],
    ['lifRate below its threshold', lifRate(), 1, -1e-9],
  ])('%s: what cannot be told is no error, and is counted', async (_, neuronType, bias, input) => {
    for (const dtype of ['float64', 'float32'] as const) {
      await using sim = await simulate(atKink(neuronType, bias), { dtype });
      const report = await sim.checkGradients({ inputs: [[input]], targets: [[0.3]] });
      expect(report.elementsChecked).toBeGreaterThanOrEqual(5);
      expect(report.elementsChecked + report.elementsUndecided).toBe(12);
    }
  });

  it('of a loss that is met exactly are nothing to check by, which is said', async () => {
    const absolute = kernel({ name: 'absolute', inputs: ['output', 'target'] }, (k) => ({
      loss: k.abs(k.subtract(k.inputs.output, k.inputs.target)),
    }));
    await using sim = await simulate(slope().net);
    const call = { inputs: [[0.5]], losses: kernelLoss({ kernel: absolute }) };
    await expect(sim.checkGradients({ ...call, targets: [[1]] })).rejects.toEqual(failing('GRADIENTS_UNDECIDED'));
    await sim.checkGradients({ ...call, targets: [[0.9]] });
  });
});

it('a gradient that is not a number is wrong', async () => {
  const root = kernel({ name: 'root', inputs: ['output', 'target'] }, (k) => {
    const d = k.subtract(k.inputs.output, k.inputs.target);
    return { loss: k.sqrt(k.multiply(d, d)) };
  });
  await using sim = await simulate(slope().net);
  const check = sim.checkGradients({ inputs: [[0.5]], targets: [[1]], losses: kernelLoss({ kernel: root }) });
  await expect(check).rejects.toEqual(failing('GRADIENTS_DIFFER', 'NaN or infinite'));
});

/** output = 2 · input, whose one weight is trainable. */
function slope(): { readonly net: Network } {
  const net = new Network({ seed: 0 }, () => {
    const output = new Node({ sizeIn: 1 });
    new Connection(new Node([0]), output, { synapse: null, transform: 2 });
    new Probe(output);
  });
  return { net };
}

/** A plugin that offers one gradient approximation. */
function gradientPlugin(approximation: GradientApproximation): {
  readonly plugin: Plugin;
  readonly settings: Partial<Settings>;
} {
  const key = token<GradientApproximation>(`test/${approximation.name}`);
  const plugin = definePlugin({
    name: `test/${approximation.name}`,
    register({ bind, contribute }) {
      bind(key).toConstantValue(approximation);
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key, summary: 'a test' });
    },
  });
  return { plugin, settings: { gradient: { lif: key } } };
}

describe('surrogates', () => {
  const smoothSpike = kernel({ name: 'smooth spike', inputs: ['current'], parameters: ['width'] }, (k) => ({
    output: k.sigmoid(k.divide(k.subtract(k.inputs.current, 1), k.parameters.width)),
  }));

  it('are checked with the approximation in place of the value', async () => {
    const { plugin, settings } = gradientPlugin(
      surrogateGradient({ name: 'smooth', kinds: ['lif'], approximation: smoothSpike, parameters: { width: 0.5 } }),
    );
    await using sim = await simulate(wideNetwork(lif()).net, settings, { plugins: [...defaultPlugins(), plugin] });
    const report = await sim.checkGradients({ steps });
    expect(report.irAgainstDifferences.error).toBeLessThanOrEqual(1e-6);
    expect(report.irAgainstDifferences.parameter).not.toBe('(none)');
  });

  it('a gradient approximation that is wrong, and no surrogate by its own account, is caught', async () => {
    const doubled = kernel({ name: 'doubled', inputs: ['current'] }, (k) => ({
      output: k.withDerivativeOf(k.tanh(k.inputs.current), k.multiply(2, k.tanh(k.inputs.current))),
    }));
    const { plugin, settings } = gradientPlugin({
      name: 'doubled',
      supports: ({ kind }) => kind === 'lif',
      trainingStep: () => ({ kernel: doubled, parameters: {} }),
    });
    await using sim = await simulate(wideNetwork(lif()).net, settings, { plugins: [...defaultPlugins(), plugin] });
    await expect(sim.checkGradients({ steps })).rejects.toEqual(failing('GRADIENTS_DIFFER', 'central differences'));
  });
});

describe('a backend that is wrong', () => {
  /** The reference backend, but for one gradient. */
  function mutatedBackend(parameter: string): Plugin {
    const key = token<BackendEntry>('test/mutated');
    // It says nothing of how long it takes, so that its priority counts.
    const { estimate: _, ...entry } = referenceEntry;
    return definePlugin({
      name: 'test/mutated',
      register({ bind, contribute }) {
        bind(key).toConstantValue({
          ...entry,
          name: 'mutated',
          priority: 1000,
          dtypes: ['float32'],
          load: async (config) => mutated(await referenceEntry.load(config), parameter),
        });
        contribute(BACKENDS).toConstantValue({ key, summary: 'a test' });
      },
    });
  }

  function mutated(backend: Backend, parameter: string): Backend {
    return {
      ...backend,
      name: 'mutated',
      dispose: () => backend.dispose(),
      create: async () => {
        const executable = await backend.create();
        return new Proxy(executable, {
          get(target, property) {
            if (property === 'gradients') {
              return async (request: Parameters<typeof executable.gradients>[0]) => {
                const result = await target.gradients(request);
                const gradients = new Map(
                  [...result.gradients].map(([id, { data, shape }]) => [
                    id,
                    new NdArray(id.startsWith(parameter) ? data.map((value) => value * 1.01) : data, shape),
                  ]),
                );
                return { ...result, gradients };
              };
            }
            const value: unknown = Reflect.get(target, property, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      },
    };
  }

  it('is caught, and the worst parameter named', async () => {
    const { net } = wideNetwork(tanh());
    const name = 'ensembles[0].encoders';
    await using sim = await Simulator.create(net, { plugins: [...defaultPlugins(), mutatedBackend(name)] });
    const error: unknown = await sim.checkGradients({ steps }).catch((caught: unknown) => caught);
    expect(isNdlError(error, 'GRADIENTS_DIFFER')).toBe(true);
    expect((error as Error).message).toMatch(
      /gradients of mutated against the IR's differ by 1\.\d+e-2 .* at ensembles\[[01]\]\.encoders, the worst parameter/,
    );
  });
});

it('a check without a float64 backend is refused, with the names of those that are loaded', async () => {
  await using sim = await Simulator.create(wideNetwork(tanh()).net, {
    plugins: [neurons(), planners(), sorters(), simplifications(), tfjs()],
  });
  await expect(sim.checkGradients()).rejects.toEqual(failing('NO_BACKEND', 'tfjs'));
});
