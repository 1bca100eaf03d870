/** @file Making settings: where, how often, by whose hand, and what is refused at once. */
import { describe, expect, test } from 'vitest';
import { token, type BackendEntry, type NdlError, type Planner, type Settings } from '@ndl/core';
import { Connection, Ensemble, Network, Node } from '@ndl/model';
import { configureSettings, resolveSettings, type SettingsInput } from './index.ts';

const failing = (code: string, text: string | RegExp = ''): unknown =>
  expect.objectContaining({
    code,
    message: (typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text)) as string,
  });

const PLANNER_A = token<Planner>('@acme/planner/a');
const PLANNER_B = token<Planner>('@acme/planner/b');
const BACKEND = token<BackendEntry>('@acme/backend');

/** Values of every type, as strangers pass them. */
const EVERY_TYPE: readonly (readonly [unknown, shown: string])[] = [
  ['abc', "'abc'"],
  ['', "''"],
  [null, 'null'],
  [NaN, 'NaN'],
  [-1, '-1'],
  [2n, 'the BigInt 2n'],
  [true, 'true'],
  [() => 1, 'a function'],
  [BACKEND, 'the token @acme/backend'],
  [{ a: 1 }, 'an object'],
  [new Map([['dtype', 'float64']]), 'a Map'],
  [new Date(0), 'a Date'],
  [Promise.resolve(1), 'a promise'],
  [[1], '[1]'],
  // oxlint-disable-next-line no-sparse-arrays -- holes are the point
  [[PLANNER_A, , PLANNER_A], '[the symbol @acme/planner/a, a hole, the symbol @acme/planner/a]'],
  [BigInt64Array.of(1n), 'a BigInt64Array of 1'],
  [new DataView(new ArrayBuffer(1)), 'a DataView'],
];

const configured = (...calls: readonly SettingsInput[]): Network => {
  const net = new Network();
  net.within(() => calls.forEach((settings) => configureSettings(settings)));
  return net;
};

describe('It is called inside a Network context; outside one it is a clear error. Inside a subnetwork it still sets the top-level network', () => {
  test('outside', () => {
    expect(() => configureSettings({ dtype: 'float64' })).toThrow(
      failing('NETWORK_CONTEXT', 'configureSettings() belongs in a network, and none is open here'),
    );
  });

  test('inside a subnetwork of a subnetwork', () => {
    const net = new Network({}, () => {
      new Network({}, () => new Network({}, () => configureSettings({ dtype: 'float64', trainable: false })));
    });
    const inner = net.networks[0]!.networks[0]!;
    expect(resolveSettings(net)).toMatchObject({ dtype: 'float64', trainable: false });
    expect(net.config.of(Network).dtype).toBe('float64');
    expect(net.config.of(Network).trainable).toBe(false);
    expect(inner.config.settings()).toEqual(net.config.settings());
  });
});

describe('Each call sets only what it names; f({a}); f({b}) equals f({a, b}); a later value replaces an earlier one', () => {
  test('two calls are one', () => {
    const settings = { planner: PLANNER_A, inferenceOnly: true, trainable: null, keepHistory: false } as const;
    const apart = Object.entries(settings).map(([name, value]) => ({ [name]: value }));
    expect(resolveSettings(configured(...apart))).toEqual(resolveSettings(configured(settings)));
    expect(resolveSettings(configured(...apart.reverse()))).toEqual(resolveSettings(configured(settings)));
  });

  test('what is not named, or undefined, stays', () => {
    const net = configured({ planner: PLANNER_A, dtype: 'float64' }, { planner: undefined, inferenceOnly: true }, {});
    expect(resolveSettings(net)).toMatchObject({ planner: PLANNER_A, dtype: 'float64', inferenceOnly: true });
  });

  test('a later value replaces an earlier one', () => {
    const net = configured(
      { planner: PLANNER_A, trainable: true, sessionConfig: { a: 1 } },
      { planner: PLANNER_B, trainable: null, sessionConfig: { b: 2 } },
    );
    expect(resolveSettings(net)).toMatchObject({ planner: PLANNER_B, trainable: null, sessionConfig: { b: 2 } });
  });

  test('a call with one bad value sets nothing', () => {
    const net = new Network();
    expect(() => net.within(() => configureSettings({ dtype: 'float64', keepHistory: 1 as never }))).toThrow(
      failing('INVALID_SETTING', 'keepHistory'),
    );
    expect(resolveSettings(net).dtype).toBe('float32');
  });
});

