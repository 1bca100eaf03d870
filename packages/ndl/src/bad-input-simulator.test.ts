/** @file Bad options of a Simulator and its runs, and calls after its end: refused by name, and nothing happens. */
import { describe, expect, it } from 'vitest';
import {
  defaultPlugins,
  Ensemble,
  Network,
  neurons,
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
} from './index.ts';
import { refuses } from './bad-input.test-helper.ts';
import { ears, eyes, foreign, motion, net, options, survives, untyped } from './senses.test-helper.ts';

const sims: { sim?: Simulator } = {};

/** Of another network, in which nothing has a label. */
function unlabelled<Found>(find: (network: Network) => Found): Found {
  return find(new Network({}, () => void new Probe(new Ensemble({ nNeurons: 2, dimensions: 1 }))));
}

const created =
  (options: unknown, network: unknown = net) =>
  () =>
    Simulator.create(untyped(network), untyped(options));

describe('Simulator.create', () => {
  refuses([
    {
      what: 'a constructor in its place',
      act: () => Reflect.construct(Simulator, [net]),
      code: 'USE_CREATE',
      names: ['await Simulator.create(network, options)'],
    },
    { what: 'no network', act: created({}, { nodes: [] }), code: 'INVALID_OPTION', names: ['network'] },
    {
      what: 'a subnetwork',
      act: () => Simulator.create(net.within(() => new Network({ label: 'inner' }))),
      code: 'INVALID_OPTION',
      names: ['top-level'],
    },
    {
      what: 'an unknown option',
      act: created({ minibatchsize: 4 }),
      code: 'UNKNOWN_OPTION',
      names: ["'minibatchsize'", 'Did you mean minibatchSize?'],
    },
    { what: 'dt of zero', act: created({ dt: 0 }), code: 'INVALID_OPTION', names: ['dt', '0'] },
    { what: 'negative dt', act: created({ dt: -0.001 }), code: 'INVALID_OPTION', names: ['dt', '-0.001'] },
    { what: 'dt of NaN', act: created({ dt: NaN }), code: 'INVALID_OPTION', names: ['dt', 'NaN'] },
    {
      what: 'a minibatch of zero',
      act: created({ minibatchSize: 0 }),
      code: 'INVALID_OPTION',
      names: ['minibatchSize', '0'],
    },
    {
      what: 'a minibatch of 2.5',
      act: created({ minibatchSize: 2.5 }),
      code: 'INVALID_OPTION',
      names: ['minibatchSize', '2.5'],
    },
    { what: 'a negative seed', act: created({ seed: -3 }), code: 'INVALID_OPTION', names: ['seed', '-3'] },
    {
      what: 'plugins that are no list',
      act: created({ plugins: 'tfjs' }),
      code: 'INVALID_OPTION',
      names: ['plugins', "'tfjs'"],
    },
    {
      what: 'a plugin that is none',
      act: created({ plugins: [...defaultPlugins(), {}] }),
      code: 'NOT_A_PLUGIN',
      names: [/plugins\[\d+\]/],
    },
    { what: 'no plugins', act: created({ plugins: [] }), code: 'SLOT_EMPTY', names: ['plugin'] },
    {
      what: 'no backend',
      act: created({ plugins: [neurons(), planners(), sorters(), simplifications()] }),
      code: 'NO_BACKEND',
      names: ['BACKENDS', 'referenceBackend()'],
    },
    {
      what: 'no planner',
      act: created({ plugins: [neurons(), referenceBackend()] }),
      code: 'SLOT_EMPTY',
      names: ['planner'],
    },
    {
      what: 'an unknown setting',
      act: created({ settings: { planer: null } }),
      code: 'UNKNOWN_SETTING',
      names: ["'planer'", 'Simulator.create', 'Did you mean planner?'],
    },
    {
      what: 'a backend that is not loaded',
      act: created({ settings: { backend: token('@someone/backend') } }),
      code: 'UNKNOWN_TOKEN',
      names: ['@someone/backend'],
    },
    {
      what: 'float64 on tfjs',
      act: created({ settings: { backend: TFJS_BACKEND, dtype: 'float64' } }),
      code: 'BACKEND_REFUSED',
      names: ['tfjs', 'float64', 'reference'],
    },
    {
      what: 'an unknown sessionConfig',
      act: created({ settings: { backend: REFERENCE_BACKEND, sessionConfig: { threads: 4 } } }),
      code: 'UNKNOWN_SESSION_CONFIG',
      names: ['threads', 'reference'],
    },
  ]);
});

