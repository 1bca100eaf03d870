/**
 * @file What build functions, solvers, gradient approximations and backends of plugins do that they may not: refused where it comes
 * in, by kind and plugin.
 */
import { BUILT_IN_BUILD_FUNCTIONS } from '@ndl/builder';
import {
  BACKENDS,
  BUILD_FUNCTIONS,
  GRADIENT_APPROXIMATIONS,
  SOLVER_DEFINITIONS,
  type BackendEntry,
  type BuildContext,
  type BuildFunction,
  type GradientApproximation,
  type RunRequest,
  type SolverDefinition,
} from '@ndl/core';
import { defineSolver } from '@ndl/model';
import { describe, expect, test } from 'vitest';
import {
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  NdArray,
  Network,
  Node,
  Probe,
  token,
  type Plugin,
} from './index.ts';
import { network } from './plugin-mistakes.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

const signalOf = (size = 1) => ({ name: 'mine', initial: new NdArray(new Float64Array(size), [size]) });
const view = { signal: { id: 0, ...signalOf(), shape: [1], role: 'array', trainable: false }, shape: [1] };
const operator = {
  kind: 'reset',
  label: 'mine',
  target: view,
  value: 0,
  sets: [view],
  incs: [],
  reads: [],
  updates: [],
};

describe('a build function', () => {
  const ndls = BUILT_IN_BUILD_FUNCTIONS.find(({ kind }) => kind === 'node') as BuildFunction<'node'>;

  /** Builds nodes as ndl does, and does something more. */
  const building = (more: (context: BuildContext, node: Node) => unknown, first = ndls.build): readonly Plugin[] => [
    ...defaultPlugins(),
    definePlugin({
      name: '@acme/nodes',
      register: ({ replace }) =>
        void replace(BUILD_FUNCTIONS).toConstantValue({
          kind: 'node',
          async build(node: Node, context: BuildContext) {
            await first(node, context);
            await more(context, node);
          },
        } as BuildFunction),
    }),
  ];

  test.each<[string, (context: BuildContext, node: Node) => unknown, RegExp]>([
    ['null', (context) => context.add(null as never), /put null into the graph, which is no operator/],
    ['an operator without lists', (context) => context.add({} as never), /lacks a kind, a label, or lists/],
    ['a foreign signal', (context) => context.add(operator as never), /made reset of mine use a signal that is not/],
    ['a signal without name', (context) => context.signal({ ...signalOf(), name: '' }), /called a signal ''/],
    [
      'a signal of nothing',
      (context) => context.signal({ name: 'x' } as never),
      /the signal x undefined as its initial/,
    ],
    ['a strange role', (context) => context.signal({ ...signalOf(), role: 'x' as never }), /mine the role 'x'/],
    [
      'a trainable array',
      (context) => context.signal({ ...signalOf(), trainable: true }),
      /mine trainable: true; only/,
    ],
    ['an input of nothing', (context) => context.input(null as never, view as never), /an input to null/],
    ['an input of another signal', (context, node) => context.input(node, view as never), /no signal of role 'input'/],
    ['a probe of nothing', (context) => context.probe({} as never, null as never), /made a probe record null/],
    ['a view of nothing', (context, node) => context.setSignals(node, { output: null as never }), /stand for null/],
    ['no views', (context, node) => context.setSignals(node, null as never), /called setSignals\(\) with null/],
  ])('that writes %s', async (_, more, problem) => {
    const told = failing(
      'BUILD_INVALID',
      new RegExp(`^Node '.*the build function 'node' of plugin @acme/nodes .*${problem.source}`),
    );
    await expect(simulate(network(), {}, { plugins: building(more) })).rejects.toEqual(told);
  });

  test('that builds nothing', async () => {
    const nothing = building(
      () => {},
      () => {},
    );
    await expect(simulate(network(), {}, { plugins: nothing })).rejects.toEqual(
      failing('BUILD_INVALID', /@acme\/nodes gave the object no signal 'output'/),
    );
  });

  test('that writes after its end', async () => {
    let late: unknown;
    const plugins = building(
      (context) =>
        void setTimeout(() => {
          try {
            context.add(operator as never);
          } catch (error) {
            late = error;
          }
        }),
    );
    await using simulator = await simulate(network(), {}, { plugins });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(late).toEqual(failing('BUILD_OVER', /'node' of plugin @acme\/nodes wrote into the graph after build\(\)/));
    await expect(simulator.runSteps(1)).resolves.toBeUndefined();
  });

  test('that replaces that of ndl is what builds', async () => {
    const built: unknown[] = [];
    await using simulator = await simulate(network(), {}, { plugins: building((_, node) => built.push(node.label)) });
    expect(built).toEqual(simulator.network.nodes.map(({ label }) => label));
  });
});

