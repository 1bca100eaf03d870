/** @file What plugins register: looked at where it comes in, and refused by the plugin's name. */
import { describe, expect, test } from 'vitest';
import {
  BACKENDS,
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  GRADIENT_APPROXIMATIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PLANNER,
  PLANNERS,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  SIMPLIFICATION_CHOICES,
  SIMPLIFICATIONS,
  SLOTS,
  SOLVER_DEFINITIONS,
  SORTERS,
  SYNAPSE_DEFINITIONS,
  token,
  tokenId,
  type Choice,
  type Planner,
  type Plugin,
  type PluginRegistration,
  type Simplification,
  type SolverDefinition,
  type Token,
} from '@ndl/core';
import { createPluginContainer } from './index.ts';
import { plugin, refusal } from './plugins.test-helper.ts';

const FAST: Token<Planner> = token<Planner>('@test/planners/fast');
const GREETING: Token<string> = token<string>('@test/greeting/greeting');
const SLOW: Token<Planner> = token<Planner>('@test/planners/slow');
const fast: Planner = (graph) => ({ groups: [graph.operators] });
const slow: Planner = (graph) => ({ groups: graph.operators.map((operator) => [operator]) });

const planners = (): Plugin =>
  plugin('@test/planners', ({ bind, contribute }) => {
    bind(FAST).toConstantValue(fast);
    bind(SLOW).toConstantValue(slow);
    contribute(PLANNERS).toConstantValue({ key: FAST, summary: 'fast' });
    contribute(PLANNERS).toConstantValue({ key: SLOW, summary: 'slow' });
  });

