/** @file What plugins give that is nothing of use is refused by the name of what gave it, and of its plugin. */
import { describe, expect, test } from 'vitest';
import { BUILT_IN_BUILD_FUNCTIONS } from '@ndl/builder';
import {
  adam,
  BUILD_FUNCTIONS,
  Connection,
  defaultPlugins,
  defineLearningRule,
  defineNeuronType,
  definePlugin,
  defineProcess,
  defineTransform,
  Ensemble,
  LEARNING_RULE_DEFINITIONS,
  NdArray,
  Network,
  NEURON_DEFINITIONS,
  Node,
  Probe,
  PROCESS_DEFINITIONS,
  SIMPLIFICATIONS,
  Simulator,
  TRANSFORM_DEFINITIONS,
  type LearningContext,
  type LearningSite,
  type Plugin,
  type Token,
} from './index.ts';

const NAME = '@odd/plugin';

/** What comes of a simulator of what `build` describes, with a contribution of an odd plugin. */
async function refusal(token: Token<never>, contribution: object, build: () => void): Promise<Error> {
  const odd = definePlugin({
    name: NAME,
    register: ({ contribute }) => void contribute(token).toConstantValue(contribution as never),
  });
  return Simulator.create(new Network({ seed: 0 }, build), { plugins: [...defaultPlugins(), odd] }).then(
    () => expect.fail('it was taken'),
    (error: Error) => error,
  );
}

/** As async functions give it. */
const rejected = (): Promise<never> => Promise.reject(new Error('nobody waits for this'));

const process = { kind: 'oddProcess', makeStep: () => () => [1] };
const withProcess = (): void =>
  void new Node(defineProcess({ kind: 'oddProcess', defaultSizeIn: 0, defaultSizeOut: 1 }));
const neuron = {
  kind: 'oddNeuron',
  step: () => undefined,
  rates: (_: object, current: Float64Array) => current,
};
const withNeuron = (): void => {
  const neuronType = defineNeuronType({ kind: 'oddNeuron', spiking: false, initialState: {} });
  new Ensemble({ nNeurons: 2, dimensions: 1, gain: [1, 1], bias: [0, 0], neuronType });
};
const withTransform = (): void => {
  const transform = defineTransform({ kind: 'oddTransform', shape: [1, 1], parameters: [] });
  new Connection(new Node([0]), new Node({ sizeIn: 1 }), { transform });
};
const withRule = (): void => {
  const rule = { kind: 'oddRule', modifies: 'decoders', learningRate: 1, sizeIn: 0, probeable: ['delta'] } as const;
  const population = new Ensemble({ nNeurons: 5, dimensions: 1 });
  new Connection(population, new Node({ sizeIn: 1 }), { learningRuleType: defineLearningRule(rule) });
};

describe('the error names what gave it, and its plugin', () => {
  test.each<[string, Token<unknown>, object, () => void, RegExp]>([
    ['null drawn', PROCESS_DEFINITIONS, { ...process, generated: () => null }, withProcess, /null from generated/],
    [
      'a promise drawn',
      PROCESS_DEFINITIONS,
      { ...process, generated: rejected },
      withProcess,
      /a promise from generated/,
    ],
    [
      'no generator drawn from',
      PROCESS_DEFINITIONS,
      { ...process, generated: () => ({ generator: 'dice' }) },
      withProcess,
      /from generated what no generator: "dice"/,
    ],
    [
      'an interval that is none',
      PROCESS_DEFINITIONS,
      {
        ...process,
        generated: () => ({ generator: 'mt19937', distribution: { kind: 'uniform', low: NaN, high: 1 }, factor: 1 }),
      },
      withProcess,
      /draws from no interval: \[NaN, 1\)/,
    ],
    [
      'a check that is async',
      PROCESS_DEFINITIONS,
      { ...process, check: rejected },
      withProcess,
      /a promise from check/,
    ],
    [
      'time constants that are no list',
      NEURON_DEFINITIONS,
      { ...neuron, timeConstants: { tau: true } },
      withNeuron,
      /timeConstants given as an object/,
    ],
    [
      'no arrays',
      TRANSFORM_DEFINITIONS,
      {
        kind: 'oddTransform',
        *arrays() {
          yield 1;
        },
        weights: () => null,
      },
      withTransform,
      /undefined from arrays/,
    ],
    [
      'infinite arrays',
      TRANSFORM_DEFINITIONS,
      {
        kind: 'oddTransform',
        *arrays() {
          yield 1;
          return { weights: new NdArray(Float64Array.of(Infinity), [1, 1]) };
        },
        weights: () => null,
      },
      withTransform,
      /the array 'weights' with Infinity/,
    ],
    ['no delta', LEARNING_RULE_DEFINITIONS, { kind: 'oddRule', build: () => ({}) }, withRule, /no delta/],
    [
      'a delta that is what it changes',
      LEARNING_RULE_DEFINITIONS,
      { kind: 'oddRule', build: (_: object, { modified }: LearningSite) => ({ delta: modified }) },
      withRule,
      /as its delta what it changes/,
    ],
    ...[null, () => 1].map((kernel): [string, Token<unknown>, object, () => void, RegExp] => [
      `a map of ${kernel === null ? 'no kernel' : 'a plain function'}`,
      LEARNING_RULE_DEFINITIONS,
      {
        kind: 'oddRule',
        build: (_: object, { modified }: LearningSite, context: LearningContext) =>
          context.map({ kernel: kernel as never, inputs: {}, outputs: { delta: modified }, mode: 'update' }),
      },
      withRule,
      /a map of a kernel that is (null|a function); what kernel\(…\) made is wanted/,
    ]),
    ...[5, () => ({ operations: 1, bytes: NaN })].map((cost): [string, Token<unknown>, object, () => void, RegExp] => [
      `a cost that is ${typeof cost === 'number' ? 'a number' : 'none'}`,
      LEARNING_RULE_DEFINITIONS,
      { kind: 'oddRule', cost, build: () => ({}) },
      withRule,
      /oddRule' of plugin/,
    ]),
    [
      'a graph without signals',
      SIMPLIFICATIONS,
      { name: 'oddSimplification', apply: (graph: object) => ({ ...graph, signals: undefined }) },
      withNode,
      /oddSimplification of plugin @odd\/plugin returned no graph/,
    ],
    [
      'a simplification that throws',
      SIMPLIFICATIONS,
      {
        name: 'oddSimplification',
        apply() {
          throw new Error('mine');
        },
      },
      withNode,
      /oddSimplification of plugin @odd\/plugin threw: mine/,
    ],
  ])('%s', async (_, token, contribution, build, told) => {
    const { message } = await refusal(token as Token<never>, contribution, build);
    expect(message).toMatch(told);
    expect(message).toContain(`of plugin ${NAME}`);
  });
});

