/** @file Options of every call of a simulator: each wrong type is refused by the option's name, whatever the call. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sgd, Simulator } from './index.ts';
import { showValue } from '@ndl/core';
import { EVERY_TYPE } from '../../model/src/wrong-types.test-helper.ts';
import { refuses, type BadInput } from './bad-input.test-helper.ts';
import { ears, eyes, motion, net, options, survives, untyped } from './senses.test-helper.ts';

const sims: { sim?: Simulator } = {};

const data = [[ears, [[1]]]] as const;
const measured = { targets: [[motion, [[0, 0]]]] as const };

/** How each call is made with some options. */
const calls: Readonly<Record<string, (options: object) => unknown>> = {
  'Simulator.create': (changes) => Simulator.create(net, { ...options, ...changes }),
  run: (changes) => sims.sim!.run(0.001, changes),
  runSteps: (changes) => sims.sim!.runSteps(1, changes),
  step: (changes) => sims.sim!.step(changes),
  stream: (changes) => sims.sim!.stream(changes),
  train: (changes) => sims.sim!.train(data, { ...measured, optimizer: sgd({ learningRate: 0 }), ...changes }),
  evaluate: (changes) => sims.sim!.evaluate(data, { ...measured, ...changes }),
  predict: (changes) => sims.sim!.predict(data, changes),
  gradients: (changes) => sims.sim!.gradients(data, { ...measured, ...changes }),
  checkGradients: (changes) => sims.sim!.checkGradients(changes),
  trange: (changes) => sims.sim!.trange(changes),
};

/** Values of every type, and some of the right type that are out of range. */
const EVERY_VALUE: Readonly<Record<string, unknown>> = {
  ...EVERY_TYPE,
  zero: 0,
  beyondIntegers: 2 ** 53,
  tiny: 1e-10,
  target: new EventTarget(),
  probe: motion,
  probes: [motion],
  probeAndNumber: [motion, 3],
  node: [eyes],
};

/** Names of the values that pass for what an option is. */
const LISTS = ['list', 'emptyList', 'texts', 'bigints', 'matrix', 'hole', 'nestedHole', 'ragged', 'withNaN'];
const OF_PROBES = ['probes', 'probeAndNumber', 'node'];
const positiveInteger = ['one'];
const seed = ['one', 'zero'];
const seconds = ['one', 'fraction', 'tiny', 'beyondIntegers'];
const flag = ['yes'];
const listener = ['function', 'async'];
const signal: readonly string[] = [];
const mode: readonly string[] = [];

const running = { signal, onProgress: listener };
const dataCall = { ...running, steps: positiveInteger, minibatchSize: positiveInteger };

const table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Simulator.create': {
    dt: seconds,
    seed,
    minibatchSize: positiveInteger,
    plugins: [...LISTS, ...OF_PROBES],
    settings: ['object', 'emptyObject', 'fakeArray', 'fakeObject', 'fakeData', 'probe'],
    decoderCache: [],
    signal,
    onProgress: listener,
    onWarning: listener,
  },
  run: running,
  runSteps: running,
  step: running,
  stream: { ...running, steps: ['one', 'zero', 'infinity'], every: positiveInteger },
  train: {
    ...dataCall,
    epochs: positiveInteger,
    truncation: positiveInteger,
    seed,
    shuffle: flag,
    callbacks: [...LISTS, ...OF_PROBES],
  },
  evaluate: { ...dataCall, mode },
  predict: { ...dataCall, mode, lastStepOnly: flag, probes: ['emptyList', 'probes'] },
  gradients: { signal, steps: positiveInteger, truncation: positiveInteger },
  checkGradients: { ...running, steps: positiveInteger, tolerance: seconds },
  trange: { sampleEvery: ['one', 'fraction', 'beyondIntegers'] },
};

