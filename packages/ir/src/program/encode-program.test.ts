/** @file Programs and trainings survive as text and as clones, with a hash that is stable. */
import { isNdlError } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeProgram,
  differentiate,
  differentiateKernel,
  encodeProgram,
  evaluateKernel,
  type Expression,
  hashProgram,
  type Instruction,
  instructionsOf,
  kernel,
  type Kernel,
  kernelDerivatives,
  printKernel,
  printProgram,
  type Program,
  verifyProgram,
} from '../index.ts';
import { ADD, ARRAYS, buffer, EACH_STEP, program, TANH, view } from '../program-fixtures.test-helper.ts';
import { RANDOM_PROGRAM, resultsOf } from '../passes/random-program.test-helper.ts';
import { FED, INPUT, LAYER, OUT, parameter, squaredLoss } from '../differentiation/training-fixtures.test-helper.ts';

const mapOf = (k: Kernel, value: number, more: Partial<Instruction> = {}): Instruction =>
  ({
    kind: 'map',
    kernel: k,
    inputs: [view('x', 2), value].slice(0, k.inputs.length),
    parameters: k.parameters.map(() => value),
    outputs: [{ target: view('y', 2), mode: 'set' }],
    ...more,
  }) as Instruction;

/** A program with everything that a program can have. */
const EVERYTHING: Program = {
  dtype: 'float32',
  dt: 0.1 + 0.2,
  maximumBlock: 7,
  scalars: [{ name: 'rate', initial: -0 }],
  buffers: [
    buffer('x', 'input', [2], { steps: { span: 'block', before: 3 }, lifetime: 'run', initial: NaN }),
    buffer('w', 'parameter', [2], { name: 'weights of "a"', initial: { array: 'w' } }),
    buffer('v', 'state', [2], { initial: { parameter: 'w' } }),
    buffer('y', 'temp', [2], { ...EACH_STEP, initial: -Infinity }),
    buffer('s', 'temp', [], { items: false, lifetime: 'window' }),
  ],
  sections: [
    {
      kind: 'block',
      direction: 'ascending',
      instructions: [
        mapOf(ADD, Infinity, { label: 'Ensemble "ä": encode' }),
        {
          kind: 'contract',
          events: 'right',
          mode: 'add',
          members: [
            {
              left: { ...view('w', 2), strides: [0] },
              right: { ...view('x', 2), lag: { base: 1, perAxis: [2] } },
              target: { ...view('y', 2), indices: [{ axis: 0, offsets: [1, 0] }] },
            },
          ],
        },
        { kind: 'host', host: 'f', inputs: [view('y', 2)], outputs: [view('y', 2)], label: '' },
      ],
    },
    {
      kind: 'steps',
      direction: 'descending',
      instructions: [
        { kind: 'fill', value: { clock: 'time' }, target: view('y', 2), mode: 'set' },
        { kind: 'fill', value: { clock: 'step', modulus: 24 }, target: view('y', 2), mode: 'add' },
        { kind: 'fill', value: { scalar: 'rate' }, target: view('y', 2), mode: 'add' },
        { kind: 'copy', source: view('v', 2), target: view('y', 2), mode: 'set' },
      ],
    },
    {
      kind: 'window',
      direction: 'ascending',
      instructions: [
        {
          kind: 'reduce',
          operation: 'max',
          source: view('y', 2),
          axes: [0, 'items', 'steps'],
          target: view('s'),
          mode: 'set',
        },
      ],
    },
    { kind: 'before', direction: 'descending', instructions: [] },
  ],
  inputs: [
    { name: 'stimulus', buffer: 'x', held: false },
    {
      name: 'noise',
      buffer: 'x',
      held: false,
      source: {
        generator: 'mt19937',
        distribution: { kind: 'normal', mean: -0, deviation: 2.5 },
        factor: 0.1,
        seeds: { first: 4294967295 },
      },
    },
    {
      name: 'dither',
      buffer: 'x',
      held: false,
      source: {
        generator: 'mt19937',
        distribution: { kind: 'uniform', low: -1, high: 1 },
        factor: 1,
        seeds: { first: 0 },
      },
    },
    { name: 'told', buffer: 'x', held: false, source: 'fed' },
  ],
  outputs: [{ name: 'out', view: view('y', 2), every: 2.5 }],
  hosts: [{ id: 'f', label: 'Node "f"', scope: 'batch', acts: true, differentiable: false }],
  symbols: { z: view('v', 2), 'ens.voltage': view('v', 1), ['__proto__']: view('w', 2) },
};

