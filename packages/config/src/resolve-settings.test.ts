/** @file Reading settings: defaults, overrides, and settings of plugins. */
import { describe, expect, test } from 'vitest';
import { NdlError, type SettingSpec } from '@ndl/core';
import { Network, Node, Probe } from '@ndl/model';
import { builtInSettingSpecs, configureSettings, keepHistoryOf, resolveSettings } from './index.ts';

declare module '@ndl/core' {
  interface Settings {
    // Optional only because this file shares a program with tests that spell out every setting.
    readonly coolingSteps?: number;
  }
}

const failing = (code: string, text: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(text) as string });

const coolingSteps: SettingSpec<'coolingSteps'> = {
  name: 'coolingSteps',
  default: 100,
  summary: 'Steps of the annealing.',
  validate: (value) => (Number.isInteger(value) && (value as number) > 0 ? undefined : 'must be a positive integer'),
};

const specs = [coolingSteps as SettingSpec];

test('defaults', () => {
  expect(resolveSettings(new Network())).toEqual({
    trainable: undefined,
    planner: undefined,
    sorter: undefined,
    simplifications: undefined,
    backend: undefined,
    sessionConfig: {},
    inferenceOnly: false,
    gradient: undefined,
    dtype: 'float32',
    keepHistory: true,
  });
});

test('overrides outrank what the network says, for this resolution only', () => {
  const net = new Network({}, () => configureSettings({ dtype: 'float64', trainable: false, keepHistory: false }));
  expect(resolveSettings(net, [], { dtype: 'float32', trainable: true })).toMatchObject({
    dtype: 'float32',
    trainable: true,
    keepHistory: false,
  });
  expect(resolveSettings(net)).toMatchObject({ dtype: 'float64', trainable: false });
});

describe('A plugin adds a setting of its own, typed by module augmentation; an unknown or bad one is refused with the place that set it', () => {
  const configured = (value: unknown): Network =>
    new Network({}, () => configureSettings({ coolingSteps: value as number }));

  test('its value and its default', () => {
    expect(resolveSettings(configured(7), specs).coolingSteps).toBe(7);
    expect(resolveSettings(new Network(), specs).coolingSteps).toBe(100);
    expect(resolveSettings(configured(7), specs, { coolingSteps: 8 }).coolingSteps).toBe(8);
  });

  test('without the plugin it is unknown, and what is known is listed', () => {
    expect(() => resolveSettings(configured(7))).toThrow(
      failing('UNKNOWN_SETTING', /'coolingSteps', set at .*resolve-settings\.test\.ts:\d+.*add that plugin/s),
    );
    const known = builtInSettingSpecs.map(({ name }) => name);
    expect(() => resolveSettings(configured(7))).toThrow(expect.objectContaining({ known }));
  });

  test('a misspelt name gets a suggestion', () => {
    const net = new Network({}, () => configureSettings({ colingSteps: 7 } as never));
    expect(() => resolveSettings(net, specs)).toThrow(failing('UNKNOWN_SETTING', /Did you mean coolingSteps\?/));
  });

  test('a bad value', () => {
    expect(() => resolveSettings(configured(0.5), specs)).toThrow(
      failing('INVALID_SETTING', /'coolingSteps', set at .*test\.ts:\d+.*must be a positive integer; got 0\.5/),
    );
  });

  test('two plugins that own one name, and one that takes a name of ndl, are named', () => {
    const resolve = (...names: readonly string[]) => {
      const owned = names.map((name) => ({ ...coolingSteps, name }) as SettingSpec);
      return () => resolveSettings(new Network(), owned, {}, (spec) => `@acme/${owned.indexOf(spec)}`);
    };
    expect(resolve('coolingSteps', 'coolingSteps')).toThrow(
      failing('DUPLICATE_SETTING', /'coolingSteps' is specified by @acme\/0, and by @acme\/1/),
    );
    expect(resolve('dtype')).toThrow(failing('DUPLICATE_SETTING', /'dtype' is specified by ndl, and by @acme\/0/));
  });

  test('sees all settings, defaults filled in, and its own errors keep their codes', () => {
    const seen: unknown[] = [];
    const curious = { ...coolingSteps, validate: (_: unknown, settings: unknown) => void seen.push(settings) };
    const resolved = resolveSettings(configured(7), [curious as unknown as SettingSpec], { dtype: 'float64' });
    expect(seen).toEqual([resolved]);
    expect(resolved).toMatchObject({ dtype: 'float64', keepHistory: true, coolingSteps: 7 });
    const strict = {
      ...coolingSteps,
      validate: (): never => {
        throw new NdlError('TOO_COLD', 'it is too cold.');
      },
    };
    expect(() => resolveSettings(configured(7), [strict as SettingSpec])).toThrow(
      failing('TOO_COLD', /^Setting 'coolingSteps', set at .*test\.ts:\d+.*: it is too cold\.$/),
    );
  });
});

describe('a spec of a plugin that does what it may not is named with its plugin', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  test.each<[string, object, RegExp]>([
    [
      'validate throws',
      {
        validate: () => {
          throw new TypeError('boom');
        },
      },
      /threw in validate\(\): boom\./,
    ],
    ['validate returns true', { validate: () => true }, /returned true/],
    ['validate returns null', { validate: () => null }, /returned null/],
    ['validate returns a promise', { validate: () => Promise.resolve() }, /returned a promise/],
    ['validate changes the value', { validate: (value: number[]) => void value.push(1) }, /extensible/],
    ['the default contains itself', { default: loop }, /contains itself/],
  ])('%s', (_, part, text) => {
    const spec = { ...coolingSteps, ...part } as SettingSpec;
    const overrides = 'default' in part ? {} : { coolingSteps: [1] as never };
    const resolve = () => resolveSettings(new Network(), [spec], overrides, () => '@acme/cold');
    expect(resolve).toThrow(failing('SETTING_SPEC_INVALID', text));
    expect(resolve).toThrow(/'coolingSteps', of @acme\/cold,/);
  });
});

test('keepHistory of a probe: its own, else that of the class, else nothing', () => {
  const net = new Network();
  const [own, other] = net.within(() => {
    configureSettings({ keepHistory: true });
    const node = new Node([0]);
    return [new Probe(node), new Probe(node)] as const;
  });
  expect([own, other].map((probe) => keepHistoryOf(net, probe))).toEqual([undefined, undefined]);
  net.config.of(Probe).keepHistory = false;
  net.config.of(own).keepHistory = true;
  expect([own, other].map((probe) => keepHistoryOf(net, probe))).toEqual([true, false]);
});