/** Calls that others stand for in messages. */
describe.each(Object.entries(table))('%s refuses', (call, options) => {
  it.each(Object.entries(options))('what is no %s', async (name, passing) => {
    for (const [kind, value] of Object.entries(EVERY_VALUE)) {
      if (passing.includes(kind)) continue;
      const error: unknown = await (async () => calls[call]!({ [name]: value }))().catch((caught: unknown) => caught);
      expect(error, `${name}: ${kind}`).toMatchObject({ code: 'INVALID_OPTION' });
      const { message } = error as Error;
      expect(message).toContain(`${call}: ${name} must be`);
      expect(message).toContain(`(got ${showValue(value)})`);
    }
  });

  it('names that it does not know, with what was meant', async () => {
    const error: unknown = await (async () => calls[call]!({ singal: 1, sample_every: 1 }))().catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'UNKNOWN_OPTION' });
    expect((error as Error).message).toContain("has no option 'singal'");
  });

  it('what holds no options', async () => {
    const act = (value: unknown): unknown => {
      const sim = sims.sim!;
      const direct: Readonly<Record<string, (options: never) => unknown>> = {
        'Simulator.create': (given) => Simulator.create(net, given),
        run: (given) => sim.run(0.001, given),
        runSteps: (given) => sim.runSteps(1, given),
        step: (given) => sim.step(given),
        stream: (given) => sim.stream(given),
        train: (given) => sim.train(data, given),
        evaluate: (given) => sim.evaluate(data, given),
        predict: (given) => sim.predict(data, given),
        gradients: (given) => sim.gradients(data, given),
        checkGradients: (given) => sim.checkGradients(given),
        trange: (given) => sim.trange(given),
      };
      return direct[call]!(value as never);
    };
    for (const value of [null, 0.002, 'fast', true, 2n, [], new Map(), motion, () => ({}), new Float64Array(2)]) {
      const error: unknown = await (async () => act(value))().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'INVALID_OPTION' });
      expect((error as Error).message).toContain('options must be an object');
    }
  });
});

describe('arguments', () => {
  const withHole = (value: unknown): unknown[] => Object.assign(new Array<unknown>(2), [value]);
  const bytes = (value: unknown) => () => sims.sim!.decodeParameters(untyped(value));
  const refused: readonly BadInput[] = [
    {
      what: 'steps that are a BigInt',
      act: () => sims.sim!.runSteps(untyped(2n)),
      code: 'INVALID_OPTION',
      names: ['steps', 'the BigInt 2n'],
    },
    {
      what: 'steps that are text',
      act: () => sims.sim!.runSteps(untyped('2')),
      code: 'INVALID_OPTION',
      names: ['steps', "'2'"],
    },
    {
      what: 'steps that are nothing',
      act: () => sims.sim!.runSteps(untyped(undefined)),
      code: 'INVALID_OPTION',
      names: ['steps', 'undefined'],
    },
    {
      what: 'seconds that are a BigInt',
      act: () => sims.sim!.run(untyped(1n)),
      code: 'INVALID_OPTION',
      names: ['seconds', 'the BigInt 1n'],
    },
    {
      what: 'seconds beyond all steps',
      act: () => sims.sim!.run(1e300),
      code: 'INVALID_OPTION',
      names: ['seconds', '2^53 steps', '1e+300'],
    },
    {
      what: 'probes with a hole',
      act: () => sims.sim!.predict(data, { probes: untyped(withHole(motion)) }),
      code: 'INVALID_OPTION',
      names: ['probes must be a list of probes'],
    },
    {
      what: 'inputs that are text',
      act: () => sims.sim!.predict(untyped('x')),
      code: 'INVALID_OPTION',
      names: ['predict: inputs', "'x'", '[[object, data], …]'],
    },
    {
      what: 'inputs that are a record',
      act: () => sims.sim!.predict(untyped({ ears: [[1]] })),
      code: 'INVALID_OPTION',
      names: ['predict: inputs', 'an object'],
    },
    {
      what: 'inputs that are one pair',
      act: () => sims.sim!.predict(untyped([ears, [[1]]])),
      code: 'INVALID_OPTION',
      names: ['predict: inputs', '[[object, data], …]'],
    },
    {
      what: 'inputs that are a Set',
      act: () => sims.sim!.predict(untyped(new Set([1]))),
      code: 'INVALID_OPTION',
      names: ['a Set'],
    },
    {
      what: 'inputs of a run that are null',
      act: () => sims.sim!.runSteps(1, { inputs: untyped(null) }),
      code: 'INVALID_OPTION',
      names: ['runSteps: inputs', 'null'],
    },
    {
      what: 'pairs with a hole',
      act: () => sims.sim!.predict(untyped(withHole([ears, [[1]]]))),
      code: 'INVALID_OPTION',
      names: ['predict: inputs'],
    },
    {
      what: 'a Map with text for a key',
      act: () => sims.sim!.predict(untyped(new Map([['ears', [[1]]]]))),
      code: 'INVALID_OPTION',
      names: ['inputs', 'Node', "'ears'"],
    },
    {
      what: 'data with a BigInt',
      act: () => sims.sim!.predict(untyped([[ears, [[1n]]]])),
      code: 'NOT_NUMERIC',
      names: ['ears', '[0][0] is the BigInt 1n'],
    },
    {
      what: 'data in a BigInt64Array',
      act: () => sims.sim!.predict(untyped([[ears, [BigInt64Array.of(1n)]]])),
      code: 'NOT_NUMERIC',
      names: ['ears', 'the BigInt 1n'],
    },
    {
      what: 'data with a hole',
      act: () => sims.sim!.predict(untyped([[eyes, [withHole(1)]]])),
      code: 'NOT_NUMERIC',
      names: ['eyes', '[0][1]'],
    },
    {
      what: 'targets that are text',
      act: () => sims.sim!.evaluate(data, { targets: untyped('x') }),
      code: 'INVALID_OPTION',
      names: ['evaluate: targets'],
    },
    {
      what: 'no data, and no steps',
      act: () => sims.sim!.predict(new Map()),
      code: 'INVALID_OPTION',
      names: ['predict: steps', 'inputs hold no data'],
    },
    {
      what: 'bytes that are a path',
      act: bytes('weights.npz'),
      code: 'INVALID_OPTION',
      names: ["'weights.npz'", 'loadParameters'],
    },
    {
      what: 'bytes that are a Response',
      act: bytes(new Response('x')),
      code: 'INVALID_OPTION',
      names: ['a Response', 'arrayBuffer()'],
    },
    { what: 'bytes that are a list', act: bytes([1, 2]), code: 'INVALID_OPTION', names: ['[1, 2]'] },
    {
      what: 'bytes that are no archive',
      act: bytes(new ArrayBuffer(8)),
      code: 'PARAMETERS_INVALID',
      names: ['Not a parameter file'],
    },
    {
      what: 'a network that only looks like one',
      act: () => Simulator.create(untyped({ kind: 'network', parent: null })),
      code: 'INVALID_OPTION',
      names: ['network'],
    },
  ];
  refuses(refused);
});