const anyProgram: fc.Arbitrary<Program> = fc.oneof(
  { weight: 9, arbitrary: RANDOM_PROGRAM },
  { weight: 1, arbitrary: fc.constant(EVERYTHING) },
);

describe('programs', () => {
  it('survive as text, and as clones', () => {
    fc.assert(
      fc.property(anyProgram, (original) => {
        for (const copy of [decodeProgram(encodeProgram(original)), structuredClone(original)]) {
          expect(copy).toEqual(original);
          expect(printProgram(copy)).toBe(printProgram(original));
          expect(encodeProgram(copy)).toBe(encodeProgram(original));
          expect(hashProgram(copy)).toBe(hashProgram(original));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('compute the same after they were text', () => {
    fc.assert(
      fc.property(RANDOM_PROGRAM, (original) => {
        expect(resultsOf(decodeProgram(encodeProgram(original)))).toEqual(resultsOf(original));
        expect(resultsOf(structuredClone(original))).toEqual(resultsOf(original));
      }),
      { numRuns: 15 },
    );
  });

  it('keep every number', () => {
    const copy = decodeProgram(encodeProgram(EVERYTHING));
    expect(Object.is(copy.scalars[0]!.initial, -0)).toBe(true);
    expect([copy.buffers[0]!.initial, copy.buffers[3]!.initial]).toEqual([NaN, -Infinity]);
    expect(Object.keys(copy.symbols)).toEqual(['z', 'ens.voltage', '__proto__']);
    fc.assert(
      fc.property(fc.double(), (value) => {
        const [constant] = instructionsOf(
          decodeProgram(encodeProgram(program({ step: [mapOf(TANH, 0), fill(value)] }))),
        ).slice(1);
        expect(constant?.kind === 'fill' && Object.is(constant.value, value)).toBe(true);
      }),
    );
  });
});

const fill = (value: number): Instruction => ({ kind: 'fill', value, target: view('y', 2), mode: 'set' });

/** x, then 2 x, 4 x, …: as a tree it would have 2^depth leaves. */
const doubling = (depth: number): Kernel =>
  kernel({ name: 'doubling', inputs: ['x'], parameters: ['p'] }, (k) => {
    let value: Expression = k.multiply(k.inputs.x, k.parameters.p);
    for (let level = 0; level < depth; level++) value = k.add(value, value);
    return { y: value };
  });

describe('kernels in programs that were text', () => {
  const decodedKernel = (k: Kernel): Kernel => {
    const [map] = instructionsOf(decodeProgram(encodeProgram(program({ step: [mapOf(k, 2)] }))));
    if (map?.kind !== 'map') throw new Error('no map');
    return map.kernel;
  };
  const valueOf = (k: Kernel, ...inputs: readonly number[]): number => {
    const result = new Float64Array(k.outputs.length);
    const operand = (value: number): Float64Array => Float64Array.of(value);
    evaluateKernel(
      k,
      inputs.map(operand),
      k.parameters.map(() => operand(2)),
      k.outputs.map((_, at) => result.subarray(at, at + 1)),
      'float64',
    );
    return result[0]!;
  };

  it('share what they shared, and stay as short', () => {
    const text = encodeProgram(program({ step: [mapOf(doubling(50), 2)] }));
    expect(text.length).toBeLessThan(3000);
    const copy = decodedKernel(doubling(50));
    expect(valueOf(copy, 3)).toBe(6 * 2 ** 50);
    expect(valueOf(differentiateKernel(copy), 3, 1)).toBe(2 * 2 ** 50);
    expect(printKernel(copy)).toBe(printKernel(doubling(50)));
  });

  it('may be deeper than a call stack', () => {
    const deep = kernel({ name: 'deep', inputs: ['x'] }, (k) => {
      let value: Expression = k.inputs.x;
      for (let level = 0; level < 15_000; level++) value = k.tanh(value);
      return { y: value };
    });
    const before = program({ step: [mapOf(deep, 0)] });
    const copy = decodeProgram(encodeProgram(before));
    expect(hashProgram(copy)).toBe(hashProgram(before));
    expect(encodeProgram(copy)).toBe(encodeProgram(before));
  });

  it('stand once for all instructions that use them, whoever made them', () => {
    const [a, b] = [doubling(3), doubling(3)];
    const once = encodeProgram(program({ step: [mapOf(a, 1), mapOf(a, 2)] }));
    expect(encodeProgram(program({ step: [mapOf(a, 1), mapOf(b, 2)] }))).toBe(once);
    const kernels = instructionsOf(decodeProgram(once)).map((map) => map.kind === 'map' && map.kernel);
    expect(kernels[0]).toBe(kernels[1]);
  });

  it('evaluate, differentiate and print as before', () => {
    const k = kernel({ name: 'all', inputs: ['x'], parameters: ['p'] }, (b) => {
      const { x } = b.inputs;
      const inside = b.divide(b.subtract(b.multiply(x, x), 0.5), b.parameters.p);
      const rate = b.select(b.greater(inside, 0), b.softplus(inside), b.min(b.exp(x), b.log1p(b.abs(x))));
      return { rate: b.withDerivativeOf(rate, b.sigmoid(x)), spike: b.floor(rate) };
    });
    const copy = decodedKernel(k);
    expect(printKernel(copy)).toBe(printKernel(k));
    expect(printKernel(differentiateKernel(copy))).toBe(printKernel(differentiateKernel(k)));
    expect(kernelDerivatives(copy, 'p')).toHaveLength(2);
    for (const x of [-1.5, 0.2, 2]) expect(valueOf(copy, x)).toBe(valueOf(k, x));
  });

  it('differentiate in a training', () => {
    const forward = program({
      buffers: [...INPUT, parameter('w', [2, 3]), buffer('j', 'temp', [2]), OUT],
      inputs: FED,
      step: [LAYER, { ...mapOf(TANH, 0), inputs: [view('y', 2)] } as Instruction],
    });
    const training = squaredLoss(forward, view('y', 2), ['w']);
    const copied = { ...training, forward: decodeProgram(encodeProgram(forward)) };
    verifyProgram(copied.forward, { arrays: ARRAYS });
    const [expected, actual] = [differentiate(training), differentiate(copied)];
    expect(printProgram(actual.backward)).toBe(printProgram(expected.backward));
    expect(hashProgram(actual.backward)).toBe(hashProgram(expected.backward));
  });
});

describe('the hash of a program', () => {
  const hash = hashProgram(EVERYTHING);
  const [first] = EVERYTHING.sections;

  it('is 32 digits, the same wherever it is taken', () => {
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(hashProgram(program({}))).not.toBe(hash);
  });

  it('does not see labels and names that compute nothing', () => {
    const renamed = kernel({ name: 'sum', inputs: ['a', 'b'] }, (k) => ({ total: k.add(k.inputs.a, k.inputs.b) }));
    const { z, ...symbols } = EVERYTHING.symbols;
    const other: Program = {
      ...EVERYTHING,
      buffers: EVERYTHING.buffers.map((each) => ({ ...each, name: `other ${each.name}` })),
      hosts: EVERYTHING.hosts.map((host) => ({ ...host, label: 'other' })),
      symbols: { ...symbols, z: z! },
      sections: EVERYTHING.sections.map((section) => ({
        ...section,
        instructions: section.instructions.map((instruction) => ({
          ...instruction,
          label: 'other',
          ...(instruction.kind === 'map' && { kernel: renamed }),
        })),
      })),
    };
    expect(hashProgram(other)).toBe(hash);
    expect(encodeProgram(other)).not.toBe(encodeProgram(EVERYTHING));
  });

  it.each<[string, Partial<Program>]>([
    ['a dtype', { dtype: 'float64' }],
    ['the step', { dt: 0.3 }],
    ['the sign of a zero', { scalars: [{ name: 'rate', initial: 0 }] }],
    ['the name of a scalar', { scalars: [{ name: 'speed', initial: -0 }] }],
    ['the longest block', { maximumBlock: 8 }],
    ['a period', { outputs: [{ ...EVERYTHING.outputs[0]!, every: 2.25 }] }],
    ['what is held', { inputs: [{ ...EVERYTHING.inputs[0]!, held: true }] }],
    ['what generates', { inputs: EVERYTHING.inputs.toSpliced(1, 1, { ...EVERYTHING.inputs[1]!, source: 'fed' }) }],
    ['what a symbol shows', { symbols: { ...EVERYTHING.symbols, z: view('v', 1) } }],
    ['whether a host acts', { hosts: [{ ...EVERYTHING.hosts[0]!, acts: false }] }],
    ['a direction', { sections: [{ ...first!, direction: 'descending' }, ...EVERYTHING.sections.slice(1)] }],
    ['an order', { sections: EVERYTHING.sections.toReversed() }],
    ['a constant', { sections: [{ ...first!, instructions: [mapOf(ADD, 1)] }, ...EVERYTHING.sections.slice(1)] }],
    ['a kernel', { sections: [{ ...first!, instructions: [mapOf(TANH, 1)] }, ...EVERYTHING.sections.slice(1)] }],
  ])('sees %s', (_, changes) => {
    expect(hashProgram({ ...EVERYTHING, ...changes })).not.toBe(hash);
  });

  it('sees any number that is changed, also within kernels', () => {
    const hashes = new Set<string>();
    const values = Array.from({ length: 100 }, (_, k) => 1 + k * 2 ** -52);
    for (const value of values) {
      const scaled = kernel({ name: 'scaled', inputs: ['x'] }, (k) => ({ y: k.multiply(k.inputs.x, value) }));
      hashes.add(hashProgram(program({ step: [fill(value)] })));
      hashes.add(hashProgram(program({ step: [mapOf(scaled, 0)] })));
      hashes.add(hashProgram(program({ buffers: [buffer('q', 'constant', [1], { initial: value })] })));
    }
    expect(hashes.size).toBe(3 * values.length);
  });

  it('sees what swaps places', () => {
    const subtract = (swaps: boolean): Kernel =>
      kernel({ name: 'minus', inputs: ['x', 'y'] }, (k) => ({
        z: swaps ? k.subtract(k.inputs.y, k.inputs.x) : k.subtract(k.inputs.x, k.inputs.y),
      }));
    const of = (k: Kernel): string => hashProgram(program({ step: [mapOf(k, 1)] }));
    expect(of(subtract(true))).not.toBe(of(subtract(false)));
  });
});

describe('decodeProgram', () => {
  const refusal = (text: string): string => {
    try {
      decodeProgram(text);
    } catch (error) {
      if (isNdlError(error, 'PROGRAM_TEXT_INVALID')) return error.message;
      throw error;
    }
    return 'none';
  };
  const sound = encodeProgram(EVERYTHING);
  /** What is said where one place of the text, by its names and numbers, holds something else, or nothing. */
  const changed = (place: string, value?: unknown): string => {
    const json = JSON.parse(sound) as object;
    const keys = place.split('.');
    const parent = keys.slice(0, -1).reduce((at: object, key) => Reflect.get(at, key) as object, json);
    Reflect.set(parent, keys.at(-1)!, value);
    return refusal(JSON.stringify(json));
  };

  it('refuses what is no text of a program', () => {
    expect(refusal(sound)).toBe('none');
    expect(refusal('')).toMatch(/the whole: it is no JSON/);
    expect(refusal(sound.slice(0, -1))).toMatch(/it is no JSON/);
    expect(refusal('[]')).toMatch(/the whole: an object is wanted, not \[\]/);
    expect(refusal('null')).toMatch(/an object is wanted, not null/);
    expect(refusal(sound.replace('"dtype"', '"__proto__":1,"dtype"'))).toMatch(/it has a field "__proto__"/);
  });

  const symbol = ['z', { buffer: 'v', offset: 0, shape: [], strides: [] }];
  it.each<[string, unknown, RegExp]>([
    ['version', 2, /version: it is 2, but this version of ndl reads version 1 only/],
    ['program.dt', undefined, /program: it lacks the field "dt"/],
    ['program.step', [], /program: it has a field "step"; known: dtype, dt/],
    ['program.dt', 'fast', /program\.dt: a number is wanted, not "fast"/],
    ['program.buffers.1.shape.0', null, /program\.buffers\[1\]\.shape\[0\]: a number is wanted, not null/],
    ['program.buffers.0.role', 'gradient', /role: one of parameter, state/],
    ['program.buffers.0.items', 1, /items: true or false is wanted, not 1/],
    ['program.buffers.0.id', 1, /id: a text is wanted, not 1/],
    [
      'program.inputs.2.source.distribution.kind',
      'beta',
      /inputs\[2\]\.source\.distribution: a kind is wanted: uniform, normal/,
    ],
    ['program.inputs.1.source.generator', 'dice', /generator: one of mt19937/],
    ['program.inputs.1.source', 'told', /source: an object is wanted, not "told"/],
    ['program.hosts', {}, /hosts: a list is wanted, not \{\}/],
    ['program.sections.0.instructions.1.kind', 'toString', /instructions\[1\]: a kind is wanted: fill, copy, map/],
    ['program.sections.0.instructions.0.kernel', 5, /there is no kernel 5/],
    ['program.symbols', [symbol, symbol], /symbols: a name stands twice/],
    ['program.symbols.0', ['z'], /symbols\[0\]: a pair is wanted/],
    ['kernels.0.nodes.2', ['power', 0, 1], /kernels\[0\]\.nodes\[2\]: no operation: "power"; known: constant/],
    ['kernels.0.nodes.2', ['add', 0, 1, 1], /add has 2 operands, but here are 3/],
    ['kernels.0.nodes.2', ['add', 0, 2], /operand 1 is no node before this one: 2/],
    ['kernels.0.nodes.2', ['add', 0, 0.5], /operand 1 is no node before this one: 0\.5/],
    ['kernels.0.nodes.2', 3, /a node is a list/],
    ['kernels.0.nodes.2', ['constant', 'much'], /a number is wanted, not "much"/],
    ['kernels.0.nodes.0', ['input', 'z'], /there is no input "z"/],
    ['kernels.0.outputs.0', ['output', 9], /outputs\[0\]: there is no node 9/],
    ['kernels.0.outputs', [], /it has no output/],
    ['kernels.0.inputs', ['x', 'x'], /two of its names are the same/],
  ])('says where %s is wrong', (place, value, problem) => {
    expect(changed(place, value)).toMatch(problem);
  });

  it('throws nothing else, whatever is changed', () => {
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.constantFrom('', '0', '"', '[]', '-1', 'x', 'null'), (at, inserted) => {
        expect(() => refusal(sound.slice(0, at) + inserted + sound.slice(at + 1))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

it('sections without instructions stay', () => {
  const empty: Program = { ...program({}), sections: [{ kind: 'steps', direction: 'ascending', instructions: [] }] };
  expect(decodeProgram(encodeProgram(empty)).sections).toEqual(empty.sections);
});