describe('Everything it does can be done by hand on net.config, with the same effect', () => {
  const everything: SettingsInput = {
    trainable: false,
    planner: PLANNER_A,
    sorter: token('@acme/sorter'),
    simplifications: [token('@acme/simplification')],
    backend: BACKEND,
    sessionConfig: { 'wasm.simd': true },
    inferenceOnly: true,
    gradient: { lif: token('@acme/gradient') },
    dtype: 'float64',
    keepHistory: false,
  };

  test('every setting', () => {
    const byHand = new Network();
    const { trainable, keepHistory, ...settings } = everything;
    byHand.config.addAttribute('trainable', trainable);
    byHand.config.addAttribute('keepHistory', keepHistory);
    for (const [name, value] of Object.entries(settings)) {
      (byHand.config.of(Network) as Record<string, unknown>)[name] = value;
    }
    expect(Object.keys(everything).sort()).toEqual(Object.keys(resolveSettings(byHand)).sort());
    expect(resolveSettings(byHand)).toEqual(resolveSettings(configured(everything)));
  });

  test('a configured value of an attribute that was added', () => {
    const byHand = new Network();
    byHand.config.addAttribute('trainable', null);
    byHand.config.of(Network).trainable = false;
    const called = configured({ trainable: null }, { trainable: false });
    expect(resolveSettings(byHand)).toEqual(resolveSettings(called));
    expect(byHand.config.hasAttribute('trainable')).toBe(called.config.hasAttribute('trainable'));
  });

  test('a value is checked when it is resolved, and the place that set it is named', () => {
    const byHand = new Network();
    byHand.config.of(Network).dtype = 'float16' as never;
    expect(() => resolveSettings(byHand)).toThrow(
      failing('INVALID_SETTING', /'dtype', set at .*configure-settings\.test\.ts:\d+/),
    );
  });
});

describe('trainable: null adds the attribute with default behaviour; true / false override the default for all objects', () => {
  test('before it is added, reading or writing it is an error that says what adds it', () => {
    const net = new Network();
    const ensemble = net.within(() => new Ensemble({ nNeurons: 3, dimensions: 1 }));
    const adds = failing('ATTRIBUTE_NOT_ADDED', 'configureSettings({ trainable: null }) adds it');
    expect(() => net.config.of(ensemble).trainable).toThrow(adds);
    expect(() => (net.config.of(ensemble).trainable = true)).toThrow(adds);
    expect(() => (net.config.of(Ensemble).trainable = true)).toThrow(adds);
    net.within(() => configureSettings({ trainable: null }));
    expect(net.config.of(ensemble).trainable).toBeUndefined();
    net.config.of(ensemble).trainable = true;
    expect(net.config.of(ensemble).trainable).toBe(true);
  });
});

describe('subnet.config.of(object).trainable = … is refused with an error that shows the correct line', () => {
  const net = new Network({ label: 'outer' });
  const { inner, ensemble, connection } = net.within(() => {
    configureSettings({ trainable: null });
    const inner = new Network({ label: 'inner' });
    return {
      inner,
      ...inner.within(() => {
        const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1 });
        return { ensemble, connection: new Connection(ensemble, new Node({ sizeIn: 1 })) };
      }),
    };
  });

  test.each([
    ['an ensemble', ensemble, 'net.config.of(net.networks[0].ensembles[0]).trainable = false;'],
    ['its neurons', ensemble.neurons, 'net.config.of(net.networks[0].ensembles[0].neurons).trainable = false;'],
    ['a connection', connection, 'net.config.of(net.networks[0].connections[0]).trainable = false;'],
    ['itself', inner, 'net.config.of(net.networks[0]).trainable = false;'],
  ])('%s', (_, target, line) => {
    expect(() => (inner.config.of(target).trainable = false)).toThrow(failing('SUBNETWORK_ATTRIBUTE', line));
  });

  test('a class', () => {
    expect(() => (inner.config.of(Ensemble).trainable = true)).toThrow(
      failing('SUBNETWORK_ATTRIBUTE', 'net.config.of(Ensemble).trainable = true;'),
    );
  });
});