describe('what is accepted', () => {
  it('undefined is as if left out, in every option', async () => {
    for (const [call, names] of Object.entries(table)) {
      if (call === 'stream') continue;
      await calls[call]!(Object.fromEntries(Object.keys(names).map((name) => [name, undefined])));
    }
    (sims.sim!.reset as (none: undefined) => void).call(sims.sim, undefined);
  });

  it('parameters as ArrayBuffer, shared memory, or a part of either', async () => {
    const sim = sims.sim!;
    const bytes = sim.encodeParameters();
    const padded = new Uint8Array(bytes.length + 10);
    padded.set(bytes, 7);
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    const forms = [
      bytes,
      bytes.slice().buffer,
      shared,
      Buffer.from(bytes),
      padded.subarray(7, 7 + bytes.length),
      new DataView(padded.buffer, 7, bytes.length),
    ];
    for (const form of forms) await sim.decodeParameters(form);
    expect(sim.encodeParameters()).toEqual(bytes);
  });

  it('no data at all, with the number of steps: one item of what the nodes give', async () => {
    for (const none of [new Map<never, never>(), []])
      expect((await sims.sim!.predict(none, { steps: 3 })).get(motion)!.shape).toEqual([1, 3, 2]);
    const reports = await sims.sim!.evaluate(new Map(), {
      targets: [
        [
          motion,
          [
            [0, 0],
            [1, 1],
          ],
        ],
      ],
    });
    expect(Object.keys(reports)).toContain('loss');
  });
});

describe('calls of no steps warn', () => {
  const warnings: string[] = [];
  let sim: Simulator;
  beforeAll(async () => {
    sim = await Simulator.create(net, { ...options, onWarning: (message) => warnings.push(message) });
  });
  afterAll(() => sim.dispose());

  it.each([
    ['runSteps(0)', () => sim.runSteps(0), 'runSteps(0) simulates no step'],
    ['run(0.0004)', () => sim.run(0.0004), 'run(0.0004) simulates no step: it is less than half of dt, 0.001 s'],
    [
      'a stream of none',
      async () => {
        for await (const _ of sim.stream({ steps: 0 })) break;
      },
      'stream({ steps: 0 })',
    ],
  ])('%s', async (_, act, words) => {
    warnings.length = 0;
    await act();
    expect(warnings).toEqual([expect.stringContaining(words)]);
    expect(sim.nSteps).toBe(0);
  });

  it('others do not', async () => {
    warnings.length = 0;
    await sim.run(0.0006);
    expect(sim.nSteps).toBe(1);
    expect(warnings).toEqual([]);
  });
});

survives(sims);
