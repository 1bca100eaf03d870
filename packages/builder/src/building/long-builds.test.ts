/** @file Builds that take long: they can be aborted, let others have their turn, warn, and never hold all activities. */
import type { NeuronDefinition, Solution, SolverDefinition } from '@ndl/core';
import {
  Connection,
  defineSolver,
  Ensemble,
  gaussian,
  linearFilter,
  lstsq,
  Network,
  nnls,
  Node,
  noSolver,
  Probe,
} from '@ndl/model';
import { zeros, type NdArray } from '@ndl/numerics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { build, DEFINITIONS } from './build.test-helper.ts';

/** An ensemble that is connected to itself. */
function recurrent(nNeurons: number, options: Partial<ConstructorParameters<typeof Ensemble>[0]> = {}): Network {
  return new Network({ seed: 0 }, () => {
    const a = new Ensemble({ nNeurons, dimensions: 1, label: 'a', ...options });
    new Connection(a, a);
  });
}

/** Definitions in which calls of `rates` are noted by their number of currents. */
function watchingRates(): { definitions: typeof DEFINITIONS; sizes: number[] } {
  const sizes: number[] = [];
  const neurons = DEFINITIONS.neurons.map((definition): NeuronDefinition => ({
    ...definition,
    rates(neuronType, current) {
      sizes.push(current.length);
      return definition.rates(neuronType, current);
    },
  }));
  return { definitions: { ...DEFINITIONS, neurons }, sizes };
}

/** Aborts after some turns of the event loop, and says how many there were in all. */
function abortAfter(turns: number, reason: unknown): { signal: AbortSignal; turns: () => number; stop: () => void } {
  const controller = new AbortController();
  let count = 0;
  let isOver = false;
  const turn = (): void => {
    if (isOver) return;
    if (++count === turns) controller.abort(reason);
    setTimeout(turn, 0);
  };
  setTimeout(turn, 0);
  return { signal: controller.signal, turns: () => count, stop: () => (isOver = true) };
}

afterEach(() => void vi.restoreAllMocks());

