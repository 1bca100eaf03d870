/** @file Numbers that the dtype of a simulation makes infinite are refused with their owner's name, wherever they come in. */
import { describe, expect, it } from 'vitest';
import { PROCESS_DEFINITIONS, type ProcessDefinition } from '@ndl/core';
import {
  adam,
  Connection,
  defaultPlugins,
  defineProcess,
  definePlugin,
  direct,
  Ensemble,
  hostLoss,
  kernel,
  kernelLoss,
  lif,
  lifRate,
  linearFilter,
  Network,
  Node,
  noSolver,
  piecewise,
  presentInput,
  Probe,
  REFERENCE_BACKEND,
  rmsprop,
  sgd,
  Simulator,
  softLifRate,
  TFJS_BACKEND,
  type Objective,
  type Process,
  type Settings,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

/** Finite in float64, infinite in float32. */
const HUGE = 1e39;

/** A process that puts out one number always. */
const HUM: ProcessDefinition<Process & { readonly value: number }> = {
  kind: '@test/hum',
  makeStep: ({ value }, { sizeOut }) => {
    const output = new Float64Array(sizeOut).fill(value);
    return () => output;
  },
};
const hum = (value: number): Process =>
  defineProcess({ kind: '@test/hum', value, defaultSizeIn: 0, defaultSizeOut: 1 } as never);
const humPlugin = definePlugin({
  name: '@test/hum',
  register: ({ contribute }) => void contribute(PROCESS_DEFINITIONS).toConstantValue(HUM),
});

/** A node into a weight into a probed node. */
function wired(source: () => Node, transform: number = 1, label: string = 'wire'): Probe {
  const output = new Node({ sizeIn: 1 });
  new Connection(source(), output, { synapse: null, transform, label });
  return new Probe(output, { label: 'output' });
}

const ensembleWith = (options: object): Probe =>
  new Probe(new Ensemble({ nNeurons: 2, dimensions: 1, neuronType: lifRate(), label: 'culprit', ...options }).neurons);

const create = (build: () => Probe, settings: Partial<Settings> = {}) =>
  Simulator.create(new Network({ seed: 0 }, () => void build()), {
    plugins: [...defaultPlugins(), humPlugin],
    settings: { backend: REFERENCE_BACKEND, ...settings },
  });

type Case = readonly [what: string, build: () => Probe, names: RegExp];

const built: readonly Case[] = [
  ['a constant', () => wired(() => new Node([HUGE], { label: 'culprit' })), /culprit.*output holds 1e\+39/],
  ['a transform', () => wired(() => new Node([1]), HUGE, 'culprit'), /culprit.*weights hold 1e\+39/],
  [
    'encoders',
    () => ensembleWith({ encoders: [[HUGE], [1]], normalizeEncoders: false, gain: [1, 1], bias: [0, 0] }),
    /culprit.*gain times encoders over radius holds 1e\+39/,
  ],
  [
    'gains',
    () => ensembleWith({ gain: [HUGE, 1], bias: [0, 0], encoders: [[1], [1]] }),
    /culprit.*gain times encoders over radius holds 1e\+39/,
  ],
  ['biases', () => ensembleWith({ gain: [1, 1], bias: [0, -HUGE] }), /culprit.*bias holds -1e\+39/],
  [
    'an initial state',
    () => ensembleWith({ neuronType: lif({ initialState: { voltage: [HUGE, 0] } } as never) }),
    /culprit.*voltage holds 1e\+39/,
  ],
  [
    'a parameter of neurons',
    () => ensembleWith({ neuronType: lifRate({ amplitude: HUGE }) }),
    /Ensemble 'culprit'.*: neuronType\.amplitude \(lifRate\) is 1e\+39/,
  ],
  [
    'decoders',
    () => {
      const ensemble = new Ensemble({ nNeurons: 2, dimensions: 1, neuronType: lifRate() });
      const output = new Node({ sizeIn: 1 });
      new Connection(ensemble, output, { solver: noSolver({ values: [[HUGE], [0]] }), label: 'culprit' });
      return new Probe(output);
    },
    /culprit.*weights hold 1e\+39/,
  ],
  [
    'what a decoded function makes of its points',
    () => {
      const output = new Node({ sizeIn: 1 });
      new Connection(new Ensemble({ nNeurons: 20, dimensions: 1 }), output, {
        function: ([x]) => 1e44 * x,
        label: 'culprit',
      });
      return new Probe(output);
    },
    /Connection 'culprit'.*what its function returns is/,
  ],
  [
    'a synapse',
    () => new Probe(new Node([1]), { synapse: linearFilter([1e4 * HUGE], [1, 0.01]), label: 'culprit' }),
    /Probe 'culprit'.*synapse, made discrete, holds/,
  ],
  [
    'presentInput',
    () => wired(() => new Node(presentInput([[1], [HUGE]], 0.001), { label: 'culprit' })),
    /Node 'culprit'.*inputs of presentInput is 1e\+39/,
  ],
  [
    'piecewise',
    () => wired(() => new Node(piecewise({ 0.002: HUGE }), { label: 'culprit' })),
    /Node 'culprit'.*values of piecewise is 1e\+39/,
  ],
  [
    'arrays of noise',
    () => ensembleWith({ noise: presentInput([[1, HUGE]], 0.001) }),
    /Ensemble 'culprit'.*noise.*inputs of presentInput is 1e\+39/,
  ],
  [
    'a decoded function whose decoders are finite',
    () => {
      const output = new Node({ sizeIn: 1 });
      const ensemble = new Ensemble({ nNeurons: 20, dimensions: 1 });
      new Connection(ensemble, output, { function: () => [HUGE], label: 'culprit' });
      return new Probe(output);
    },
    /Connection 'culprit'.*what its function returns is 1e\+39/,
  ],
];

/** Refused at the step at which they come. */
const computed: readonly Case[] = [
  [
    'a function of time',
    () => wired(() => new Node((t) => (t > 0.0015 ? HUGE : 1), { label: 'culprit' })),
    /culprit.*: at time 0\.002 s, the function returned 1e\+39, which .*'float64'\.$/,
  ],
  [
    'a function of input',
    () => {
      const through = new Node((t) => (t > 0.0015 ? -HUGE : 1), { sizeIn: 1, label: 'culprit' });
      new Connection(new Node([1]), through, { synapse: null });
      return new Probe(through);
    },
    /culprit.*: at time 0\.002 s, the function returned -1e\+39, which .*'float64'\.$/,
  ],
  [
    'a function on a connection that is not decoded',
    () => {
      const output = new Node({ sizeIn: 1 });
      const source = new Node((t) => t);
      new Connection(source, output, { function: ([t]) => (t > 0.0015 ? HUGE : 1), label: 'culprit', synapse: null });
      return new Probe(output);
    },
    /Connection 'culprit'.*: at time 0\.002 s, the function returned 1e\+39, which .*'float64'\.$/,
  ],
  [
    'a function of a direct ensemble',
    () => {
      const output = new Node({ sizeIn: 1 });
      const ensemble = new Ensemble({ nNeurons: 1, dimensions: 1, neuronType: direct() });
      new Connection(new Node((t) => t), ensemble, { synapse: null });
      new Connection(ensemble, output, { function: ([t]) => (t > 0.0015 ? HUGE : 1), label: 'culprit', synapse: null });
      return new Probe(output);
    },
    /Connection 'culprit'.*: at time 0\.002 s, the function returned 1e\+39, which .*'float64'\.$/,
  ],
  [
    'a process of a plugin',
    () => wired(() => new Node(hum(HUGE), { label: 'culprit' })),
    /culprit.*the process '[^']*hum' returned 1e\+39/,
  ],
  ['noise', () => ensembleWith({ noise: hum(HUGE) }), /culprit.*its noise returned 1e\+39/],
];

