/** @file Functions of plugins and users that are async where they may not be: the error is ndl's own, and nothing is left to reject unheard. */
import {
  DISTRIBUTION_DEFINITIONS,
  GRADIENT_APPROXIMATIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PLANNERS,
  SETTING_SPECS,
  SIMPLIFICATIONS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  TRANSFORM_DEFINITIONS,
  BUILD_FUNCTIONS,
  PROCESS_DEFINITIONS,
} from '@ndl/core';
import { kernel } from '@ndl/ir';
import {
  defineDistribution,
  defineNeuronType,
  defineProcess,
  defineSolver,
  defineSynapse,
  defineTransform,
} from '@ndl/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  configureSettings,
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  hostLoss,
  isNdlError,
  Network,
  Node,
  Probe,
  sgd,
  token,
  type Objective,
  type Plugin,
  type Planner,
  type Settings,
  type Token,
} from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => void process.off('unhandledRejection', note));

/** As an async function gives it that fails. */
const later = (): never => Promise.reject(new Error('nobody hears this')) as never;

const contributing = (collection: Token<never>, ...members: readonly object[]): Plugin =>
  definePlugin({
    name: '@acme/later',
    register: ({ contribute }) => {
      for (const member of members) contribute(collection).toConstantValue(member as never);
    },
  });

/** One node that a connection reads, with what `more` adds; built, run and trained. */
async function used(
  more: (input: Node, output: Node) => void,
  {
    plugins = [],
    settings = {},
    train = {},
  }: { plugins?: readonly Plugin[]; settings?: Partial<Settings>; train?: object } = {},
): Promise<void> {
  const net = new Network({ seed: 0 });
  const { input, probe } = net.within(() => {
    const [input, output] = [new Node([0.5]), new Node({ sizeIn: 1 })];
    new Connection(input, output, { synapse: null, transform: [[0.5]] });
    more(input, output);
    return { input, probe: new Probe(output) };
  });
  await using sim = await simulate(net, settings, { plugins: [...defaultPlugins(), ...plugins] });
  await sim.runSteps(2);
  await sim.saveState();
  await sim.train([[input, [[1]]]], { targets: [[probe, [[1]]]], optimizer: sgd(), ...train });
}

const neuron = {
  kind: 'later',
  step: () => ({
    kernel: kernel({ name: 'same', inputs: ['current'] }, (k) => ({ output: k.add(k.inputs.current, 0) })),
    parameters: {},
  }),
  rates: (_: object, current: Float64Array) => current.slice(),
};
const neuronType = defineNeuronType({ kind: 'later', spiking: false, initialState: {} });
const withNeurons = (input: Node, output: Node, tuned = false): void => {
  const ensemble = new Ensemble({
    nNeurons: 2,
    dimensions: 1,
    neuronType,
    ...(!tuned && { gain: [1, 1], bias: [0, 0] }),
  });
  new Connection(input, ensemble);
  new Connection(ensemble.neurons, output, { transform: [[1, 1]] });
};
const decoded = (options: ConstructorParameters<typeof Connection>[2]) => (_: Node, output: Node) =>
  void new Connection(new Ensemble({ nNeurons: 4, dimensions: 1 }), output, options);
const processed = (sizeIn: number) => (input: Node) => {
  const node = new Node(defineProcess({ kind: 'later' }), { sizeIn, sizeOut: 1 });
  if (sizeIn > 0) new Connection(input, node);
  else new Probe(node);
};
const saving = { makeStep: () => Object.assign(() => [1], { save: later, restore: () => undefined }) };
const PROCESSES: readonly [string, sizeIn: number, object][] = [
  ['makeStep of a process', 0, { makeStep: later }],
  ['a step of a process', 0, { makeStep: () => later }],
  ['a step of a process with input', 1, { makeStep: () => later }],
  ['check of a process', 0, { check: later }],
  ['generated of a process', 0, { generated: later }],
  ['prepare of a process', 0, { prepare: later }],
  ['cost of a process', 0, { *prepare() {}, cost: later }],
  ['build of a process', 1, { build: later }],
  ['save of a process', 0, saving],
  ['save of a process with input', 1, saving],
];
const nothing = (): void => {};
const PLANNER: Token<Planner> = token<Planner>('@acme/later/planner');
const objective = (build: () => never): Objective => ({ kind: 'later', build });