describe('collections', () => {
  const simplification = (name: string): Simplification => ({ name, apply: (graph) => graph });

  test('keep the order of plugins and contributions, and may be empty', async () => {
    const container = await createPluginContainer([
      plugin('@test/a', ({ contribute }) => {
        contribute(SIMPLIFICATIONS).toConstantValue(simplification('one'));
        contribute(SIMPLIFICATIONS).toConstantValue(simplification('two'));
      }),
      plugin('@test/b', ({ contribute }) => void contribute(SIMPLIFICATIONS).toConstantValue(simplification('three'))),
    ]);
    expect(container.getAll(SIMPLIFICATIONS).map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(container.getAll(PLANNERS)).toEqual([]);
    expect(container.has(SIMPLIFICATIONS)).toBe(true);
    expect(container.has(PLANNERS)).toBe(false);
  });

  test('know who contributed each member, as long as all of them are members', async () => {
    const container = await createPluginContainer([
      plugin('@test/a', ({ contribute }) => void contribute(SIMPLIFICATIONS).toConstantValue(simplification('one'))),
      plugin('@test/b', ({ bind, contribute }) => {
        contribute(SIMPLIFICATIONS).toConstantValue(simplification('two'));
        contribute(SIMPLIFICATIONS).toConstantValue(simplification('three'));
        contribute(PLANNERS).toConstantValue({ key: FAST, summary: 'fast' });
        bind(FAST).toConstantValue(fast);
      }),
    ]);
    expect(container.contributorsOf(SIMPLIFICATIONS)).toEqual(['@test/a', '@test/b', '@test/b']);
    expect(container.contributorsOf(PLANNERS)).toEqual(['@test/b']);
    expect(container.contributorsOf(SORTERS)).toEqual([]);
  });

  test('refuse members under conditions, which they would lack', async () => {
    const named = plugin('@test/named', ({ contribute }) => {
      contribute(SIMPLIFICATIONS).toConstantValue(simplification('one'));
      contribute(SIMPLIFICATIONS).toConstantValue(simplification('two')).whenNamed('two');
    });
    const { code, message } = await refusal(() => createPluginContainer([named]));
    expect(code).toBe('CONTRIBUTION_CONDITIONAL');
    expect(message).toContain('@test/named contributes to @ndl/core/simplifications under a condition');
  });

  test('are injected whole', async () => {
    const LIST: Token<string> = token<string>('@test/list/list');
    const container = await createPluginContainer([
      plugin('@test/a', ({ contribute }) => void contribute(SIMPLIFICATIONS).toConstantValue(simplification('one'))),
      plugin('@test/b', ({ bind, contribute }) => {
        contribute(SIMPLIFICATIONS).toConstantValue(simplification('two'));
        bind(LIST).toResolvedValue(
          (all: readonly Simplification[]) => all.map(({ name }) => name).join(),
          [{ isMultiple: true, serviceIdentifier: SIMPLIFICATIONS } as never],
        );
      }),
    ]);
    expect(container.get(LIST)).toBe('one,two');
  });

  test.each([false, true])('cannot be bound as a service as well (service first: %s)', async (serviceFirst) => {
    const bound = plugin('@test/bound', ({ bind }) => void bind(SIMPLIFICATIONS).toConstantValue(simplification('x')));
    const contributed = plugin(
      '@test/contributed',
      ({ contribute }) => void contribute(SIMPLIFICATIONS).toConstantValue(simplification('y')),
    );
    const list = serviceFirst ? [bound, contributed] : [contributed, bound];
    const { code, message } = await refusal(() => createPluginContainer(list));
    expect(code).toBe('DUPLICATE_BINDING');
    expect(message).toContain('@test/bound');
    expect(message).toContain('added with contribute(), never with bind()');
  });

  test('of plugins cannot be services as well', async () => {
    const bound = plugin('@test/bound', ({ bind }) => void bind(GREETING).toConstantValue('x'));
    const contributed = plugin('@test/contributed', ({ contribute }) => void contribute(GREETING).toConstantValue('y'));
    for (const list of [
      [bound, contributed],
      [contributed, bound],
    ]) {
      const { code, message } = await refusal(() => createPluginContainer(list));
      expect(code).toBe('DUPLICATE_BINDING');
      expect(message).toMatch(/@test\/bound.*@test\/contributed|@test\/contributed.*@test\/bound/);
    }
  });

  test('are made when the container is, so that a broken member is found at once, and its plugin named', async () => {
    const sound = plugin(
      '@test/sound',
      ({ contribute }) => void contribute(SIMPLIFICATIONS).toConstantValue(simplification('one')),
    );
    const broken = (make: () => never): Plugin =>
      plugin('@test/broken', ({ contribute }) => void contribute(SIMPLIFICATIONS).toDynamicValue(make));
    const fail = (): never => {
      throw new Error('boom');
    };
    const later = (() => Promise.resolve(simplification('late'))) as unknown as () => never;
    const failed = await refusal(() => createPluginContainer([sound, broken(fail)]));
    expect(failed).toMatchObject({ code: 'RESOLUTION_FAILED' });
    expect(failed.message).toContain('@ndl/core/simplifications, bound by @test/broken, could not be made: boom');
    const late = await refusal(() => createPluginContainer([sound, broken(later)]));
    expect(late).toMatchObject({ code: 'ASYNC_BINDING' });
    expect(late.message).toContain('bound by @test/broken');
  });
});

describe('what is registered', () => {
  const registering = (register: (registration: PluginRegistration) => void) => () =>
    refusal(() => createPluginContainer([plugin('@test/odd', register)]));

  test.each<[string, (registration: PluginRegistration) => void, string]>([
    ['bind(undefined)', ({ bind }) => void bind(undefined as never).toConstantValue(1), 'bind() with undefined'],
    ['bind(5)', ({ bind }) => void bind(5 as never).toConstantValue(1), 'bind() with 5'],
    ['contribute(undefined)', ({ contribute }) => void contribute(undefined as never), 'contribute() with undefined'],
    ["contribute('x')", ({ contribute }) => void contribute('x' as never), "contribute() with 'x'"],
    ['replace(null)', ({ replace }) => void replace(null as never), 'replace() with null'],
    ['rebind(null)', ({ rebind }) => void rebind(null as never), 'rebind() with null'],
  ])('needs a token: %s', async (_, register, text) => {
    const { code, message } = await registering(register)();
    expect(code).toBe('NOT_A_TOKEN');
    expect(message).toContain(`@test/odd calls ${text}`);
  });

  test('must be said to the end', async () => {
    for (const register of [
      ({ bind }: PluginRegistration) => void bind(PLANNER),
      ({ contribute }: PluginRegistration) => void contribute(PLANNERS),
    ]) {
      const { code, message } = await registering(register)();
      expect(code).toBe('BINDING_UNFINISHED');
      expect(message).toMatch(/@test\/odd binds or contributes nothing to @ndl\/core\/planner/);
    }
  });

  test('goes to collections, not to services that have choices', async () => {
    const { code, message } = await registering(({ contribute }) => void contribute(PLANNER).toConstantValue(fast))();
    expect(code).toBe('NOT_A_COLLECTION');
    expect(message).toContain('@test/odd contributes to @ndl/core/planner, which is a service');
    expect(message).toContain('@ndl/core/planners');
  });
});

describe('members that are none are refused, with their plugin and what is wrong', () => {
  const definitions: readonly Token<unknown>[] = [
    NEURON_DEFINITIONS,
    SYNAPSE_DEFINITIONS,
    DISTRIBUTION_DEFINITIONS,
    SOLVER_DEFINITIONS,
    PROCESS_DEFINITIONS,
    BUILD_FUNCTIONS,
    OPERATOR_LOWERINGS,
    SIMPLIFICATIONS,
    SETTING_SPECS,
    PLANNERS,
    SORTERS,
    BACKENDS,
    GRADIENT_APPROXIMATIONS,
    SIMPLIFICATION_CHOICES,
  ];
  const contributing = (collection: Token<unknown>, value: unknown) =>
    refusal(() =>
      createPluginContainer([
        plugin('@test/odd', ({ contribute }) => void contribute(collection).toConstantValue(value)),
      ]),
    );

  test.each(definitions.map((collection) => [tokenId(collection), collection] as const))(
    '%s',
    async (id, collection) => {
      for (const value of [null, undefined, 5, 'x', {}, { kind: 'x' }, [], () => ({})]) {
        const { code, message } = await contributing(collection, value);
        expect([code, String(value)]).toEqual(['CONTRIBUTION_INVALID', String(value)]);
        expect(message).toContain(`The plugin @test/odd contributes to ${id} what is not a`);
      }
    },
  );

  const step = (): unknown => ({});
  const neuron = { kind: 'x', step, rates: step, gainBias: step, maxRatesIntercepts: step };
  test.each<[Token<unknown>, object, string]>([
    [NEURON_DEFINITIONS, { ...neuron, rateStep: 5 }, 'its rateStep must be a function; got 5'],
    [NEURON_DEFINITIONS, { ...neuron, spikeStep: 5 }, 'its spikeStep must be a function; got 5'],
    [NEURON_DEFINITIONS, { ...neuron, kind: 'direct' }, "its kind must not be 'direct'"],
    [NEURON_DEFINITIONS, { ...neuron, kind: '' }, "its kind must be a text; got ''"],
    [SOLVER_DEFINITIONS, { kind: 'x', solve: step }, 'its needsActivities must be true or false; got undefined'],
    [BUILD_FUNCTIONS, { kind: 'ensembel', build: step }, 'its kind must be one of ensemble, node, connection, probe'],
    [SETTING_SPECS, { name: '__proto__', summary: 'x', validate: step }, "its name must not be '__proto__'"],
    [SETTING_SPECS, { name: 'x', summary: 'x' }, 'its validate must be a function; got undefined'],
    [PLANNERS, { key: '@test/odd/mine', summary: 'x' }, 'its key must be a token'],
  ])('%s: %j', async (collection, value, text) => {
    expect((await contributing(collection, value)).message).toContain(text);
  });

  test('but collections of plugins take anything', async () => {
    const THINGS: Token<unknown> = token<unknown>('@test/things/things');
    const container = await createPluginContainer([
      plugin('@test/things', ({ contribute }) => void contribute(THINGS).toConstantValue(null)),
    ]);
    expect(container.getAll(THINGS)).toEqual([null]);
  });
});

describe('definitions of one kind', () => {
  const solver = (by: string): SolverDefinition =>
    ({ kind: 'mine', needsActivities: false, solve: () => by }) as unknown as SolverDefinition;
  const contributing = (by: string): Plugin =>
    plugin(by, ({ contribute }) => void contribute(SOLVER_DEFINITIONS).toConstantValue(solver(by)));
  const replacing = (by: string): Plugin =>
    plugin(by, ({ replace }) => void replace(SOLVER_DEFINITIONS).toConstantValue(solver(by)));

  test('are refused, both plugins named', async () => {
    const { code, message } = await refusal(() =>
      createPluginContainer([contributing('@test/a'), contributing('@test/b')]),
    );
    expect(code).toBe('DUPLICATE_KIND');
    expect(message).toContain(
      "There is a solver definition of kind 'mine' already: @test/b contributes one, and so does @test/a.",
    );
    const twice = plugin('@test/a', ({ contribute }) => {
      for (const by of ['x', 'y']) contribute(SOLVER_DEFINITIONS).toConstantValue(solver(by));
    });
    expect((await refusal(() => createPluginContainer([twice]))).message).toContain('@test/a contributes two of them');
  });

  test('may take the place of an earlier one on purpose, wherever it is asked for', async () => {
    const COUNT: Token<number> = token<number>('@test/count/count');
    const counting = plugin('@test/count', ({ bind }) => {
      const all = { isMultiple: true, serviceIdentifier: SOLVER_DEFINITIONS } as never;
      bind(COUNT).toResolvedValue((members: readonly unknown[]) => members.length, [all]);
    });
    const other = plugin(
      '@test/other',
      ({ contribute }) => void contribute(SOLVER_DEFINITIONS).toConstantValue({ ...solver('other'), kind: 'other' }),
    );
    const container = await createPluginContainer([
      contributing('@test/a'),
      other,
      replacing('@test/b'),
      replacing('@test/c'),
      counting,
    ]);
    expect(container.getAll(SOLVER_DEFINITIONS).map(({ kind }) => kind)).toEqual(['mine', 'other']);
    expect(container.contributorsOf(SOLVER_DEFINITIONS)).toEqual(['@test/c', '@test/other']);
    expect(container.get(COUNT)).toBe(2);
  });

  test('cannot replace what is not there', async () => {
    const { code, message } = await refusal(() =>
      createPluginContainer([replacing('@test/b'), contributing('@test/a')]),
    );
    expect(code).toBe('NOTHING_TO_REPLACE');
    expect(message).toContain("@test/b replaces a solver definition of kind 'mine'");
    const choosy = plugin('@test/choosy', ({ bind, replace }) => {
      bind(FAST).toConstantValue(fast);
      replace(PLANNERS as Token<never>).toConstantValue({ key: FAST, summary: 'fast' } as never);
    });
    expect(await refusal(() => createPluginContainer([choosy]))).toMatchObject({ code: 'NOTHING_TO_REPLACE' });
  });
});

describe('services that are chosen', () => {
  const NOTHING: Token<never> = token<never>('@test/odd/nothing');
  test.each<[string, Token<Choice<unknown>>, unknown, string]>([
    ['planner', PLANNERS as Token<Choice<unknown>>, 5, 'it must be a function (graph, context) => plan; got 5'],
    ['sorter', SORTERS as Token<Choice<unknown>>, {}, 'it must be a function (plan, graph) => { plan, signals }'],
    ['backend', BACKENDS as Token<Choice<unknown>>, { name: 'x' }, 'its priority must be a number; got undefined'],
    ['backend', BACKENDS as Token<Choice<unknown>>, null, 'it is null'],
    ['gradient approximation', GRADIENT_APPROXIMATIONS as Token<Choice<unknown>>, { name: 'x' }, 'its supports must'],
    ['simplification', SIMPLIFICATION_CHOICES as Token<Choice<unknown>>, {}, 'its name must be a text'],
  ])('must be what the choice is about: a %s', async (noun, choices, value, text) => {
    const container = await createPluginContainer([
      plugin('@test/odd', ({ bind, contribute }) => {
        bind(NOTHING).toConstantValue(value as never);
        contribute(choices).toConstantValue({ key: NOTHING, summary: 'nothing' });
      }),
    ]);
    const { code, message } = await refusal(() => container.chooseFrom(choices, NOTHING));
    expect(code).toBe('SERVICE_INVALID');
    expect(message).toContain(`@test/odd/nothing, bound by @test/odd, is not a ${noun}: ${text}`);
  });

  test('also by a plugin that binds the slot itself', async () => {
    const container = await createPluginContainer([
      plugin('@test/odd', ({ bind }) => void bind(PLANNER).toConstantValue(5 as never)),
    ]);
    const { code, message } = await refusal(() => container.choose(SLOTS.planner));
    expect(code).toBe('SERVICE_INVALID');
    expect(message).toContain('@ndl/core/planner, bound by @test/odd, is not a planner');
  });

  test('are called by the token of the choice, or the function', async () => {
    const container = await createPluginContainer([planners()]);
    expect(container.nameOfChoice(SLOTS.planner)).toBe('@test/planners/fast');
    expect(container.nameOfChoice(SLOTS.planner, SLOW)).toBe('@test/planners/slow');
    expect(container.nameOfChoice(SLOTS.planner, slow)).toBe('slow');
    const own = await createPluginContainer([
      plugin('@test/own', ({ bind }) => void bind(PLANNER).toConstantValue(fast)),
    ]);
    expect(own.nameOfChoice(SLOTS.planner)).toBe('@ndl/core/planner of @test/own');
  });
});