describe('in float32, create refuses', () => {
  it.each(built)('%s', async (_, build, names) => {
    await expect(create(build)).rejects.toEqual(failing('NOT_FINITE', names));
    await expect(create(build)).rejects.toEqual(failing('NOT_FINITE', /infinite in float32.*float64/));
  });

  it.each<[string, () => Probe, RegExp]>([
    [
      'sigma',
      () => ensembleWith({ neuronType: softLifRate({ sigma: 1e-46 }) }),
      /'culprit'.*neuronType\.sigma .*is 1e-46/,
    ],
    [
      'tauRc',
      () => ensembleWith({ neuronType: lif({ tauRc: 1e-46 }), gain: [1, 1], bias: [0, 0] }),
      /'culprit'.*neuronType\.tauRc .*is 1e-46/,
    ],
    ['amplitude', () => ensembleWith({ neuronType: lif({ amplitude: 1e-46 }) }), /neuronType\.amplitude .*is 1e-46/],
  ])('a parameter of neurons that is 0 there: %s', async (_, build, names) => {
    await expect(create(build)).rejects.toEqual(failing('NOT_FINITE', names));
    await expect(create(build, { dtype: 'float64' })).resolves.toBeDefined();
  });

  it('a time step, and a smoothing, that are 0 there or have no reciprocal', async () => {
    const network = new Network({ seed: 0 });
    await expect(Simulator.create(network, { dt: 1e-39 })).rejects.toEqual(failing('NOT_FINITE', 'dt is 1e-39'));
    const settings = { lifSmoothing: 1e-46 };
    await expect(Simulator.create(network, { settings })).rejects.toEqual(failing('NOT_FINITE', /lifSmoothing.*1e-46/));
  });

  it('a time step, and a smoothing', async () => {
    const network = new Network({ seed: 0 });
    await expect(Simulator.create(network, { dt: HUGE })).rejects.toEqual(failing('NOT_FINITE', 'dt is 1e+39'));
    const settings = { lifSmoothing: HUGE };
    await expect(Simulator.create(network, { settings })).rejects.toEqual(
      failing('NOT_FINITE', /lifSmoothing.*1e\+39/),
    );
  });
});