test.each<[string, Parameters<typeof used>[0], Parameters<typeof used>[1]?]>([
  ['a node', (_, output) => void new Connection(new Node(later, { sizeOut: 1 }), output)],
  ['a connection', decoded({ function: later })],
  [
    'step of neurons',
    withNeurons,
    { plugins: [contributing(NEURON_DEFINITIONS as never, { ...neuron, step: later })] },
  ],
  [
    'rates of neurons',
    (input, output) => withNeurons(input, output, true),
    { plugins: [contributing(NEURON_DEFINITIONS as never, { ...neuron, rates: later })] },
  ],
  [
    'gainBias of neurons',
    (input, output) => withNeurons(input, output, true),
    { plugins: [contributing(NEURON_DEFINITIONS as never, { ...neuron, gainBias: later })] },
  ],
  [
    'rateStep of neurons',
    withNeurons,
    { plugins: [contributing(NEURON_DEFINITIONS as never, { ...neuron, rateStep: later })] },
  ],
  [
    'a synapse',
    decoded({ synapse: defineSynapse({ kind: 'later' }) }),
    { plugins: [contributing(SYNAPSE_DEFINITIONS as never, { kind: 'later', discretize: later })] },
  ],
  [
    'a distribution',
    () => void new Ensemble({ nNeurons: 4, dimensions: 1, intercepts: defineDistribution({ kind: 'later' }) }),
    { plugins: [contributing(DISTRIBUTION_DEFINITIONS as never, { kind: 'later', sample: later })] },
  ],
  [
    'a solver',
    decoded({ solver: defineSolver({ kind: 'later', weights: false, compositional: true }) }),
    { plugins: [contributing(SOLVER_DEFINITIONS as never, { kind: 'later', needsActivities: true, solve: later })] },
  ],
  [
    'the cost of a solver',
    decoded({ solver: defineSolver({ kind: 'later', weights: false, compositional: true }) }),
    {
      plugins: [
        contributing(SOLVER_DEFINITIONS as never, { kind: 'later', needsActivities: true, solve: later, cost: later }),
      ],
    },
  ],
  ...PROCESSES.map(
    ([what, sizeIn, definition]) =>
      [
        what,
        processed(sizeIn),
        {
          plugins: [
            contributing(PROCESS_DEFINITIONS as never, { kind: 'later', makeStep: () => () => [1], ...definition }),
          ],
        },
      ] satisfies [string, unknown, object],
  ),
  [
    'a transform',
    (input, output) =>
      void new Connection(input, output, {
        transform: defineTransform({ kind: 'later', shape: [1, 1], parameters: [] }),
      }),
    { plugins: [contributing(TRANSFORM_DEFINITIONS as never, { kind: 'later', arrays: later, weights: later })] },
  ],
  [
    'a build function',
    nothing,
    {
      plugins: [
        definePlugin({
          name: '@acme/later',
          register: ({ replace }) =>
            void replace(BUILD_FUNCTIONS).toConstantValue({ kind: 'node', build: later } as never),
        }),
      ],
    },
  ],
  [
    'a gradient',
    withNeurons,
    {
      plugins: [
        contributing(NEURON_DEFINITIONS as never, neuron),
        definePlugin({
          name: '@acme/gradient',
          register: ({ bind, contribute }) => {
            const key = token<object>('@acme/gradient/later');
            bind(key).toConstantValue({ name: 'later', supports: later, trainingStep: later });
            contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key, summary: 'later' } as never);
          },
        }),
      ],
      settings: { gradient: token('@acme/gradient/later') } as never,
    },
  ],
  ['a simplification', nothing, { plugins: [contributing(SIMPLIFICATIONS as never, { name: 'later', apply: later })] }],
  [
    'a planner',
    nothing,
    {
      plugins: [
        definePlugin({
          name: '@acme/later',
          register: ({ bind, contribute }) => {
            bind(PLANNER).toConstantValue(later);
            contribute(PLANNERS).toConstantValue({ key: PLANNER, summary: 'later' });
          },
        }),
      ],
      settings: { planner: PLANNER },
    },
  ],
  [
    'a setting',
    () => configureSettings({ later: 1 } as never),
    {
      plugins: [contributing(SETTING_SPECS as never, { name: 'later', default: 0, validate: later, summary: 'later' })],
    },
  ],
  [
    'a lowering',
    nothing,
    {
      plugins: [
        definePlugin({
          name: '@acme/later',
          register: ({ replace }) =>
            void replace(OPERATOR_LOWERINGS).toConstantValue({
              kind: 'copy',
              mergeClass: later,
              lower: later,
            } as never),
        }),
      ],
    },
  ],
  ['a loss', nothing, { train: { losses: objective(later) } }],
  ['a part of a loss', nothing, { train: { losses: objective(() => ({ sum: later() }) as never) } }],
  ['a metric', nothing, { train: { metrics: objective(later) } }],
  ['a host loss', nothing, { train: { losses: hostLoss({ label: 'later', call: later }) } }],
  [
    'a gradient of a host loss',
    nothing,
    { train: { losses: hostLoss({ label: 'later', call: () => ({ loss: 0, gradient: later() }) }) } },
  ],
  ['an optimizer', nothing, { train: { optimizer: { ...sgd(), scalars: later } } }],
  ['a learning rate', nothing, { train: { optimizer: sgd({ learningRate: later }) } }],
])('%s', async (_, more, options) => {
  const error: unknown = await used(more, options).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect({ error, isNdls: isNdlError(error), unhandled }).toMatchObject({
    error: { message: expect.stringMatching(/a promise|nobody hears this/) as string },
    isNdls: true,
    unhandled: [],
  });
});
