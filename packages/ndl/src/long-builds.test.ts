/** @file Builds as users meet them: progress, aborts, warnings, and what plugins get wrong. */
import { PROCESS_DEFINITIONS, SOLVER_DEFINITIONS } from '@ndl/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Connection,
  defaultPlugins,
  defineProcess,
  definePlugin,
  defineSolver,
  Ensemble,
  Network,
  Node,
  piecewise,
  presentInput,
  Probe,
  Simulator,
  type Progress,
} from './index.ts';

const recurrent = (nNeurons: number): Network =>
  new Network({ seed: 0 }, () => {
    const a = new Ensemble({ nNeurons, dimensions: 1, label: 'a' });
    new Connection(a, a);
  });

describe('Simulator.create', () => {
  it('lets timers run in a long build, and is aborted by one, with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('the page was left');
    const progress: Progress[] = [];
    const warnings: string[] = [];
    setTimeout(() => controller.abort(reason), 0);
    const creating = Simulator.create(recurrent(4000), {
      signal: controller.signal,
      onProgress: (report) => progress.push(report),
      onWarning: (message) => warnings.push(message),
    });
    await expect(creating).rejects.toBe(reason);
    expect(warnings).toEqual([expect.stringMatching(/^Connection .*decoders of 4000 neurons .*seconds.*memory/)]);
    const stages = progress.filter(({ stage }) => stage === 'build');
    expect(stages.length).toBe(progress.length);
    expect(stages.at(-1)!.done).toBeLessThan(1);
    expect(stages.at(-1)!.detail).toMatch(/'a'|connections\[0\]/);
  });
});

it('a build that does not fit into memory is refused before anything is drawn', async () => {
  const network = new Network({ seed: 0 }, () => {
    new Probe(new Ensemble({ nNeurons: 1e6, dimensions: 1, label: 'vast' }));
  });
  const details: unknown[] = [];
  const creating = Simulator.create(network, { onProgress: ({ detail }) => void details.push(detail) });
  await expect(creating).rejects.toThrow(/decoders of 1000000 neurons .* need about 16 TB of memory/);
  expect(details.filter((detail) => /vast/.test(String(detail)))).toEqual([]);
});

describe('a long array', () => {
  const LONG = 2 ** 19;
  const vector = (): Float64Array => new Float64Array(LONG).fill(0.5);
  const process = (): Network =>
    new Network({ seed: 0 }, () => {
      new Node(presentInput([vector()], 1));
    });
  const matrix = (): Network =>
    new Network({ seed: 0 }, () => {
      const transform = Array.from({ length: 512 }, () => new Float64Array(1024).fill(0.5));
      new Connection(new Node({ sizeIn: 1024 }), new Node({ sizeIn: 512 }), { transform });
    });
  const points = (): Network =>
    new Network({ seed: 0 }, () => {
      const evalPoints = Array.from({ length: LONG / 8 }, () => new Float64Array(8).fill(0.1));
      new Ensemble({ nNeurons: 2, dimensions: 8, evalPoints });
    });

  it.each<[string, () => Network]>([
    ['of a process', process],
    ['of a transform', matrix],
    ['of evaluation points', points],
  ])('%s is never copied in one piece', async (_, make) => {
    const network = make();
    const longest = watchCopies();
    try {
      await using _ = await Simulator.create(network);
      expect(longest()).toBeLessThan(LONG);
    } finally {
      vi.restoreAllMocks();
    }
  });
});

/** Watches typed arrays: the most numbers that one call has copied. */
function watchCopies(): () => number {
  let longest = 0;
  const typed = Object.getPrototypeOf(Float64Array.prototype) as Float64Array;
  const { set, slice } = typed;
  vi.spyOn(typed, 'set').mockImplementation(function (this: Float64Array, ...given) {
    longest = Math.max(longest, given[0].length);
    set.apply(this, given);
  });
  vi.spyOn(typed, 'slice').mockImplementation(function (this: Float64Array, ...given) {
    const copy = slice.apply(this, given);
    longest = Math.max(longest, copy.length);
    return copy;
  });
  return () => longest;
}

describe('what comes after the build', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** A clock that runs fast enough for turns to come often. */
  const hurry = (): void => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 50));
  };
  const nodes = (): Network =>
    new Network({ seed: 0 }, () => {
      for (let index = 0; index < 100; index++) new Connection(new Node([index]), new Node({ sizeIn: 1 }));
    });

  it('tells how far it is, and with what', async () => {
    hurry();
    const reports: Progress[] = [];
    await using _ = await Simulator.create(nodes(), { onProgress: (report) => reports.push(report) });
    const compiling = reports.filter(({ stage }) => stage === 'compile');
    const done = compiling.map((report) => report.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done[0]).toBe(1);
    expect(done.at(-1)).toBeLessThan(2);
    const details = new Set(compiling.map(({ detail }) => detail));
    for (const detail of ['plan', 'sort', 'lower', 'pass fuseMaps']) expect(details).toContain(detail);
  });

  it.each(['simplify: removeZeroIncs', 'plan', 'sort', 'lower', 'pass fuseMaps'])(
    'is aborted in the middle of “%s”, with the reason, and nothing goes on',
    async (detail) => {
      hurry();
      const controller = new AbortController();
      const reports: Progress[] = [];
      const creating = Simulator.create(nodes(), {
        signal: controller.signal,
        onProgress: (report) => {
          reports.push(report);
          if (report.detail === detail) controller.abort('enough');
        },
      });
      await expect(creating).rejects.toBe('enough');
      expect(reports.at(-1)!.detail).toBe(detail);
    },
  );
});

describe('what a plugin gets wrong', () => {
  const odd = definePlugin({
    name: '@acme/odd',
    register({ contribute }) {
      contribute(SOLVER_DEFINITIONS).toConstantValue({
        kind: 'acme/solver',
        needsActivities: true,
        solve: () => ({}) as never,
      });
      contribute(PROCESS_DEFINITIONS).toConstantValue({ kind: 'acme/process', makeStep: () => () => [1, 2] });
    },
  });
  const plugins = [...defaultPlugins(), odd];

  it('in a build is told with the plugin, the kind and the object', async () => {
    const solver = defineSolver({ kind: 'acme/solver', weights: false, compositional: true });
    const network = new Network({ seed: 0 }, () => {
      new Connection(new Ensemble({ nNeurons: 5, dimensions: 1 }), new Node({ sizeIn: 1 }), { solver });
    });
    await expect(Simulator.create(network, { plugins })).rejects.toThrow(
      /^Connection \(connections\[0\]\): solver: the solver 'acme\/solver' of plugin @acme\/odd returned weights/,
    );
  });

  it('in a run is told with the plugin, the kind, the object and the time', async () => {
    const network = new Network({ seed: 0 }, () => {
      new Probe(new Node(defineProcess({ kind: 'acme/process' }), { label: 'source' }));
    });
    await using sim = await Simulator.create(network, { plugins });
    await expect(sim.runSteps(2)).rejects.toThrow(
      /Node 'source' \(nodes\[0\]\): the process 'acme\/process' of plugin @acme\/odd returned 2 numbers .* 0.001 s/,
    );
  });

  it('is told before any run where noise has another size than the currents', async () => {
    const network = new Network({ seed: 0 }, () => {
      new Ensemble({ nNeurons: 2, dimensions: 1, noise: piecewise({ 0: 0.5 }), label: 'noisy' });
    });
    await expect(Simulator.create(network)).rejects.toThrow(
      /^Ensemble 'noisy' \(ensembles\[0\]\): the process 'piecewise' that is its noise gives 1 number .* of 2 neurons/,
    );
  });
});