describe('the cost of a solver', () => {
  const create = (cost: () => unknown) => {
    const solver = { kind: 'mine', needsActivities: true, solve: () => undefined, cost } as unknown as SolverDefinition;
    const plugin = definePlugin({
      name: '@acme/solver',
      register: ({ contribute }) => void contribute(SOLVER_DEFINITIONS).toConstantValue(solver),
    });
    const net = new Network({ seed: 0 }, () => {
      const mine = defineSolver({ kind: 'mine', weights: false, compositional: true });
      new Connection(new Ensemble({ nNeurons: 5, dimensions: 1 }), new Node({ sizeIn: 1 }), { solver: mine });
    });
    return simulate(net, {}, { plugins: [...defaultPlugins(), plugin] });
  };

  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['NaN', () => ({ operations: NaN, bytes: 0 })],
    ['less than nothing', () => ({ operations: 1, bytes: -1 })],
  ])('that is %s', async (_, cost) => {
    await expect(create(cost)).rejects.toEqual(
      failing('DEFINITION_RESULT', /the solver 'mine' of plugin @acme\/solver returned a cost/),
    );
  });

  test('that throws', async () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    await expect(create(boom)).rejects.toEqual(
      failing('DEFINITION_FAILED', /'mine' of plugin @acme\/solver threw "boom"/),
    );
  });
});

/** A plugin that offers one choice, and its token. */
function offering<Service>(
  choices: Parameters<Parameters<Parameters<typeof definePlugin>[0]['register']>[0]['contribute']>[0],
  service: Service,
): { readonly plugins: readonly Plugin[]; readonly key: never } {
  const key = token<Service>('@acme/mine/mine');
  const plugin = definePlugin({
    name: '@acme/mine',
    register({ bind, contribute }) {
      bind(key).toConstantValue(service);
      contribute(choices).toConstantValue({ key, summary: 'mine' });
    },
  });
  return { plugins: [...defaultPlugins(), plugin], key: key as never };
}

test.each<[string, () => unknown, RegExp]>([
  ['promises', () => Promise.resolve(true), /"mine" returned a promise in supports\(\), asked about lif neurons/],
  [
    'throws',
    () => {
      throw new Error('boom');
    },
    /"mine" threw boom in supports\(\), asked about lif neurons/,
  ],
])('a gradient approximation that %s where it is asked what it supports', async (_, supports, problem) => {
  const approximation = { name: 'mine', supports, trainingStep: () => undefined } as unknown as GradientApproximation;
  const { plugins, key } = offering(GRADIENT_APPROXIMATIONS, approximation);
  for (const gradient of [key, { lif: key }] as never[]) {
    const net = new Network({ seed: 0 }, () => void new Probe(new Ensemble({ nNeurons: 3, dimensions: 1 })));
    const trained = async (): Promise<void> => {
      await using simulator = await simulate(net, { gradient }, { plugins });
      await simulator.predict(new Map(), { steps: 1, mode: 'rate' });
    };
    await expect(trained()).rejects.toEqual(failing('GRADIENT_INVALID', problem));
  }
});

describe('a backend', () => {
  const sound = {
    name: 'mine',
    priority: 0,
    dtypes: ['float64'],
    sessionConfig: [],
    supports: () => ({ supported: true }),
    load: () => Promise.resolve({ name: 'mine', description: 'mine', create: () => Promise.resolve({}), dispose() {} }),
  };
  const fail = (): never => {
    throw new TypeError('boom');
  };
  const loading = (backend: unknown) => ({ load: () => Promise.resolve(backend) });

  test.each<[string, object, string, RegExp]>([
    [
      'says nothing of support',
      { supports: () => undefined },
      'BACKEND_INVALID',
      /"mine" gave undefined in supports\(\)/,
    ],
    [
      'gives no reason',
      { supports: () => ({ supported: false }) },
      'BACKEND_INVALID',
      /in supports\(\), where .*reason/,
    ],
    ['throws when it is asked', { supports: fail }, 'BACKEND_FAILED', /"mine" failed in supports\(\): boom/],
    ['throws when it is loaded', { load: fail }, 'BACKEND_FAILED', /"mine" failed in load\(\): boom/],
    ['rejects when it is loaded', { load: async () => fail() }, 'BACKEND_FAILED', /"mine" failed in load\(\): boom/],
    ['loads nothing', loading(null), 'BACKEND_INVALID', /"mine" gave null in load\(\), where a backend/],
    ['loads no backend', loading({}), 'BACKEND_INVALID', /"mine" gave .* in load\(\), where a backend/],
    ['creates nothing', {}, 'BACKEND_INVALID', /"mine" gave .* in create\(\), where an executable/],
    [
      'throws when it creates',
      loading({ create: fail, dispose() {} }),
      'BACKEND_FAILED',
      /"mine" failed in create\(\): boom/,
    ],
  ])('that %s', async (_, part, code, problem) => {
    const { plugins, key } = offering(BACKENDS, { ...sound, ...part } as unknown as BackendEntry);
    await expect(simulate(network(), { backend: key }, { plugins })).rejects.toEqual(failing(code, problem));
  });

  test('that throws while it runs, but for what a call is aborted with', async () => {
    const executable = {
      add: () => Promise.resolve(),
      has: () => true,
      reset: fail,
      read: fail,
      run: ({ signal }: RunRequest) => {
        signal?.throwIfAborted();
        return fail();
      },
      step: 0,
      dispose() {},
    };
    const backend = { name: 'mine', description: 'mine', create: () => Promise.resolve(executable), dispose() {} };
    const { plugins, key } = offering(BACKENDS, { ...sound, ...loading(backend) } as unknown as BackendEntry);
    const sim = await simulate(network(), { backend: key }, { plugins });
    await expect(sim.runSteps(3)).rejects.toEqual(failing('BACKEND_FAILED', /"mine" failed in run\(\): boom/));
    const signal = AbortSignal.abort('enough');
    await expect(sim.runSteps(3, { signal })).rejects.toBe('enough');
  });
});
