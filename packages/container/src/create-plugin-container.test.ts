import { describe, expect, test } from 'vitest';
import {
  CONTRACT_VERSION,
  definePlugin,
  PLANNER,
  PLANNERS,
  SIMPLIFICATIONS,
  SLOTS,
  token,
  type Choice,
  type Planner,
  type Plugin,
  type PluginRegistration,
  type Slot,
  type Token,
} from '@ndl/core';
import { ContainerModule, decorate, inject, injectable } from 'inversify';
import { createPluginContainer, fromModule } from './index.ts';
import { plugin, refusal } from './plugins.test-helper.ts';
import * as providers from './providers.ts';

interface Counter {
  count: number;
}
const COUNTER: Token<Counter> = token<Counter>('@test/counter/counter');
const OTHER: Token<Counter> = token<Counter>('@test/counter/other');
const GREETING: Token<string> = token<string>('@test/greeting/greeting');
const FAST: Token<Planner> = token<Planner>('@test/planners/fast');
const SLOW: Token<Planner> = token<Planner>('@test/planners/slow');

const fast: Planner = (graph) => ({ groups: [graph.operators] });
const slow: Planner = (graph) => ({ groups: graph.operators.map((operator) => [operator]) });

const counters = (name = '@test/counter'): Plugin =>
  plugin(name, ({ bind }) => void bind(COUNTER).toDynamicValue(() => ({ count: 0 })));

const planners = (): Plugin =>
  plugin('@test/planners', ({ bind, contribute }) => {
    bind(FAST).toConstantValue(fast);
    bind(SLOW).toConstantValue(slow);
    contribute(PLANNERS).toConstantValue({ key: FAST, summary: 'fast' });
    contribute(PLANNERS).toConstantValue({ key: SLOW, summary: 'slow' });
  });

