/** @file Reading settings: defaults, overrides, and settings of plugins. */
import { describe, expect, test } from 'vitest';
import type { SettingSpec } from '@ndl/core';
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
    lifSmoothing: null,
    gradient: undefined,
    dtype: 'float32',
    keepHistory: true,
  });
});

test('overrides outrank what the network says, for this resolution only', () => {
  const net = new Network({}, () => configureSettings({ dtype: 'float64', trainable: false, lifSmoothing: 0.1 }));
  expect(resolveSettings(net, [], { dtype: 'float32', trainable: true })).toMatchObject({
    dtype: 'float32',
    trainable: true,
    lifSmoothing: 0.1,
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

  test('two plugins that own one name', () => {
    expect(() => resolveSettings(new Network(), [...specs, ...specs])).toThrow(
      failing('DUPLICATE_SETTING', /'coolingSteps'/),
    );
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
