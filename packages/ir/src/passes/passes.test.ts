import { complete, isNdlError } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distribute,
  dropZeroFills,
  foldConstants,
  fuseMaps,
  type Kernel,
  type Operand,
  printKernel,
  shareCommonSubexpressions,
  sliceView,
  type Instruction,
  instructionsOf,
  kernel,
  lagForm,
  moveLoopInvariants,
  narrow,
  type Program,
  type ProgramPass,
  removeDeadBuffers,
  runPasses,
  runPassesInPieces,
  splitBuffers,
} from '../index.ts';
import {
  ADD,
  buffer,
  contextOf,
  instructionsIn,
  LOWPASS,
  MULTIPLY,
  program,
  sectionsOf,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';
import { KEPT, largestChange, RANDOM_PROGRAM } from './random-program.test-helper.ts';

describe('every pass leaves the results of random programs alone', () => {
  it.each<[string, readonly ProgramPass[]]>([
    ['distributed', [lagForm, distribute]],
    ['distributed and narrowed', [lagForm, distribute, narrow]],
    ['distributed, split and narrowed', [lagForm, distribute, splitBuffers, narrow]],
    ['narrowed', [lagForm, narrow]],
    ['held work first, split and narrowed', [moveLoopInvariants, lagForm, distribute, splitBuffers, narrow]],
  ])('%s', (_, passes) => {
    fc.assert(
      fc.property(RANDOM_PROGRAM, (original) => largestChange(original, passes) === 0),
      { numRuns: 100 },
    );
  });

  it.each<[ProgramPass, number]>([
    [removeDeadBuffers, 0],
    [moveLoopInvariants, 0],
    [foldConstants, 0],
    [shareCommonSubexpressions, 0],
    [fuseMaps, 1e-12],
    [dropZeroFills, 0],
    [lagForm, 0],
  ])('$name', (pass, tolerance) => {
    fc.assert(
      fc.property(RANDOM_PROGRAM, (tested) => {
        expect(largestChange(tested, [pass])).toBeLessThanOrEqual(tolerance);
        expect(largestChange(tested, [pass, removeDeadBuffers, pass])).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 100 },
    );
  });
});

it('all passes together leave the results of random programs alone', () => {
  const all = [
    foldConstants,
    dropZeroFills,
    shareCommonSubexpressions,
    moveLoopInvariants,
    removeDeadBuffers,
    fuseMaps,
    removeDeadBuffers,
  ];
  fc.assert(
    fc.property(RANDOM_PROGRAM, (tested) => {
      expect(largestChange(tested, all)).toBeLessThan(1e-12);
    }),
    { numRuns: 100 },
  );
});

describe('removeDeadBuffers', () => {
  const pair = kernel({ name: 'pair', inputs: ['a', 'b'] }, (k) => ({
    first: k.exp(k.inputs.a),
    second: k.exp(k.inputs.b),
  }));
  const tested = program({
    buffers: [
      buffer('x', 'input', [2]),
      buffer('y', 'temp', [2]),
      buffer('z', 'temp', [2]),
      buffer('v', 'state', [2]),
      buffer('c', 'constant', [2]),
    ],
    inputs: [{ name: 'x', buffer: 'x', held: false }],
    hosts: [{ id: 'log', label: 'log', scope: 'item', acts: false, differentiable: false }],
    step: [
      {
        kind: 'map',
        kernel: pair,
        inputs: [view('x', 2), view('v', 2)],
        parameters: [],
        outputs: [
          { target: view('y', 2), mode: 'set' },
          { target: view('z', 2), mode: 'set' },
        ],
      },
    ],
    symbols: { y: view('y', 2), z: view('z', 2), v: view('v', 2) },
  });
  const log: Instruction = { kind: 'host', host: 'log', inputs: [view('z', 2)], outputs: [] };

  it('removes what nobody uses, its symbols too', () => {
    const slim = runPasses(tested, [removeDeadBuffers]);
    expect([slim.sections, slim.buffers.map(({ id }) => id), Object.keys(slim.symbols)]).toEqual([
      [],
      ['x', 'v'],
      ['v'],
    ]);
  });

  it('cuts outputs of a map that nobody uses', () => {
    const slim = runPasses({ ...tested, outputs: [{ name: 'y', view: view('y', 2), every: 1 }] }, [removeDeadBuffers]);
    const [map] = instructionsIn(slim, 'steps');
    expect(map?.kind === 'map' && [map.kernel.inputs, map.inputs, map.outputs.length]).toEqual([
      ['a'],
      [view('x', 2)],
      1,
    ]);
  });

  it('keeps hosts and what they read, and what it is asked to', () => {
    const logged = { ...tested, sections: sectionsOf({ step: [...instructionsOf(tested), log] }) };
    expect(instructionsOf(runPasses(logged, [removeDeadBuffers]))).toHaveLength(2);
    expect(runPasses(tested, [removeDeadBuffers], contextOf(['z', 'c'])).buffers.map(({ id }) => id)).toEqual([
      'x',
      'z',
      'v',
      'c',
    ]);
  });
});

const INPUTS = [{ name: 'x', buffer: 'x', held: false }];
const set = (id: string) => ({ target: view(id, 2), mode: 'set' as const });
const map = (k: Kernel, inputs: readonly Operand[], id: string): Instruction => ({
  kind: 'map',
  kernel: k,
  inputs,
  parameters: [],
  outputs: [set(id)],
});
const copy = (from: string, to: string): Instruction => ({ kind: 'copy', source: view(from, 2), ...set(to) });
const BUFFERS = [
  buffer('x', 'input', [2]),
  buffer('c', 'constant', [2], { initial: 0.1 }),
  buffer('v', 'state', [2]),
  ...['a', 'b', 'd', 'e'].map((id) => buffer(id, 'temp', [2])),
];
const apply = (pass: ProgramPass, step: readonly Instruction[], changes: Partial<Program> = {}): Program =>
  runPasses(program({ buffers: BUFFERS, inputs: INPUTS, step, ...changes }), [pass]);
/** The instructions of the steps after a pass. */
const applied = (...parameters: Parameters<typeof apply>): readonly Instruction[] =>
  instructionsIn(apply(...parameters), 'steps');

describe('foldConstants', () => {
  it('computes chains of constants, rounded to the dtype', () => {
    const step = [copy('c', 'a'), map(TANH, [view('a', 2)], 'b'), map(ADD, [view('b', 2), view('v', 2)], 'v')];
    const context = contextOf();
    const tested = program({ dtype: 'float32', buffers: BUFFERS, inputs: INPUTS, step });
    const folded = runPasses(tested, [foldConstants], context);
    expect(instructionsOf(folded)).toEqual([step[2]]);
    const { initial, role, lifetime } = folded.buffers.find(({ id }) => id === 'b')!;
    expect([initial, role, lifetime]).toEqual([{ array: 'folded:b' }, 'constant', 'forever']);
    expect([...context.arrays.get('folded:b')!.data]).toEqual([
      Math.fround(Math.tanh(Math.fround(0.1))),
      Math.fround(Math.tanh(Math.fround(0.1))),
    ]);
  });

  it('leaves what is summed over items, written twice, put out, or made of scalars', () => {
    const total: Instruction = {
      kind: 'reduce',
      operation: 'sum',
      source: view('a', 2),
      axes: [0],
      target: view('v'),
      mode: 'set',
    };
    const scalar: Instruction = { kind: 'fill', value: { scalar: 'rate' }, ...set('b') };
    const again: Instruction = { kind: 'fill', value: 1, target: view('d', 2), mode: 'add' };
    const step = [
      copy('c', 'a'),
      { ...total, target: { ...view('v', 1), shape: [], strides: [] } },
      scalar,
      copy('c', 'd'),
      again,
      copy('c', 'e'),
    ];
    const folded = applied(foldConstants, step, {
      scalars: [{ name: 'rate', initial: 1 }],
      outputs: [{ name: 'e', view: view('e', 2), every: 1 }],
    });
    expect(folded).toEqual(step);
  });
});

describe('shareCommonSubexpressions', () => {
  it('computes equal things once, and equal things of those', () => {
    const step = [
      map(TANH, [view('x', 2)], 'a'),
      map(TANH, [view('a', 2)], 'b'),
      map(TANH, [view('x', 2)], 'd'),
      map(TANH, [view('d', 2)], 'e'),
      map(ADD, [view('b', 2), view('e', 2)], 'v'),
    ];
    expect(applied(shareCommonSubexpressions, step)).toEqual([
      step[0],
      step[1],
      map(ADD, [view('b', 2), view('b', 2)], 'v'),
    ]);
  });

  it('not when an operand was written in between', () => {
    const step = [
      map(TANH, [view('v', 2)], 'a'),
      copy('a', 'v'),
      map(TANH, [view('v', 2)], 'b'),
      map(ADD, [view('b', 2), view('a', 2)], 'v'),
    ];
    expect(applied(shareCommonSubexpressions, step)).toEqual(step);
  });

  it.each([
    [Infinity, -Infinity],
    [0, -0],
  ])('not what is computed with %d and %d', (one, other) => {
    const lowpass = (decay: number, id: string): Instruction => ({
      kind: 'map',
      kernel: LOWPASS,
      inputs: [view('x', 2), view('v', 2)],
      parameters: [decay],
      outputs: [set(id)],
    });
    const fill = (value: number, id: string): Instruction => ({ kind: 'fill', value, ...set(id) });
    const step = [
      lowpass(one, 'a'),
      lowpass(other, 'b'),
      fill(one, 'd'),
      fill(other, 'e'),
      map(ADD, [view('a', 2), view('b', 2)], 'v'),
      map(ADD, [view('d', 2), view('e', 2)], 'v'),
    ];
    expect(applied(shareCommonSubexpressions, step)).toEqual(step);
  });
});

describe('fuseMaps', () => {
  it('makes one map of a chain, renaming what clashes', () => {
    const step = [
      map(TANH, [view('x', 2)], 'a'),
      map(MULTIPLY, [view('a', 2), view('v', 2)], 'b'),
      map(MULTIPLY, [view('b', 2), view('b', 2)], 'v'),
    ];
    const [fused] = applied(fuseMaps, step);
    expect(fused?.kind === 'map' && printKernel(fused.kernel)).toMatchInlineSnapshot(`
      "kernel tanh then multiply then multiply(y2, x2)
        t0 = tanh(x2) * y2
        output = t0 * t0
      "
    `);
    expect(fused?.kind === 'map' && fused.inputs).toEqual([view('v', 2), view('x', 2)]);
  });

  it('also makes one of what two maps read, once these are one', () => {
    const step = [
      map(TANH, [view('x', 2)], 'a'),
      map(ADD, [view('a', 2), view('x', 2)], 'b'),
      map(MULTIPLY, [view('b', 2), view('a', 2)], 'v'),
    ];
    const [fused, ...rest] = applied(fuseMaps, step);
    expect(rest).toEqual([]);
    const operands = fused?.kind === 'map' ? fused.inputs.map((operand) => JSON.stringify(operand)) : [];
    expect(new Set(operands)).toEqual(new Set([JSON.stringify(view('x', 2))]));
  });

  it('not where the value is used twice, changed in between, or stripped of its derivative', () => {
    const first = map(TANH, [view('v', 2)], 'a');
    const asParameter: Instruction = {
      kind: 'map',
      kernel: LOWPASS,
      inputs: [view('x', 2), 0],
      parameters: [view('a', 2)],
      outputs: [set('b')],
    };
    for (const rest of [
      [map(TANH, [view('a', 2)], 'b'), map(TANH, [view('a', 2)], 'd')],
      [copy('x', 'v'), map(TANH, [view('a', 2)], 'b')],
      [asParameter],
      [copy('a', 'b')],
    ]) {
      expect(applied(fuseMaps, [first, ...rest])).toEqual([first, ...rest]);
    }
  });
});

describe('dropZeroFills', () => {
  const zero: Instruction = { kind: 'fill', value: 0, ...set('a') };
  const half = (start: number, mode: 'set' | 'add'): Instruction => ({
    kind: 'copy',
    source: sliceView(view('x', 2), 0, start, start + 1),
    target: sliceView(view('a', 2), 0, start, start + 1),
    mode,
  });

  it('sets what was added to a zero', () => {
    expect(applied(dropZeroFills, [zero, half(0, 'add'), half(1, 'add'), half(1, 'add')])).toEqual([
      half(0, 'set'),
      half(1, 'set'),
      half(1, 'add'),
    ]);
  });

  it('not where an element stays zero, or is read as zero', () => {
    for (const step of [
      [zero, half(0, 'add')],
      [zero, half(0, 'add'), copy('a', 'b'), half(1, 'add')],
    ]) {
      expect(applied(dropZeroFills, step)).toEqual(step);
    }
  });
});

describe('runPassesInPieces', () => {
  const named = (name: string, apply: ProgramPass['apply'] = (tested) => tested): ProgramPass => ({ name, apply });
  /** Breaks a rule that the next pass mends. */
  const breaks = named('breaks', (tested) => ({ ...tested, symbols: { far: view('none', 1) } }));
  const mends = named('mends', (tested) => ({ ...tested, symbols: {} }));

  it('stops before each pass, and tells which is next', () => {
    const told: string[] = [];
    const onPass = ({ name }: ProgramPass): void => void told.push(name);
    const pieces = [...runPassesInPieces(program({}), [named('a'), named('b')], contextOf(KEPT), { onPass })];
    expect(pieces.length).toBeGreaterThanOrEqual(2);
    expect(told).toEqual(['a', 'b']);
  });

  it('verifies after each pass, or once after the last', () => {
    const run = (verify: 'each' | 'last'): Program =>
      complete(runPassesInPieces(program({}), [breaks, mends], contextOf(KEPT), { verify }));
    expect(() => run('each')).toThrow(/^after pass breaks: symbol far/);
    expect(run('last').symbols).toEqual({});
  });

  it('blames the pass that broke a rule, wherever it shows', () => {
    const throws = named('throws', ({ symbols }) => {
      if (Object.keys(symbols).length > 0) throw new TypeError('cannot cope');
      return program({});
    });
    for (const passes of [
      [breaks, named('idle')],
      [named('idle'), breaks, throws],
    ])
      expect(() => complete(runPassesInPieces(program({}), passes, contextOf(KEPT), { verify: 'last' }))).toThrow(
        /^after pass breaks: symbol far/,
      );
  });

  it('adds what passes add to the arrays, once', () => {
    const context = contextOf(KEPT);
    const adds = named('adds', (tested, { arrays }) => {
      expect(arrays.has('added')).toBe(false);
      arrays.set('added', { data: new Float64Array(1), shape: [1] } as never);
      return tested;
    });
    const failing = [adds, named('fails', () => expect.unreachable('here'))];
    expect(() => complete(runPassesInPieces(program({}), failing, context, { verify: 'last' }))).toThrow('here');
    expect(context.arrays.has('added')).toBe(true);
  });
});

describe('runPasses', () => {
  it('names the pass that broke a rule', () => {
    const breaks: ProgramPass = {
      name: 'breaksBounds',
      apply: (tested) => ({ ...tested, symbols: { far: view('none', 1) } }),
    };
    expect(() => runPasses(program({}), [removeDeadBuffers, breaks], contextOf(KEPT))).toThrow(
      expect.toSatisfy(
        (error: unknown) =>
          isNdlError(error, 'IR_INVALID') && error.message.startsWith('after pass breaksBounds: symbol far'),
      ),
    );
  });
});