describe('services', () => {
  test('are made once per container, and two containers share nothing', async () => {
    const list = [counters()];
    const [first, second] = [await createPluginContainer(list), await createPluginContainer(list)];
    first.get(COUNTER).count++;
    expect(first.get(COUNTER).count).toBe(1);
    expect(second.get(COUNTER).count).toBe(0);
  });

  test('are injected into each other by token, in types as well', async () => {
    const container = await createPluginContainer([
      plugin('@test/greeting', ({ bind }) => {
        bind(GREETING).toResolvedValue((counter: Counter) => `counted ${counter.count}`, [COUNTER]);
      }),
      counters(),
    ]);
    const greeting: string = container.get(GREETING);
    expect(greeting).toBe('counted 0');
  });

  test('are known by who bound them', async () => {
    const container = await createPluginContainer([counters(), planners()]);
    expect(container.providerOf(fast)).toBeUndefined();
    expect(container.providerOf(container.choose(SLOTS.planner))).toBe('@test/planners');
    expect(container.providerOf(container.get(COUNTER))).toBe('@test/counter');
  });

  test('may be classes decorated with @injectable', async () => {
    class Greeter {
      readonly greeting: string;
      constructor(counter: Counter) {
        this.greeting = `counted ${counter.count}`;
      }
    }
    decorate(injectable(), Greeter);
    decorate(inject(COUNTER), Greeter, 0);
    const GREETER: Token<Greeter> = token<Greeter>('@test/greeting/greeter');
    const container = await createPluginContainer([
      counters(),
      plugin('@test/greeting', ({ bind }) => void bind(GREETER).to(Greeter)),
    ]);
    expect(container.get(GREETER).greeting).toBe('counted 0');
  });

  test('are told what to write where a decorated class names no tokens, as compilers leave types out', async () => {
    class Greeter {
      readonly greeting: string;
      constructor(counter: Counter) {
        this.greeting = `counted ${counter.count}`;
      }
    }
    decorate(injectable(), Greeter);
    const greeting = plugin(
      '@test/greeting',
      ({ bind }) => void bind(token<Greeter>('@test/greeting/greeter')).to(Greeter),
    );
    const { code, message } = await refusal(() => createPluginContainer([counters(), greeting]));
    expect(code).toBe('PLUGIN_FAILED');
    expect(message).toMatch(/@test\/greeting.*"Greeter".*@inject\(TOKEN\).*esbuild/s);
  });

  test('may come out of an inversify module', async () => {
    const module = new ContainerModule(({ bind }) => void bind(GREETING).toConstantValue('hello'));
    const container = await createPluginContainer([fromModule('@test/module', module)]);
    expect(container.get(GREETING)).toBe('hello');
    expect(container.plugins).toEqual(['@test/module']);
    const { message } = await refusal(() =>
      createPluginContainer([fromModule('@test/module', module), plugin('@test/b', ({ bind }) => void bind(GREETING))]),
    );
    expect(message).toContain('@test/b binds @test/greeting/greeting, which @test/module already binds');
  });

  test('may be loaded asynchronously, in the order of the plugins', async () => {
    const seen: string[] = [];
    const late = plugin('@test/late', async ({ bind }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push('late');
      bind(GREETING).toConstantValue('late');
    });
    const container = await createPluginContainer([late, plugin('@test/next', () => void seen.push('next'))]);
    expect(seen).toEqual(['late', 'next']);
    expect(container.get(GREETING)).toBe('late');
  });

  test('are replaced on purpose by rebind', async () => {
    const container = await createPluginContainer([
      counters(),
      plugin('@test/b', ({ rebind }) => void rebind(COUNTER).toConstantValue({ count: 7 })),
    ]);
    expect(container.get(COUNTER).count).toBe(7);
  });

  test('are refused when two plugins bind one, both named', async () => {
    const { code, message } = await refusal(() => createPluginContainer([counters('@test/a'), counters('@test/b')]));
    expect(code).toBe('DUPLICATE_BINDING');
    expect(message).toBe(
      '@test/b binds @test/counter/counter, which @test/a already binds. Use rebind() to replace it on purpose.',
    );
  });

  test('are refused when bound twice, even if the plugin swallows the error', async () => {
    const stubborn = plugin('@test/stubborn', ({ bind }) => {
      bind(GREETING).toConstantValue('one');
      try {
        bind(GREETING).toConstantValue('two');
      } catch {
        // Carries on as if nothing had happened.
      }
    });
    expect(await refusal(() => createPluginContainer([stubborn]))).toMatchObject({
      code: 'DUPLICATE_BINDING',
      message: expect.stringContaining('@test/stubborn binds @test/greeting/greeting twice') as string,
    });
  });

  test('must not be promises', async () => {
    const container = await createPluginContainer([
      plugin('@test/async', ({ bind }) => void bind(GREETING).toDynamicValue(async () => 'later')),
    ]);
    const { code, message } = await refusal(() => container.get(GREETING));
    expect(code).toBe('ASYNC_BINDING');
    expect(message).toContain('@test/greeting/greeting, bound by @test/async,');
  });

  test('that cannot be made keep the cause, and errors of ndl pass unchanged', async () => {
    const boom = new Error('boom');
    const container = await createPluginContainer([
      plugin('@test/broken', ({ bind }) => {
        bind(GREETING).toDynamicValue(() => {
          throw boom;
        });
        bind(COUNTER).toResolvedValue((other: Counter) => other, [OTHER]);
        bind(OTHER).toResolvedValue((counter: Counter) => counter, [COUNTER]);
      }),
    ]);
    expect(await refusal(() => container.get(GREETING))).toMatchObject({ code: 'RESOLUTION_FAILED', cause: boom });
    expect((await refusal(() => container.get(COUNTER))).message).toContain('Circular dependency');
  });
});

describe('unknown tokens', () => {
  test('are told what is near, and what is loaded', async () => {
    const container = await createPluginContainer([counters(), planners()]);
    const { code, message } = await refusal(() => container.get(token('@test/planners/fest')));
    expect(code).toBe('UNKNOWN_TOKEN');
    expect(message).toBe(
      'Nothing is bound to @test/planners/fest. Did you mean @test/planners/fast? Known: @test/counter/counter, ' +
        '@test/planners/fast, @test/planners/slow. Loaded plugins: @test/counter, @test/planners.',
    );
  });

  test('are told which package to add', async () => {
    const container = await createPluginContainer([counters()]);
    const { message } = await refusal(() => container.get(token('@ndl/planners/greedy')));
    expect(message).toContain('No loaded plugin is of @ndl/planners; add it to `plugins`.');
    expect((await refusal(() => container.get(token('acme/x')))).message).toContain('is of acme; add it');
  });

  test('of the contracts are told who provides them', async () => {
    const container = await createPluginContainer([counters()]);
    const { message } = await refusal(() => container.get(SLOTS.backend.service));
    expect(message).toContain(
      'No loaded plugin is of @ndl/backend-reference or @ndl/backend-wasm or @ndl/backend-tfjs; add one',
    );
  });

  test('name the service that needs them', async () => {
    const container = await createPluginContainer([
      plugin('@test/a', ({ bind }) => void bind(COUNTER).toResolvedValue((other: Counter) => other, [OTHER])),
    ]);
    const { code, message } = await refusal(() => container.get(COUNTER));
    expect(code).toBe('UNKNOWN_TOKEN');
    expect(message).toContain('Nothing is bound to @test/counter/other, which @test/counter/counter needs.');
  });

  test('that a plugin requires are found when the container is made', async () => {
    const demanding = definePlugin({ name: '@test/demanding', requires: [COUNTER], register: () => {} });
    const { code, message } = await refusal(() => createPluginContainer([demanding]));
    expect(code).toBe('UNKNOWN_TOKEN');
    expect(message).toContain('which @test/demanding needs');
    await expect(createPluginContainer([demanding, counters()])).resolves.toBeDefined();
  });
});