describe('runs', () => {
  const drained = async (stream: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of stream) break;
  };
  refuses([
    { what: 'negative seconds', act: () => sims.sim!.run(-1), code: 'INVALID_OPTION', names: ['seconds', '-1'] },
    { what: 'seconds of NaN', act: () => sims.sim!.run(NaN), code: 'INVALID_OPTION', names: ['seconds', 'NaN'] },
    {
      what: 'endless seconds',
      act: () => sims.sim!.run(Infinity),
      code: 'INVALID_OPTION',
      names: ['seconds', 'Infinity'],
    },
    { what: 'half a step', act: () => sims.sim!.runSteps(0.5), code: 'INVALID_OPTION', names: ['steps', '0.5'] },
    {
      what: 'an unknown option',
      act: () => sims.sim!.run(1, untyped({ input: [] })),
      code: 'UNKNOWN_OPTION',
      names: ["'input'", 'Did you mean inputs?'],
    },
    {
      what: 'a stream in pieces of zero',
      act: () => drained(sims.sim!.stream({ every: 0 })),
      code: 'INVALID_OPTION',
      names: ['every', '0'],
    },
    {
      what: 'a stream of -1 steps',
      act: () => drained(sims.sim!.stream({ steps: -1 })),
      code: 'INVALID_OPTION',
      names: ['steps', '-1'],
    },
    {
      what: 'a stream with inputs',
      act: () => drained(sims.sim!.stream(untyped({ inputs: [] }))),
      code: 'UNKNOWN_OPTION',
      names: ["'inputs'"],
    },
    {
      what: 'samples of a probe of another network',
      act: () => sims.sim!.data.get(foreign.probe),
      code: 'FOREIGN_OBJECT',
      names: ['foreign probe'],
    },
    {
      what: 'samples of a probe without label of another network',
      act: () => sims.sim!.data.get(unlabelled(({ probes }) => probes[0]!)),
      code: 'FOREIGN_OBJECT',
      names: ['sim.data.get: Probe (probes[0]) does not belong', "probe 'motion'"],
    },
    {
      what: 'arrays of an ensemble without label of another network',
      act: () => sims.sim!.data.get(unlabelled(({ ensembles }) => ensembles[0]!)),
      code: 'FOREIGN_OBJECT',
      names: ['sim.data.get: Ensemble (ensembles[0]) does not belong'],
    },
    {
      what: 'predictions of a probe without label of another network',
      act: () => sims.sim!.predict([[ears, [[1]]]], { probes: [unlabelled(({ probes }) => probes[0]!)] }),
      code: 'FOREIGN_OBJECT',
      names: ['predict: probes: Probe (probes[0]) does not belong', 'motion'],
    },
    {
      what: 'the arrays of a node',
      act: () => sims.sim!.data.get(untyped(eyes)),
      code: 'INVALID_OPTION',
      names: ["must be a probe, an ensemble or a connection (got node 'eyes')"],
    },
    {
      what: 'the data of a number',
      act: () => sims.sim!.data.get(untyped(3)),
      code: 'INVALID_OPTION',
      names: ['sim.data.get', '(got 3)'],
    },
    {
      what: 'the data of nothing',
      act: () => sims.sim!.data.get(untyped(undefined)),
      code: 'INVALID_OPTION',
      names: ['sim.data.get', '(got undefined)'],
    },
    {
      what: 'to freeze another network',
      act: () => sims.sim!.freezeParameters(new Network({ label: 'twin' })),
      code: 'FOREIGN_OBJECT',
      names: ["network 'twin' is another network than the simulated one"],
    },
    {
      what: 'to freeze no network',
      act: () => sims.sim!.freezeParameters(untyped(null)),
      code: 'INVALID_OPTION',
      names: ['freezeParameters', '(got null)'],
    },
    {
      what: 'an unknown option of step',
      act: () => sims.sim!.step(untyped({ input: [] })),
      code: 'UNKNOWN_OPTION',
      names: ["step has no option 'input'"],
    },
    {
      what: 'an unknown option of runSteps',
      act: () => sims.sim!.runSteps(1, untyped({ input: [] })),
      code: 'UNKNOWN_OPTION',
      names: ["runSteps has no option 'input'"],
    },
    {
      what: 'inputs of step that are for no node',
      act: () => sims.sim!.step({ inputs: untyped([[motion, [[1]]]]) }),
      code: 'NOT_AN_INPUT',
      names: ['step: inputs: '],
    },
    {
      what: 'inputs of runSteps that are for no node',
      act: () => sims.sim!.runSteps(1, { inputs: untyped([[motion, [[1]]]]) }),
      code: 'NOT_AN_INPUT',
      names: ['runSteps: inputs: '],
    },
    ...([eyes, undefined] as const).map((object) => ({
      what: `${object === undefined ? 'nothing' : 'a node'}, of a piece of a stream`,
      act: async () => {
        for await (const piece of sims.sim!.stream({ steps: 0 + 1 })) {
          sims.sim!.reset();
          piece.get(untyped(object));
        }
      },
      code: 'INVALID_OPTION',
      names: ['stream: get must be given a probe', object === undefined ? '(got undefined)' : "(got node 'eyes')"],
    })),
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
    ['gradients', (sim) => sim.gradients([[ears, [[1]]]], { targets: [[motion, [[0, 0]]]] })],
    ['checkGradients', (sim) => sim.checkGradients()],
    ['reset', (sim) => sim.reset()],
    ['encodeParameters', (sim) => sim.encodeParameters()],
    ['decodeParameters', (sim) => sim.decodeParameters(new Uint8Array())],
    ['freezeParameters', (sim) => sim.freezeParameters()],
  ];
  refuses(
    calls.map(([name, act]) => ({
      what: name,
      act: () => ended(act),
      code: 'SIMULATOR_DISPOSED',
      names: [name, 'disposed'],
    })),
  );

  it('recorded data and built arrays stay readable, and a second dispose does nothing', async () => {
    await ended(async (sim) => {
      expect(sim.data.get(motion).shape).toEqual([2, 2]);
      expect([...sim.trange()]).toEqual([0.001, 0.002]);
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

survives(sims);
