/** @file Bad input to a Simulator: options, data, targets, calls after the end. Each is refused by name, and nothing happens. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  adam,
  Connection,
  defaultPlugins,
  Ensemble,
  kernel,
  kernelLoss,
  lifRate,
  meanSquaredError,
  NdArray,
  Network,
  neurons,
  Node,
  planners,
  Probe,
  referenceBackend,
  REFERENCE_BACKEND,
  sgd,
  simplifications,
  Simulator,
  sorters,
  TFJS_BACKEND,
  token,
  type Inputs,
  type PredictOptions,
  type SimulatorOptions,
  type TrainOptions,
} from './index.ts';
import { refuses } from './bad-input.test-helper.ts';
import { movedBetween, parameterBits } from './reference-simulator.test-helper.ts';

const untyped = (value: unknown): never => value as never;

const net = new Network({ seed: 1 });
const { eyes, ears, motion, speech } = net.within(() => {
  const eyes = new Node([0, 0], { label: 'eyes' });
  const ears = new Node([0], { label: 'ears' });
  const a = new Ensemble({ nNeurons: 10, dimensions: 2, neuronType: lifRate() });
  new Connection(eyes, a, { synapse: null });
  new Connection(ears, a.at(0), { synapse: null });
  return { eyes, ears, motion: new Probe(a, { label: 'motion' }), speech: new Probe(a.neurons, { label: 'speech' }) };
});
const foreign = new Network({ seed: 1 }).within(() => {
  const node = new Node([0], { label: 'stranger' });
  return { node, probe: new Probe(node, { label: 'foreign probe' }) };
});

const created = (options: unknown, network: unknown = net) => () => Simulator.create(untyped(network), untyped(options));

describe('Simulator.create', () => {
  refuses([
    { what: 'no network', act: created({}, { nodes: [] }), code: 'OPTION_INVALID', names: ['network'] },
    { what: 'a subnetwork', act: () => Simulator.create(net.within(() => new Network({ label: 'inner' }))), code: 'OPTION_INVALID', names: ['top-level'] },
    { what: 'an unknown option', act: created({ minibatchsize: 4 }), code: 'UNKNOWN_OPTION', names: ["'minibatchsize'", "Did you mean minibatchSize?"] },
    { what: 'dt of zero', act: created({ dt: 0 }), code: 'OPTION_INVALID', names: ['dt', '0'] },
    { what: 'negative dt', act: created({ dt: -0.001 }), code: 'OPTION_INVALID', names: ['dt', '-0.001'] },
    { what: 'dt of NaN', act: created({ dt: NaN }), code: 'OPTION_INVALID', names: ['dt', 'NaN'] },
    { what: 'a minibatch of zero', act: created({ minibatchSize: 0 }), code: 'OPTION_INVALID', names: ['minibatchSize', '0'] },
    { what: 'a minibatch of 2.5', act: created({ minibatchSize: 2.5 }), code: 'OPTION_INVALID', names: ['minibatchSize', '2.5'] },
    { what: 'a negative seed', act: created({ seed: -3 }), code: 'OPTION_INVALID', names: ['seed', '-3'] },
    { what: 'plugins that are no list', act: created({ plugins: 'tfjs' }), code: 'OPTION_INVALID', names: ['plugins', "'tfjs'"] },
    { what: 'a plugin that is none', act: created({ plugins: [...defaultPlugins(), {}] }), code: 'NOT_A_PLUGIN', names: [/plugins\[\d+\]/] },
    { what: 'no plugins', act: created({ plugins: [] }), code: 'UNKNOWN_KIND', names: ['lifRate', 'plugin'] },
    { what: 'no backend', act: created({ plugins: [neurons(), planners(), sorters(), simplifications()] }), code: 'NO_BACKEND', names: ['BACKENDS', 'referenceBackend()'] },
    { what: 'no planner', act: created({ plugins: [neurons(), referenceBackend()] }), code: 'SLOT_EMPTY', names: ['planner'] },
    { what: 'an unknown setting', act: created({ settings: { planer: null } }), code: 'UNKNOWN_SETTING', names: ["'planer'", 'Simulator.create', "Did you mean planner?"] },
    { what: 'a backend that is not loaded', act: created({ settings: { backend: token('@someone/backend') } }), code: 'UNKNOWN_TOKEN', names: ['@someone/backend'] },
    { what: 'float64 on tfjs', act: created({ settings: { backend: TFJS_BACKEND, dtype: 'float64' } }), code: 'BACKEND_REFUSED', names: ['tfjs', 'float64', 'reference'] },
    { what: 'an unknown sessionConfig', act: created({ settings: { backend: REFERENCE_BACKEND, sessionConfig: { threads: 4 } } }), code: 'SESSION_CONFIG_UNKNOWN', names: ['threads', 'reference'] },
  ]);
});

const sims: { sim?: Simulator } = {};
let before: ReturnType<typeof parameterBits>;
const options: SimulatorOptions = { settings: { backend: REFERENCE_BACKEND } };

beforeAll(async () => {
  sims.sim = await Simulator.create(net, options);
  before = parameterBits(sims.sim);
});
afterAll(() => sims.sim!.dispose());

const train = (changes: Partial<Record<keyof TrainOptions, unknown>>, inputs: unknown = [[eyes, [[0.1, 0.2]]]]) => () =>
  sims.sim!.train(inputs as Inputs, { targets: [[motion, [[0, 0]]]], optimizer: sgd(), ...changes } as TrainOptions);
const predict = (inputs: unknown, changes: Partial<Record<keyof PredictOptions, unknown>> = {}) => () => sims.sim!.predict(inputs as Inputs, changes as PredictOptions);

describe('data', () => {
  refuses([
    { what: 'of a wrong size', act: predict([[eyes, [[1, 2, 3]]]]), code: 'DATA_SHAPE', names: ['eyes', '[items, steps, 2]', '[1, 3]'] },
    { what: 'with an axis too few', act: predict([[eyes, [1, 2]]]), code: 'DATA_SHAPE', names: ['eyes', '[2]'] },
    { what: 'with an axis too many', act: predict([[eyes, [[[[1, 2]]]]]]), code: 'DATA_SHAPE', names: ['eyes', '[1, 1, 1, 2]'] },
    { what: 'without items', act: predict([[eyes, new NdArray(new Float64Array(0), [0, 2])]]), code: 'DATA_SHAPE', names: ['eyes', '[0, 2]'] },
    { what: 'without steps', act: predict([[eyes, new NdArray(new Float64Array(0), [1, 0, 2])]]), code: 'DATA_SHAPE', names: ['eyes', '[1, 0, 2]'] },
    { what: 'that are ragged', act: predict([[eyes, [[1, 2], [3]]]]), code: 'DATA_INVALID', names: ['eyes', '[1]'] },
    { what: 'that are no numbers', act: predict([[eyes, [['1', '2']]]]), code: 'DATA_INVALID', names: ['eyes'] },
    { what: 'that are null', act: predict([[eyes, null]]), code: 'DATA_INVALID', names: ['eyes'] },
    { what: 'with NaN', act: predict([[eyes, [[0, 0], [0, NaN]]]]), code: 'DATA_NOT_FINITE', names: ['eyes', 'NaN', 'item 1'] },
    { what: 'with infinity', act: predict([[eyes, [[Infinity, 0]]]]), code: 'DATA_NOT_FINITE', names: ['eyes', 'Infinity', 'item 0'] },
    { what: 'of other items than the rest', act: predict([[eyes, [[1, 2]]], [ears, [[1], [2]]]]), code: 'DATA_DISAGREE', names: ['ears', '2 items', 'eyes', '1'] },
    { what: 'of other steps than the rest', act: predict([[eyes, [[[1, 2]]]], [ears, [[[1], [2]]]]]), code: 'DATA_DISAGREE', names: ['ears', '2 steps', 'eyes'] },
    { what: 'of other steps than asked for', act: predict([[ears, [[[1], [2]]]]], { steps: 3 }), code: 'DATA_DISAGREE', names: ['ears', '2 steps', '3'] },
    { what: 'for a node of another network', act: predict([[foreign.node, [[1]]]]), code: 'FOREIGN_OBJECT', names: ['stranger', 'node eyes'] },
    { what: 'for an ensemble', act: predict([[net.ensembles[0], [[1, 2]]]]), code: 'FOREIGN_OBJECT', names: ['ensemble', 'node eyes'] },
    { what: 'twice for one node', act: predict([[ears, [[1]]], [ears, [[2]]]]), code: 'DATA_TWICE', names: ['ears'] },
    { what: 'bare, where there are two input nodes', act: predict([[1, 2]]), code: 'DATA_AMBIGUOUS', names: ['node eyes', 'node ears'] },
    { what: 'none', act: predict(undefined), code: 'OPTION_INVALID', names: ['inputs'] },
    { what: 'for a run, of other items than the simulator has', act: () => sims.sim!.runSteps(2, { inputs: [[ears, [[1], [2]]]] }), code: 'DATA_DISAGREE', names: ['ears', '2 items'] },
    { what: 'for a run, of other steps', act: () => sims.sim!.runSteps(2, { inputs: [[ears, [[[1]]]]] }), code: 'DATA_DISAGREE', names: ['ears', '1 steps', 'run'] },
    { what: 'for a run, with NaN', act: () => sims.sim!.runSteps(1, { inputs: [[ears, [[NaN]]]] }), code: 'DATA_NOT_FINITE', names: ['ears'] },
    { what: 'as targets, of a wrong size', act: train({ targets: [[motion, [[1]]]] }), code: 'DATA_SHAPE', names: ['motion', '2'] },
    { what: 'as targets, with infinity', act: train({ targets: [[motion, [[1, -Infinity]]]] }), code: 'DATA_NOT_FINITE', names: ['motion', '-Infinity'] },
    { what: 'as targets, of other items than the inputs', act: train({ targets: [[motion, [[1, 2], [3, 4]]]] }), code: 'DATA_DISAGREE', names: ['motion', '2 items', 'eyes'] },
    { what: 'as targets, for a probe of another network', act: train({ targets: [[foreign.probe, [[1]]]] }), code: 'FOREIGN_OBJECT', names: ['foreign probe', 'motion'] },
    { what: 'no targets', act: train({ targets: undefined }), code: 'OPTION_INVALID', names: ['targets'] },
    { what: 'an empty Map of targets', act: train({ targets: new Map() }), code: 'OPTION_INVALID', names: ['targets'] },
    { what: 'of validation, of a wrong size', act: train({ validation: { inputs: [[ears, [[1, 2]]]], targets: [[motion, [[0, 0]]]] } }), code: 'DATA_SHAPE', names: ['ears'] },
  ]);
});

describe('training', () => {
  const odd = kernel({ name: 'odd', inputs: ['output', 'weather'] }, (k) => ({ loss: k.add(k.inputs.output, k.inputs.weather) }));
  refuses([
    { what: 'an unknown option', act: train({ epoch: 3 } as never), code: 'UNKNOWN_OPTION', names: ["'epoch'", "Did you mean epochs?"] },
    { what: 'no options', act: () => sims.sim!.train([[eyes, [[1, 2]]]], untyped(undefined)), code: 'OPTION_INVALID', names: ['train', 'options'] },
    { what: 'no epochs', act: train({ epochs: 0 }), code: 'OPTION_INVALID', names: ['epochs', '0'] },
    { what: 'a minibatch of zero', act: train({ minibatchSize: 0 }), code: 'OPTION_INVALID', names: ['minibatchSize', '0'] },
    { what: 'a truncation of zero', act: train({ truncation: 0 }), code: 'OPTION_INVALID', names: ['truncation', '0'] },
    { what: 'half a step', act: train({ steps: 1.5 }), code: 'OPTION_INVALID', names: ['steps', '1.5'] },
    { what: 'no optimizer', act: train({ optimizer: undefined }), code: 'OPTION_INVALID', names: ['optimizer', 'adam()'] },
    { what: 'an optimizer by name', act: train({ optimizer: 'adam' }), code: 'OPTION_INVALID', names: ['optimizer', "'adam'"] },
    { what: 'a negative learning rate', act: () => adam({ learningRate: -1 }), code: 'INVALID_PARAMETER', names: ['adam', 'learningRate', '-1'] },
    { what: 'an unknown option of an optimizer', act: () => adam(untyped({ rate: 1 })), code: 'UNKNOWN_OPTION', names: ['adam', "'rate'"] },
    { what: 'a schedule that ends in NaN', act: train({ optimizer: sgd({ learningRate: () => NaN }) }), code: 'SCHEDULE_INVALID', names: ['sgd', 'NaN', 'update 1'] },
    { what: 'a loss by name', act: train({ losses: 'mse' }), code: 'OPTION_INVALID', names: ['losses', "'mse'"] },
    { what: 'a loss that is none', act: train({ losses: [[motion, {}]] }), code: 'OPTION_INVALID', names: ['losses'] },
    { what: 'a loss for a probe without targets', act: train({ losses: [[speech, meanSquaredError()]] }), code: 'TARGETS_MISSING', names: ['losses', 'speech', 'motion'] },
    { what: 'a loss for a probe of another network', act: train({ losses: [[foreign.probe, meanSquaredError()]] }), code: 'FOREIGN_OBJECT', names: ['foreign probe'] },
    { what: 'a loss weight of NaN', act: train({ lossWeights: [[motion, NaN]] }), code: 'OPTION_INVALID', names: ['lossWeights', 'NaN'] },
    { what: 'a metric by name', act: train({ metrics: ['accuracy'] }), code: 'OPTION_INVALID', names: ['metrics'] },
    { what: 'a loss kernel with a strange input', act: () => kernelLoss({ kernel: odd }), code: 'LOSS_KERNEL_INVALID', names: ['odd', 'weather'] },
    { what: 'callbacks that are no list', act: train({ callbacks: () => 'stop' }), code: 'OPTION_INVALID', names: ['callbacks', 'a function'] },
    { what: 'a mode that is none', act: predict([[ears, [[1]]]], { mode: 'spikes' }), code: 'OPTION_INVALID', names: ['mode', "'spiking'", "'spikes'"] },
    { what: 'probes of another network', act: predict([[ears, [[1]]]], { probes: [foreign.probe] }), code: 'FOREIGN_OBJECT', names: ['foreign probe', 'motion'] },
    { what: 'an unknown option of predict', act: predict([[ears, [[1]]]], { step: 3 } as never), code: 'UNKNOWN_OPTION', names: ["'step'", "Did you mean steps?"] },
    { what: 'an unknown option of evaluate', act: () => sims.sim!.evaluate([[ears, [[1]]]], untyped({ targets: [[motion, [[0, 0]]]], optimizer: sgd() })), code: 'UNKNOWN_OPTION', names: ["'optimizer'"] },
    { what: 'an unknown option of checkGradients', act: () => sims.sim!.checkGradients(untyped({ epsilon: 1 })), code: 'UNKNOWN_OPTION', names: ["'epsilon'"] },
    {
      what: 'nothing that may be trained',
      act: async () => {
        const frozen = new Network({ seed: 1 });
        const { input, probe } = frozen.within(() => {
          const input = new Node([0]);
          return { input, probe: new Probe(input) };
        });
        await using sim = await Simulator.create(frozen, options);
        await sim.train([[input, [[1]]]], { targets: [[probe, [[1]]]], optimizer: sgd() });
      },
      code: 'NOTHING_TRAINABLE',
      names: ['trainable'],
    },
  ]);
});

describe('runs', () => {
  const drained = async (stream: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of stream) break;
  };
  refuses([
    { what: 'negative seconds', act: () => sims.sim!.run(-1), code: 'OPTION_INVALID', names: ['seconds', '-1'] },
    { what: 'seconds of NaN', act: () => sims.sim!.run(NaN), code: 'OPTION_INVALID', names: ['seconds', 'NaN'] },
    { what: 'endless seconds', act: () => sims.sim!.run(Infinity), code: 'OPTION_INVALID', names: ['seconds', 'Infinity'] },
    { what: 'half a step', act: () => sims.sim!.runSteps(0.5), code: 'OPTION_INVALID', names: ['steps', '0.5'] },
    { what: 'an unknown option', act: () => sims.sim!.run(1, untyped({ input: [] })), code: 'UNKNOWN_OPTION', names: ["'input'", "Did you mean inputs?"] },
    { what: 'a stream in pieces of zero', act: () => drained(sims.sim!.stream({ every: 0 })), code: 'OPTION_INVALID', names: ['every', '0'] },
    { what: 'a stream of -1 steps', act: () => drained(sims.sim!.stream({ steps: -1 })), code: 'OPTION_INVALID', names: ['steps', '-1'] },
    { what: 'a stream with inputs', act: () => drained(sims.sim!.stream(untyped({ inputs: [] }))), code: 'UNKNOWN_OPTION', names: ["'inputs'"] },
    { what: 'samples of a probe of another network', act: () => sims.sim!.data.get(foreign.probe), code: 'FOREIGN_OBJECT', names: ['foreign probe'] },
    { what: 'the arrays of a node', act: () => sims.sim!.data.get(untyped(eyes)), code: 'FOREIGN_OBJECT', names: ['eyes'] },
    {
      what: 'a probe of another network, of a piece of a stream',
      act: async () => {
        for await (const piece of sims.sim!.stream({ steps: 0 + 1 })) {
          sims.sim!.reset();
          piece.get(foreign.probe);
        }
      },
      code: 'FOREIGN_OBJECT',
      names: ['foreign probe', 'motion'],
    },
  ]);
});

it('after all that was refused, nothing was learnt, and the simulator works', async () => {
  expect(movedBetween(before, parameterBits(sims.sim!))).toEqual([]);
  await sims.sim!.run(0.005);
  expect(sims.sim!.nSteps).toBe(5);
});

describe('after dispose', () => {
  const ended = async (act: (sim: Simulator) => unknown): Promise<unknown> => {
    const sim = await Simulator.create(net, options);
    await sim.runSteps(2);
    await sim.dispose();
    return act(sim);
  };
  const calls: readonly (readonly [string, (sim: Simulator) => unknown])[] = [
    ['run', (sim) => sim.run(0.001)],
    ['step', (sim) => sim.step()],
    ['train', (sim) => sim.train([[ears, [[1]]]], { targets: [[motion, [[0, 0]]]], optimizer: sgd() })],
    ['evaluate', (sim) => sim.evaluate([[ears, [[1]]]], { targets: [[motion, [[0, 0]]]] })],
    ['predict', (sim) => sim.predict([[ears, [[1]]]])],
    ['checkGradients', (sim) => sim.checkGradients()],
    ['reset', (sim) => sim.reset()],
    ['encodeParameters', (sim) => sim.encodeParameters()],
    ['decodeParameters', (sim) => sim.decodeParameters(new Uint8Array())],
    ['freezeParameters', (sim) => sim.freezeParameters()],
  ];
  refuses(calls.map(([name, act]) => ({ what: name, act: () => ended(act), code: 'SIMULATOR_DISPOSED', names: [name === 'step' ? 'run' : name, 'disposed'] })));

  it('recorded data and built arrays stay readable, and a second dispose does nothing', async () => {
    await ended(async (sim) => {
      expect(sim.data.get(motion).shape).toEqual([2, 2]);
      expect(sim.data.get(net.ensembles[0]!).encoders.shape).toEqual([10, 2]);
      await sim.dispose();
    });
  });

  it('a run under way ends with an error, not with numbers', async () => {
    const sim = await Simulator.create(net, options);
    const running = sim.runSteps(100_000);
    setTimeout(() => void sim.dispose(), 30);
    await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/DISPOSED/) as unknown });
  });
});