describe('plugins', () => {
  test('are refused when listed twice, and when two have one name', async () => {
    const same = counters();
    const twice = await refusal(() => createPluginContainer([same, same]));
    expect(twice).toMatchObject({ code: 'DUPLICATE_PLUGIN' });
    expect(twice.message).toContain('The plugin @test/counter is listed twice');
    const others = await refusal(() => createPluginContainer([counters(), counters()]));
    expect(others).toMatchObject({ code: 'DUPLICATE_PLUGIN' });
    expect(others.message).toContain('Two plugins in `plugins` have the name @test/counter');
    const builtIn = await refusal(() => createPluginContainer([counters()], [counters()]));
    expect(builtIn).toMatchObject({ code: 'DUPLICATE_PLUGIN' });
    expect(builtIn.message).toContain('which every simulator has');
  });

  test.each([CONTRACT_VERSION - 1, CONTRACT_VERSION + 1])('of contract version %i are refused', async (contract) => {
    const { code, message } = await refusal(() => createPluginContainer([{ ...counters(), contract }]));
    expect(code).toBe('CONTRACT_VERSION');
    expect(message).toContain(`@test/counter was made for version ${contract}`);
  });

  test.each([
    ['a factory that was not called', counters, 'call it: plugins: [counters()]'],
    ['a preset that was not spread', [counters()], 'spread it'],
    ['what definePlugin() did not make', { name: 'x', register: () => {} }, 'definePlugin()'],
    ['nothing', undefined, 'is undefined; a plugin is made by definePlugin()'],
    ['a number', 5, 'is 5; a plugin is made by definePlugin()'],
    ['a text', '@test/counter', "is the text '@test/counter'; import what makes the plugin"],
    ['a promise', Promise.resolve(counters()), 'is a promise; await it'],
    ['a class', class Mine {}, 'is a class; list what definePlugin() makes'],
    [
      'a module of plugins',
      { default: counters() },
      'is a module, not a plugin; list what it exports: plugins: [module.default]',
    ],
    ['a module of factories', providers, 'is a module, not a plugin; call what makes one'],
    ['a plugin without a name', { ...counters(), name: '' }, 'was not made by definePlugin()'],
    ['a plugin that requires no tokens', { ...counters(), requires: ['x'] }, 'was not made by definePlugin()'],
    [
      'a plugin that cannot be read',
      {
        name: 'x',
        contract: CONTRACT_VERSION,
        get register(): never {
          throw new Error('boom');
        },
      },
      'was not made by definePlugin()',
    ],
  ])('cannot be %s', async (_, value, advice) => {
    const { code, message } = await refusal(() => createPluginContainer([counters(), value as unknown as Plugin]));
    expect(code).toBe('NOT_A_PLUGIN');
    expect(message).toContain('plugins[1]');
    expect(message).toContain(advice);
  });

  test('that fail to register are named, and the cause is kept', async () => {
    const cause = new Error('no device');
    for (const fail of [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
    ]) {
      const error = await refusal(() => createPluginContainer([plugin('@test/broken', fail)]));
      expect(error).toMatchObject({ code: 'PLUGIN_FAILED', cause });
      expect(error.message).toBe('The plugin @test/broken failed to register: no device');
    }
  });

  test('cannot bind after their register() has ended', async () => {
    let kept: PluginRegistration | undefined;
    await createPluginContainer([plugin('@test/late', (registration) => void (kept = registration))]);
    expect(await refusal(() => kept!.bind(GREETING))).toMatchObject({ code: 'REGISTRATION_CLOSED' });
  });
});