describe('a long build', () => {
  it.each([
    ['decoders', () => recurrent(1500)],
    ['singular values', () => withSolver(lstsq(), 400)],
    ['weights that are not negative', () => withSolver(nnls(), 300)],
    ['rates', () => recurrent(50, { nEvalPoints: 1e5 })],
    ['evaluation points', () => new Network({ seed: 0 }, () => new Ensemble({ nNeurons: 5, dimensions: 500 }))],
    ['transforms', () => withTransform(3000)],
    ['tuning', () => new Network({ seed: 0 }, () => new Ensemble({ nNeurons: 3e6, dimensions: 1, nEvalPoints: 1 }))],
    ['filters', () => withFilter(300)],
    ['functions', () => withFunction(1e6)],
    ['very many objects', () => new Network({ seed: 0 }, () => void Array.from({ length: 2e4 }, () => new Node([1])))],
  ])('stops soon after an abort, with its reason, in the middle of %s', async (_, network) => {
    const reason = new Error('enough');
    const watch = abortAfter(2, reason);
    await expect(build(network(), { signal: watch.signal })).rejects.toBe(reason);
    // Nothing goes on: the turns that follow belong to others.
    expect(watch.turns()).toBeLessThan(10);
    watch.stop();
  });

  it('does not begin where the signal is aborted already', async () => {
    await expect(build(recurrent(5), { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });

  it('tells how far it is, and what is being built', async () => {
    const reports: [number, string][] = [];
    await build(recurrent(400), { onProgress: (...report) => reports.push(report) });
    const fractions = reports.map(([fraction]) => fraction);
    expect(fractions.length).toBeGreaterThan(0);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(Math.max(...fractions)).toBeLessThan(1);
    expect(reports.at(-1)![1]).toMatch(/Connection \(connections\[0\]\)|Ensemble 'a'/);
  });
});

describe('a warning', () => {
  /** Warnings of a build that is aborted in the turn that it gives after the first one. */
  async function warningsOf(network: Network): Promise<string[]> {
    const warnings: string[] = [];
    const controller = new AbortController();
    const onWarning = (message: string): void => {
      warnings.push(message);
      setTimeout(() => controller.abort('enough'), 0);
    };
    const built = build(network, { signal: controller.signal, onWarning });
    const end: unknown = await built.then(
      () => 'built',
      (reason: unknown) => reason,
    );
    expect(['built', 'enough']).toContain(end);
    return warnings;
  }

  it('comes before a part that takes more than ten seconds, with seconds, bytes and what helps', async () => {
    const [warning, ...others] = await warningsOf(recurrent(4000));
    expect(others).toEqual([]);
    // 4000² · 8000 / 2 multiply-adds for the Gram matrix, 4000³ / 6 for its factor: 19 seconds at 4 · 10⁹ a second. The activities,
    // 4000 · 8000 of them, are computed twice.
    expect(warning).toMatch(
      /^Connection \(connections\[0\]\): decoders of 4000 neurons at 8000 evaluation points take about (2\d|30) seconds .* MB/,
    );
    expect(warning).toMatch(/nEvalPoints/);
  });

  it('comes for many short parts together', async () => {
    const many = new Network({ seed: 0 }, () => {
      for (let index = 0; index < 20; index++) {
        const a = new Ensemble({ nNeurons: 1000, dimensions: 1 });
        new Connection(a, new Node({ sizeIn: 1 }));
      }
    });
    expect(await warningsOf(many)).toEqual([expect.stringMatching(/^Building the network takes about 1\d seconds/)]);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'calls of a function',
      () => {
        const a = new Ensemble({ nNeurons: 1, dimensions: 1, nEvalPoints: 1e7 });
        new Connection(a, new Node({ sizeIn: 1 }), { function: (x) => x[0] });
      },
      /decoders of 1 neurons and the values of its function at 10000000 evaluation points take about .* fewer \(nEval/,
    ],
    [
      'weights that are drawn',
      () => new Connection(new Node({ sizeIn: 1e4 }), new Node({ sizeIn: 1e4 }), { transform: gaussian(0, 1) }),
      /^Connection \(connections\[0\]\): weights of 10000 × 10000 take about .* GB of memory/,
    ],
    [
      'the tuning of neurons',
      () => new Ensemble({ nNeurons: 2e7, dimensions: 1, nEvalPoints: 1 }),
      /^Ensemble \(ensembles\[0\]\): 20000000 neurons and 1 evaluation points of 1 dimensions take about/,
    ],
    ['long vectors', () => new Node({ sizeIn: 1e8 }), /^Node \(nodes\[0\]\): vectors of 100000000 elements take about/],
    [
      'filters of many states',
      () => {
        const denominator = Array.from({ length: 801 }, () => 1);
        const ends = [new Node({ sizeIn: 1 }), new Node({ sizeIn: 1 })] as const;
        new Connection(...ends, { synapse: linearFilter([1], denominator) });
      },
      /^Connection \(connections\[0\]\): a filter of 800 states take/,
    ],
  ])('comes before %s', async (_, make, expected) => {
    expect(await warningsOf(new Network({ seed: 0 }, () => void make()))).toEqual([expect.stringMatching(expected)]);
  });

  it('comes where the build is quick and what follows is not', async () => {
    const warnings: string[] = [];
    const nodes = new Network({ seed: 0 }, () => {
      for (let index = 0; index < 20; index++) new Node([index]);
    });
    const laterCosts = { ensemble: 0, node: 1e9, connection: 0, probe: 0 };
    await build(nodes, { laterCosts, onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([
      expect.stringMatching(/program of 20 objects take about 20 seconds .* fewer and larger/),
    ]);
  });

  it('does not come for what is quick', async () => {
    expect(await warningsOf(recurrent(500))).toEqual([]);
    const given = new Network({ seed: 0 }, () => {
      const a = new Ensemble({ nNeurons: 4000, dimensions: 1 });
      new Connection(a, new Node({ sizeIn: 1 }), { solver: noSolver() });
    });
    expect(await warningsOf(given)).toEqual([]);
  });
});

describe('the tuning of many neurons', () => {
  const tuned = async (
    options: Partial<ConstructorParameters<typeof Ensemble>[0]>,
    nNeurons = 10_000,
  ): Promise<{ sizes: number[]; built: Promise<unknown> }> => {
    const sizes: number[] = [];
    const note = <Result>(values: Float64Array, result: Result): Result => {
      sizes.push(values.length);
      return result;
    };
    const neurons = DEFINITIONS.neurons.map((definition): NeuronDefinition => ({
      ...definition,
      gainBias: (type, rates, intercepts) => note(rates, definition.gainBias!(type, rates, intercepts)),
      maxRatesIntercepts: (type, gain, bias) => note(gain, definition.maxRatesIntercepts!(type, gain, bias)),
    }));
    const network = new Network(
      { seed: 0 },
      () => new Ensemble({ nNeurons, dimensions: 1, nEvalPoints: 1, ...options }),
    );
    const built = build(network, { definitions: { ...DEFINITIONS, neurons } });
    await built.catch(() => undefined);
    return { sizes, built };
  };
  const ascending = (count: number): number[] => Array.from({ length: count }, (_, index) => index / count);

  it.each([
    ['gain and bias', { maxRates: ascending(10_000).map((part) => 100 + 100 * part), intercepts: ascending(10_000) }],
    ['maximum rates and intercepts', { gain: ascending(10_000).map((part) => 1 + part), bias: ascending(10_000) }],
  ])('asks for the %s of a part of them at a time, each neuron as by itself', async (_, options) => {
    const { sizes, built } = await tuned(options);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10_000);
    const [all] = [...((await built) as Awaited<ReturnType<typeof build>>).ensembles.values()];
    const last = Object.fromEntries(Object.entries(options).map(([name, values]) => [name, values.slice(-1)]));
    const [alone] = [...((await (await tuned(last, 1)).built) as Awaited<ReturnType<typeof build>>).ensembles.values()];
    for (const name of ['gain', 'bias', 'maxRates', 'intercepts'] as const)
      expect(all![name]!.data.at(-1)).toBe(alone![name]!.data[0]);
  });
});

describe('memory', () => {
  /** Lengths of the float64 arrays that a build makes, the longest first. */
  async function longestArrays(network: Network, options: Parameters<typeof build>[1]): Promise<number[]> {
    const lengths: number[] = [];
    const Original = Float64Array;
    vi.stubGlobal(
      'Float64Array',
      new Proxy(Original, {
        construct(target, [first, ...rest]) {
          if (typeof first === 'number') lengths.push(first);
          return Reflect.construct(target, [first, ...rest], target) as object;
        },
      }),
    );
    try {
      await build(network, options);
    } finally {
      vi.unstubAllGlobals();
    }
    return lengths.toSorted((a, b) => b - a);
  }

  it.each([
    ['more points than neurons', { nNeurons: 40, nEvalPoints: 60_000 }],
    ['fewer points than neurons', { nNeurons: 60_000, nEvalPoints: 40 }],
  ])('never holds all activities at once, with %s', async (_, { nNeurons, nEvalPoints }) => {
    const { definitions, sizes } = watchingRates();
    const lengths = await longestArrays(recurrent(nNeurons, { nEvalPoints }), { definitions });
    expect(lengths[0]).toBeLessThanOrEqual(2 ** 21);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 ** 12);
    const asked = sizes.reduce((sum, size) => sum + size, 0);
    expect(asked).toBeGreaterThanOrEqual(nNeurons * nEvalPoints);
  });

  it('computes few activities once for all paths from an ensemble', async () => {
    const { definitions, sizes } = watchingRates();
    const network = new Network({ seed: 0 }, () => {
      const [a, b] = [new Ensemble({ nNeurons: 20, dimensions: 1 }), new Ensemble({ nNeurons: 30, dimensions: 1 })];
      new Connection(a, b);
      new Connection(b, a);
      new Probe(a);
      new Probe(b);
    });
    await build(network, { definitions });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(750 * (20 + 30));
  });

  it('that cannot be had is an error which names whose it is, and how much it would be', async () => {
    const huge = build(recurrent(200_000));
    await expect(huge).rejects.toThrow(
      /^Connection \(connections\[0\]\): decoders of 200000 neurons at 400000 evaluation points need about 640 GB/,
    );
    await expect(huge).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('solvers of others', () => {
  const constant = (activities: NdArray, targets: NdArray): Solution => ({
    weights: zeros([activities.shape[1]!, targets.shape[1]!]),
    errors: zeros([targets.shape[1]!]),
  });
  const data = defineSolver({ kind: 'acme/solver', weights: false, compositional: true });
  const buildWith = (definition: Partial<SolverDefinition>, signal?: AbortSignal): ReturnType<typeof build> => {
    const solver = { kind: 'acme/solver', needsActivities: true, ...definition } as SolverDefinition;
    return build(withSolver(data, 20), {
      definitions: { ...DEFINITIONS, solvers: [...DEFINITIONS.solvers, solver] },
      signal,
    });
  };

  it('may be plain functions, which get all activities', async () => {
    const solve = vi.fn<SolverDefinition['solve']>((_, activities, targets) => constant(activities, targets));
    await buildWith({ solve });
    expect(solve.mock.calls[0]![1].shape).toEqual([750, 20]);
  });

  it('may be asynchronous, and are not waited for after an abort', async () => {
    await buildWith({ solve: async (_, activities, targets) => constant(activities, targets) });
    const controller = new AbortController();
    const never = buildWith({ solve: () => new Promise(() => undefined) }, controller.signal);
    setTimeout(() => controller.abort('enough'), 0);
    await expect(never).rejects.toBe('enough');
  });

  it('may work in pieces, and are asked for those first', async () => {
    const solve = vi.fn<SolverDefinition['solve']>();
    await buildWith({
      solve,
      *solveInPieces(_, activities, targets) {
        const block = yield* activities.block({ points: [10, 30], neurons: [0, 5] });
        expect(block.shape).toEqual([20, 5]);
        const transposed = yield* activities.transposedBlock({ points: [10, 30], neurons: [0, 5] });
        expect(transposed.get(4, 19)).toBe(block.get(19, 4));
        yield 1;
        return constant(zeros([0, activities.neurons]), targets);
      },
    });
    expect(solve).not.toHaveBeenCalled();
  });
});

function withSolver(solver: Connection['solver'], nNeurons = 300): Network {
  return new Network({ seed: 0 }, () => {
    new Connection(new Ensemble({ nNeurons, dimensions: 1 }), new Node({ sizeIn: 1 }), { solver });
  });
}

/** A synapse of so many states. */
function withFilter(order: number): Network {
  const denominator = Array.from({ length: order + 1 }, (_, index) => 1 / (index + 1));
  return new Network({ seed: 0 }, () => {
    new Connection(new Node({ sizeIn: 1 }), new Node({ sizeIn: 1 }), { synapse: linearFilter([1], denominator) });
  });
}

/** A function that is called at so many points. */
function withFunction(nEvalPoints: number): Network {
  return new Network({ seed: 0 }, () => {
    const a = new Ensemble({ nNeurons: 2, dimensions: 1, nEvalPoints });
    new Connection(a, new Node({ sizeIn: 1 }), { function: (x) => x[0] });
  });
}

/** Weights that are drawn, `size` times `size`. */
function withTransform(size: number): Network {
  return new Network({ seed: 0 }, () => {
    new Connection(new Node({ sizeIn: size }), new Node({ sizeIn: size }), { transform: gaussian(0, 1) });
  });
}