describe('an optimizer', () => {
  const refused = async (changes: object): Promise<unknown> => {
    const { net, input, probe } = new Network({ seed: 0 }).within((net) => {
      const input = new Node([0]);
      const output = new Node({ sizeIn: 1 });
      new Connection(input, output, { synapse: null, transform: [[1]] });
      return { net, input, probe: new Probe(output) };
    });
    await using sim = await Simulator.create(net);
    const optimizer = { ...adam(), kind: 'odd', ...changes } as never;
    return await sim.train([[input, [[1]]]], { targets: [[probe, [[1]]]], optimizer }).catch((error: unknown) => error);
  };
  test('whose divisors are no list is refused', async () => {
    await expect(refused({ divisors: 7 })).resolves.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('divisors') as string,
    });
  });
  test.each<[string, object, string]>([
    ['remembers one thing twice', { memory: ['mean', 'mean'] }, "has the memory 'mean' twice"],
    [
      'remembers what its kernel does not know',
      { memory: ['mean', 'moment'] },
      'wanted: parameter, gradient, mean, moment',
    ],
    ['remembers less than its kernel', { memory: ['mean'] }, 'inputs parameter, gradient, mean, meanSquare, where'],
    ['remembers a number', { memory: [7] }, 'a memory whose element 0 is 7, which is no name'],
    ['writes otherwise than it reads', { update: { ...adam().update, outputs: [] } }, 'with the outputs none'],
    ['has no kernel', { update: { inputs: 1, outputs: 2 } }, 'has an update that kernel() has not made'],
    [
      'divides by what it lacks',
      { divisors: ['epsilom'] },
      "the divisor 'epsilom', which is no parameter of its kernel",
    ],
  ])('that %s is refused by name', async (_, changes, told) => {
    await expect(refused(changes)).resolves.toMatchObject({
      code: 'OPTIMIZER_INVALID',
      message: expect.stringMatching(`^train: the optimizer 'odd' .*${told.replace(/[()]/g, '.')}`) as string,
    });
  });
});

describe('what works only when it is asked for the next piece, and never is, is refused', () => {
  function* never(): Generator<never, void> {}
  async function* neverLater(): AsyncGenerator<never, void> {}
  const node = BUILT_IN_BUILD_FUNCTIONS.find(({ kind }) => kind === 'node')!;

  test.each([
    ['a generator', never],
    ['an asynchronous generator', neverLater],
  ])('%s', async (what, body) => {
    const run = (register: Plugin['register']): Promise<unknown> =>
      Simulator.create(new Network({ seed: 0 }, () => void new Node([1])), {
        plugins: [...defaultPlugins(), definePlugin({ name: NAME, register })],
      }).catch((error: unknown) => error);
    await expect(run(body as never)).resolves.toMatchObject({
      code: 'PLUGIN_FAILED',
      message: expect.stringMatching(
        `^The plugin ${NAME} failed to register: register returned ${what} that was never run`,
      ) as string,
    });
    const build = { kind: node.kind, build: body } as never;
    await expect(run(({ replace }) => void replace(BUILD_FUNCTIONS).toConstantValue(build))).resolves.toMatchObject({
      code: 'DEFINITION_RESULT',
      message: expect.stringMatching(`of plugin ${NAME} returned ${what} that was never run from build`) as string,
    });
    const { message } = await refusal(PROCESS_DEFINITIONS as never, { ...process, check: body }, withProcess);
    expect(message).toContain(`of plugin ${NAME} returned ${what} that was never run from check`);
  });
});

function withNode(): void {
  new Probe(new Ensemble({ nNeurons: 2, dimensions: 1 }));
}