describe('slots', () => {
  test('take the first contributed choice by default', async () => {
    const container = await createPluginContainer([planners()]);
    expect(container.get(PLANNER)).toBe(fast);
    expect(container.choose(SLOTS.planner)).toBe(fast);
  });

  test('keep what a plugin binds instead', async () => {
    const own: Planner = () => ({ groups: [] });
    const container = await createPluginContainer([
      planners(),
      plugin('@test/own', ({ bind }) => void bind(PLANNER).toConstantValue(own)),
    ]);
    expect(container.choose(SLOTS.planner)).toBe(own);
  });

  test('are filled by token, for everyone who injects the slot', async () => {
    const USER: Token<{ planner: Planner }> = token('@test/user/user');
    const container = await createPluginContainer([
      planners(),
      plugin(
        '@test/user',
        ({ bind }) => void bind(USER).toResolvedValue((planner: Planner) => ({ planner }), [PLANNER]),
      ),
    ]);
    expect(container.choose(SLOTS.planner, SLOW)).toBe(slow);
    expect(container.get(USER).planner).toBe(slow);
  });

  test('are filled with a function directly', async () => {
    const container = await createPluginContainer([]);
    expect(container.choose(SLOTS.planner, slow)).toBe(slow);
    expect(container.get(PLANNER)).toBe(slow);
  });

  test('refuse a token that nobody offers, listing the choices', async () => {
    const container = await createPluginContainer([planners(), counters()]);
    const { code, message } = await refusal(() => container.choose(SLOTS.planner, token('@test/planners/fats')));
    expect(code).toBe('UNKNOWN_TOKEN');
    expect(message).toContain('Did you mean @test/planners/fast? Known: @test/planners/fast, @test/planners/slow.');
  });

  test('refuse a service that is no choice', async () => {
    const container = await createPluginContainer([planners(), counters()]);
    const { code, message } = await refusal(() =>
      container.choose(SLOTS.planner, COUNTER as unknown as Token<Planner>),
    );
    expect(code).toBe('NOT_A_CHOICE');
    expect(message).toContain('no choice of @ndl/core/planners');
  });

  test('say who would fill them when they are empty', async () => {
    const container = await createPluginContainer([counters()]);
    const { code, message } = await refusal(() => container.choose(SLOTS.planner));
    expect(code).toBe('SLOT_EMPTY');
    expect(message).toContain('No loaded plugin offers a choice for @ndl/core/planner. ');
    expect(message).toContain('add it to `plugins`');
  });

  test('refuse a choice that its plugin forgot to bind', async () => {
    const forgetful = plugin(
      '@test/forgetful',
      ({ contribute }) => void contribute(PLANNERS).toConstantValue({ key: FAST, summary: 'fast' }),
    );
    const { code, message } = await refusal(() => createPluginContainer([forgetful]));
    expect(code).toBe('CHOICE_UNBOUND');
    expect(message).toContain('@test/forgetful contributes the choice @test/planners/fast');
  });

  test('may be a plugin’s own', async () => {
    const slot: Slot<string> = { service: GREETING, choices: token<Choice<string>>('@test/greeting/greetings') };
    const HELLO: Token<string> = token<string>('@test/greeting/hello');
    const container = await createPluginContainer([
      plugin('@test/greeting', ({ bind, contribute }) => {
        bind(HELLO).toConstantValue('hello');
        contribute(slot.choices).toConstantValue({ key: HELLO, summary: 'plain' });
      }),
    ]);
    expect(container.choose(slot)).toBe('hello');
    expect(container.choose(slot, 'good morning')).toBe('good morning');
    expect(container.chooseFrom(slot.choices, HELLO)).toBe('hello');
  });
});

describe('disposal', () => {
  test('deactivates what was made, once, and refuses all use afterwards', async () => {
    const log: string[] = [];
    const container = await createPluginContainer([
      plugin('@test/a', ({ bind }) => {
        bind(COUNTER)
          .toDynamicValue(() => ({ count: 0 }))
          .onDeactivation(() => void log.push('counter'));
        bind(GREETING)
          .toDynamicValue(() => 'never made')
          .onDeactivation(() => void log.push('greeting'));
      }),
    ]);
    container.get(COUNTER);
    await container.dispose();
    await container.dispose();
    expect(log).toEqual(['counter']);
    for (const use of [
      () => container.get(COUNTER),
      () => container.getAll(PLANNERS),
      () => container.has(COUNTER),
      () => container.choose(SLOTS.planner),
      () => container.chooseFrom(PLANNERS, FAST),
    ]) {
      expect(await refusal(use)).toMatchObject({ code: 'CONTAINER_DISPOSED' });
    }
  });

  test('happens by itself when a later plugin fails', async () => {
    const log: string[] = [];
    const device = plugin('@test/device', ({ contribute }) => {
      contribute(SIMPLIFICATIONS)
        .toDynamicValue(() => ({ name: 'device', apply: (graph) => graph }))
        .onDeactivation(() => void log.push('released'));
    });
    const demanding = definePlugin({
      name: '@test/demanding',
      register: ({ contribute }) => {
        contribute(PLANNERS).toConstantValue({ key: FAST, summary: 'unbound' });
      },
    });
    await expect(createPluginContainer([device, demanding])).rejects.toThrow(/CHOICE|choice/);
    expect(log).toEqual(['released']);
  });
});