describe('values of ndl’s own settings are refused where they are set', () => {
  test.each<[keyof Settings, unknown, string]>([
    ['trainable', 'yes', 'true, false or null'],
    ['planner', 'tree', 'a token, such as TREE_PLANNER, or a function'],
    ['sorter', null, 'a token, such as ORDER_SIGNALS, or a function'],
    ['simplifications', PLANNER_A, 'a list of tokens'],
    ['simplifications', [() => 0], 'a list of tokens'],
    ['backend', 'tfjs', 'the token of a backend'],
    ['sessionConfig', [1], 'an object of dotted names and values'],
    ['sessionConfig', { 'a.b': null }, "'a.b' is none"],
    ['sessionConfig', { gpu_options: { allow_growth: true } }, "write 'gpu_options.allow_growth'"],
    ['sessionConfig', { a: { b: { c: 1 }, d: 2 } }, "write 'a.b.c', 'a.d', not an object under 'a'"],
    ['sessionConfig', { gpu_options: {} }, "'gpu_options' is none"],
    ['sessionConfig', JSON.parse('{"a.__proto__.b": 1}'), "reserved name 'a.__proto__.b'"],
    ['sessionConfig', { 'constructor.prototype.x': 1 }, 'reserved name'],
    ['inferenceOnly', 1, 'true or false'],
    ['gradient', 'rate', 'a token, such as RATE_GRADIENT'],
    ['gradient', { lif: 'rate' }, 'a token, such as RATE_GRADIENT'],
    ['dtype', 'float16', "'float32' or 'float64'"],
    ['keepHistory', null, 'true or false'],
  ])('%s: %j', (name, value, requirement) => {
    const expected = failing('INVALID_SETTING', requirement);
    expect(() => configured({ [name]: value })).toThrow(expected);
    expect(() => resolveSettings(new Network(), [], { [name]: value })).toThrow(expected);
  });

  test('settings that are no object', () => {
    expect(() => configured([] as never)).toThrow(failing('INVALID_SETTING', 'a plain object'));
  });

  test('names of prototypes', () => {
    expect(() => configured(JSON.parse('{"__proto__": 1}') as never)).toThrow(failing('RESERVED_NAME', '__proto__'));
    expect(() => configured({ constructor: 1 } as never)).toThrow(failing('RESERVED_NAME', 'constructor'));
  });
});

test('what a user does with his own objects later changes nothing', () => {
  const sessionConfig: Record<string, number> = { a: 1 };
  const net = configured({ sessionConfig });
  sessionConfig['a'] = 2;
  expect(resolveSettings(net).sessionConfig).toEqual({ a: 1 });
});

describe('of every type, a setting takes what it says, and the error for the rest names setting, place and value', () => {
  const TAKES: Readonly<Record<string, readonly string[]>> = {
    trainable: ['true', 'null'],
    planner: ['a function', 'the token @acme/backend'],
    sorter: ['a function', 'the token @acme/backend'],
    simplifications: [],
    backend: ['the token @acme/backend'],
    sessionConfig: ['an object'],
    inferenceOnly: ['true'],
    gradient: ['the token @acme/backend'],
    dtype: [],
    keepHistory: ['true'],
  };
  test.each(Object.entries(TAKES))('%s', (name, takes) => {
    const surprises = EVERY_TYPE.flatMap(([value, shown]) => {
      let happened = 'taken';
      try {
        configured({ [name]: value } as never);
      } catch (error) {
        const { code, message } = error as NdlError;
        const isNamed = message.includes(`'${name}', set at `) && message.endsWith(`got ${shown}.`);
        happened = code === 'INVALID_SETTING' && isNamed ? 'refused' : String(error);
      }
      return happened === (takes.includes(shown) ? 'taken' : 'refused') ? [] : [`${shown}: ${happened}`];
    });
    expect(surprises).toEqual([]);
  });

  test('all of them at once', () => {
    for (const [value, shown] of EVERY_TYPE) {
      if (shown === 'an object') continue;
      expect(() => configured(value as never)).toThrow(failing('INVALID_SETTING', `got ${shown}`));
    }
  });

  test("a plugin's own that contains itself", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => configured({ own: loop } as never)).toThrow(failing('INVALID_SETTING', "'own'"));
  });
});

test('arrays in settings are copied when they are given, and when they are read', () => {
  const table = Float64Array.of(1, 2);
  const overrides = { own: { table } } as SettingsInput;
  const net = configured(overrides);
  const spec = { name: 'own' as never, default: null, summary: '', validate: () => undefined };
  const resolved = [resolveSettings(net, [spec]), resolveSettings(new Network(), [spec], overrides)];
  table.fill(9);
  for (const settings of resolved as { own?: { table: Float64Array } }[]) {
    settings.own!.table.fill(9);
    expect([...settings.own!.table]).toEqual([1, 2]);
  }
});