describe.each([
  ['reference', REFERENCE_BACKEND],
  ['tfjs', TFJS_BACKEND],
])('in float32 on %s, a run refuses', (_, backend) => {
  it.each(computed)('%s', async (__, build, names) => {
    await using sim = await create(build, { backend });
    await expect(sim.runSteps(3)).rejects.toEqual(failing('NODE_OUTPUT_INVALID', names));
    await expect(sim.reset()).toBeUndefined();
  });
});

it.each([...built, ...computed])('in float64, %s is let through', async (_, build) => {
  await using sim = await create(build, { dtype: 'float64' });
  await sim.runSteps(3);
  expect(sim.nSteps).toBe(3);
});

describe('in float32, calls refuse', () => {
  const wire = (): Probe => wired(() => new Node([0], { label: 'input' }));
  const targets = [[1]];
  const optimizer = sgd({ learningRate: 0 });
  const calls: readonly (readonly [string, string, RegExp, (sim: Simulator, probe: Probe) => Promise<unknown>])[] = [
    [
      'inputs of a run',
      'NOT_FINITE',
      /input: item 0 holds 1e\+39, which is infinite in float32.*'float64'\. Inputs must/,
      (sim) => sim.runSteps(1, { inputs: [[HUGE]] }),
    ],
    ['inputs of predict', 'NOT_FINITE', /item 1/, (sim) => sim.predict([[1], [-HUGE]])],
    ['inputs of train', 'NOT_FINITE', /input/, (sim) => sim.train([[HUGE]], { targets, optimizer })],
    ['targets', 'NOT_FINITE', /output/, (sim) => sim.train([[1]], { targets: [[HUGE]], optimizer })],
    ['targets of evaluate', 'NOT_FINITE', /output/, (sim) => sim.evaluate([[1]], { targets: [[HUGE]] })],
    [
      'a learning rate',
      'NOT_FINITE',
      /train: learningRate of the optimizer 'sgd', at update 1, is 1e\+39, which is infinite in float32/,
      (sim) => sim.train([[1]], { targets, optimizer: sgd({ learningRate: HUGE }) }),
    ],
    [
      'a scheduled learning rate',
      'NOT_FINITE',
      /learningRate.*1e\+39/,
      (sim) => sim.train([[1]], { targets, optimizer: sgd({ learningRate: () => HUGE }) }),
    ],
    [
      'a loss weight',
      'INVALID_OPTION',
      /lossWeights: that of probe output is 1e\+39, which is infinite in float32: .* dtype: 'float64'\.$/,
      (sim, probe) => sim.train([[1]], { targets, optimizer, lossWeights: [[probe, HUGE]] }),
    ],
  ];
  it.each(calls)('%s', async (_, code, message, act) => {
    await using sim = await create(wire);
    await expect(act(sim, sim.network.probes[0]!)).rejects.toEqual(failing(code, message));
  });

  const weighed = kernel({ name: 'weighed', inputs: ['output'], parameters: ['w'] }, (k) => ({
    loss: k.multiply(k.inputs.output, k.parameters.w),
  }));
  const heavy = kernel({ name: 'heavy', inputs: ['output'] }, (k) => ({ loss: k.multiply(k.inputs.output, HUGE) }));
  const hugeObjectives: readonly (readonly [string, Objective, string, RegExp])[] = [
    [
      'a parameter of a kernel loss',
      kernelLoss({ kernel: weighed, parameters: { w: HUGE } }),
      'NOT_FINITE',
      /the (loss|metric) 'kernelLoss': parameter 'w' of its kernel 'weighed' is 1e\+39, which is infinite in float32/,
    ],
    [
      'a constant of a kernel loss',
      kernelLoss({ kernel: heavy }),
      'NOT_FINITE',
      /the (loss|metric) 'kernelLoss': a constant of its kernel 'heavy' is 1e\+39, which is infinite in float32/,
    ],
    ...(
      [
        ['its loss', { loss: HUGE, gradient: [0] }],
        ['its count', { loss: 1, gradient: [0], count: HUGE }],
        ['element 0 of its gradient', { loss: 1, gradient: [-HUGE] }],
      ] as const
    ).map(
      ([what, result]) =>
        [
          `${what} of a host loss`,
          hostLoss({ label: 'mine', call: () => result }),
          'HOST_LOSS_INVALID',
          new RegExp(`The loss "mine".*${what} is -?1e\\+39, which is infinite in float32: .* dtype: 'float64'\\.$`),
        ] as const,
    ),
  ];
  it.each(hugeObjectives)('%s, whatever measures it; float64 holds it', async (_, objective, code, message) => {
    const net = new Network({ seed: 0 }, () => void wire());
    const settings = { backend: REFERENCE_BACKEND };
    await using sim = await Simulator.create(net, { settings });
    for (const act of [
      () => sim.evaluate([[1]], { targets, losses: objective }),
      () => sim.evaluate([[1]], { targets, metrics: objective }),
      () => sim.train([[1]], { targets, losses: objective, optimizer }),
      () => sim.train([[1]], { targets, losses: objective, optimizer }),
    ])
      await expect(act()).rejects.toEqual(failing(code, message));
    await using wide = await Simulator.create(net, { settings: { ...settings, dtype: 'float64' } });
    const history = await wide.train([[1]], { targets, losses: objective, optimizer });
    expect(Number.isFinite(history.epochs[0]!.training['loss'])).toBe(true);
  });

  it("a constant of an optimizer of one's own", async () => {
    const { update, ...own } = sgd({ learningRate: 0 });
    const hasty = kernel({ name: 'hasty', inputs: update.inputs, parameters: update.parameters }, (k) => ({
      parameter: k.subtract(k.inputs['parameter']!, k.multiply(HUGE, k.inputs['gradient']!)),
    }));
    await using sim = await create(wire);
    await expect(sim.train([[1]], { targets, optimizer: { ...own, update: hasty } })).rejects.toEqual(
      failing('NOT_FINITE', /the optimizer 'sgd': a constant of its kernel 'hasty' is 1e\+39/),
    );
  });

  it.each([
    ['adam', adam],
    ['rmsprop', rmsprop],
  ])('an epsilon of %s that becomes 0, which float64 takes', async (name, make) => {
    const small = make({ epsilon: 1e-46 });
    await using sim = await create(wire);
    await expect(sim.train([[1]], { targets, optimizer: small })).rejects.toEqual(
      failing(
        'NOT_FINITE',
        new RegExp(`train: epsilon of the optimizer '${name}' is 1e-46.*float32.*dtype: 'float64'`),
      ),
    );
    await using wide = await create(wire, { dtype: 'float64' });
    expect((await wide.train([[1]], { targets, optimizer: small })).epochs).toHaveLength(1);
  });

  it.each(['1', 1n, null, NaN])('a loss weight that is no finite number: %s', async (weight) => {
    await using sim = await create(wire);
    const lossWeights = [[sim.network.probes[0]!, weight as number]] as const;
    const training = sim.train([[1]], { targets, optimizer, lossWeights });
    await expect(training).rejects.toEqual(failing('INVALID_OPTION', 'lossWeights'));
  });

  it('parameters of a file that was learnt in float64', async () => {
    const net = new Network({ seed: 0 }, () => void wire());
    await using wide = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } });
    await wide.train([[1e18]], { targets: [[1e30]], optimizer: sgd({ learningRate: 1 }) });
    await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND } });
    const loading = sim.decodeParameters(wide.encodeParameters());
    await expect(loading).rejects.toEqual(failing('PARAMETERS_MISMATCH', /wire.*not finite in float32/));
  });

  it('the first number that rounds to infinity, and no smaller one', async () => {
    await using sim = await create(wire);
    const first = 2 ** 128 - 2 ** 103;
    await expect(sim.predict([[first]])).rejects.toEqual(failing('NOT_FINITE'));
    const below = first - 2 ** 75;
    const [values] = (await sim.predict([[below]])).values();
    expect([...values!.data]).toEqual([Math.fround(below)]);
  });
});
