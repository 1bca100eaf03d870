import { describe, expect, it } from 'vitest';
import { type Buffer, type GeneratedSource, type Instruction, type Program, verifyProgram } from '../index.ts';
import { ARRAYS, buffer, EACH_STEP, messageOf, program, stored, view } from '../program-fixtures.test-helper.ts';

const buffers = [buffer('x', 'input', [3]), buffer('w', 'parameter', [2]), buffer('v', 'state', [2])];
const inputs = [{ name: 'x', buffer: 'x', held: false }];
const verdict = (parts: Partial<Program>): string =>
  messageOf(() => verifyProgram({ ...program({ inputs }), buffers, ...parts }, { arrays: ARRAYS }));
const declared = (...more: readonly Buffer[]): string => verdict({ buffers: [...buffers, ...more] });
/** A buffer that nothing else of the program names, of a role that may do so. */
const temp = (changes: Partial<Buffer>): string => declared(buffer('q', 'temp', [1], changes));

describe('verifyProgram, on declarations,', () => {
  it('refuses numbers that are none', () => {
    expect(verdict({})).toBe('valid');
    expect(verdict({ dt: 0 })).toMatch(/dt must be a positive number/);
    expect(verdict({ dtype: 'float16' as never })).toMatch(/float32 or float64, got float16/);
    for (const maximumBlock of [0, 1.5, -3])
      expect(verdict({ maximumBlock })).toBe(
        `program: maximumBlock must be a whole number of steps from 1 on, got ${maximumBlock}.`,
      );
    expect(verdict({ maximumBlock: 1 })).toBe('valid');
  });

  it('refuses kinds of section and directions that it does not know', () => {
    const section = { kind: 'steps', direction: 'ascending', instructions: [] } as const;
    expect(verdict({ sections: [section] })).toBe('valid');
    expect(verdict({ sections: [{ ...section, kind: 'epoch' as never }] })).toMatch(
      /section epoch: no kind of section; known: steps, block, window, before/,
    );
    expect(verdict({ sections: [{ ...section, direction: 'down' as never }] })).toMatch(
      /ascending or descending, got down/,
    );
  });

  it('refuses names that stand twice', () => {
    expect(declared(buffer('v', 'temp', [1]))).toMatch(/buffer v: declared twice/);
    expect(verdict({ inputs: [...inputs, ...inputs] })).toMatch(/input x: declared twice/);
    const output = { name: 'o', view: view('v', 2), every: 1 };
    expect(verdict({ outputs: [output, output] })).toMatch(/output o: declared twice/);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'a state per step of the program',
      buffer('q', 'state', [1], { lifetime: 'window' }),
      /state lives for a run, not "window"/,
    ],
    ['a parameter for a run', buffer('q', 'parameter', [1], { lifetime: 'run' }), /parameter lives forever, not "run"/],
    ['a constant for a step', buffer('q', 'constant', [1], { lifetime: 'step' }), /constant lives forever/],
    ['a target for a run', buffer('q', 'target', [1], { lifetime: 'run' }), /target lives for a window/],
    [
      'a temp for a run',
      buffer('q', 'temp', [1], { lifetime: 'run' }),
      /temp lives for a step or for a block or for a window/,
    ],
    ['a role that is none', buffer('q', 'gradient' as never, [1]), /no role: "gradient"; known: parameter, state/],
    ['a parameter per item', buffer('q', 'parameter', [1], { items: true }), /parameter is shared by all items/],
    ['a shared state', buffer('q', 'state', [1], { items: false }), /state has a copy for each item/],
    [
      'a parameter per step',
      buffer('q', 'parameter', [1], { steps: { span: 'window', before: 0 } }),
      /one value for all steps/,
    ],
    ['a shape that is none', buffer('q', 'temp', [1.5]), /no valid shape: \[1.5\]/],
  ])('refuses %s', (_, wrong, problem) => {
    expect(declared(wrong)).toMatch(problem);
  });

  it('holds spans and lifetimes together', () => {
    expect(temp(EACH_STEP)).toBe('valid');
    expect(temp({ steps: { span: 'block', before: 0 }, lifetime: 'block' })).toBe('valid');
    expect(temp({ steps: { span: 'block', before: 0 }, lifetime: 'window' })).toBe('valid');
    expect(temp({ steps: { span: 'window', before: 0 }, lifetime: 'block' })).toMatch(
      /spans a window, but lives within a block/,
    );
    expect(temp({ steps: { span: 'block', before: 0 }, lifetime: 'step' })).toMatch(
      /lives for a step, and so has one value/,
    );
    expect(temp({ steps: { span: 'epoch' as never, before: 0 }, lifetime: 'window' })).toMatch(
      /spans a block or a window, not epoch/,
    );
  });

  it('lets steps before be carried on for a run, or lie beyond a window where steps descend', () => {
    const keeps = (before: number) => ({ span: 'block', before }) as const;
    expect(temp({ steps: keeps(-1), lifetime: 'block' })).toMatch(/keeps -1 steps before; a whole number is wanted/);
    expect(temp({ steps: keeps(2), lifetime: 'block' })).toMatch(/it must live for a run/);
    const write = (id: string): Instruction => ({ kind: 'fill', value: 1, target: view(id, 1), mode: 'set' });
    const written = (wrong: Buffer, ...directions: readonly ('ascending' | 'descending')[]): string =>
      verdict({
        buffers: [...buffers, wrong],
        sections: directions.map((direction) => ({ kind: 'block', direction, instructions: [write(wrong.id)] })),
      });
    const later = buffer('q', 'temp', [1], { steps: keeps(2), lifetime: 'window' });
    const state = buffer('q', 'state', [1], { steps: keeps(2) });
    expect(written(later, 'descending')).toBe('valid');
    expect(written(later, 'ascending')).toMatch(/it must live for a run/);
    expect(written(state, 'ascending')).toBe('valid');
    expect(written(state, 'descending')).toMatch(/zero beyond a window: it cannot live for a run/);
    expect(written(later, 'ascending', 'descending')).toMatch(/written in both directions/);
  });

  it('refuses initial contents that are not there, or of another shape', () => {
    expect(
      declared(buffer('q', 'constant', [2], { initial: stored({ shape: [2], data: Float64Array.of(1, 2) }) })),
    ).toBe('valid');
    expect(
      declared(buffer('q', 'constant', [3], { initial: stored({ shape: [2], data: Float64Array.of(1, 2) }) })),
    ).toMatch(/its initial value has shape \[2\], expected \[3\]/);
    expect(declared(buffer('q', 'constant', [3], { initial: { array: 'gone' } }))).toMatch(
      /its initial value, array "gone", is in no table/,
    );
  });

  it('lets state begin as a parameter of its shape, and nothing else', () => {
    const begins = (initial: string, role: 'state' | 'temp' = 'state', shape = [2]): string =>
      declared(buffer('q', role, shape, { initial: { parameter: initial } }));
    expect(begins('w')).toBe('valid');
    expect(begins('v')).toMatch(/begins as "v", which is of role state/);
    expect(begins('none')).toMatch(/begins as "none", which is no buffer/);
    expect(begins('w', 'temp')).toMatch(/begins as parameter "w", which only state does; its role is temp/);
    expect(begins('w', 'state', [3])).toMatch(/parameter w has shape \[2\], expected \[3\]/);
  });

  it('holds inputs and their buffers together', () => {
    const held = (changes: Partial<Buffer>, isHeld: boolean): string =>
      verdict({
        buffers: [buffer('x', 'input', [3], changes)],
        inputs: [{ name: 'x', buffer: 'x', held: isHeld }],
      });
    expect(held({ lifetime: 'window' }, true)).toBe('valid');
    expect(held({ lifetime: 'step' }, true)).toMatch(/is held, so that its buffer "x" has one value, for a window/);
    expect(held(EACH_STEP, true)).toMatch(/is held/);
    expect(held(EACH_STEP, false)).toBe('valid');
    expect(held({ lifetime: 'run', steps: { span: 'block', before: 3 } }, false)).toBe('valid');
    expect(held({ lifetime: 'window' }, false)).toMatch(/is fed each step, so that its buffer "x".* lives for a step/);
    expect(verdict({ inputs: [{ name: 'x', buffer: 'v', held: true }], buffers: [buffers[2]!] })).toMatch(
      /of role state, expected role input/,
    );
    expect(verdict({ inputs: [] })).toMatch(/buffer x: no input declares it/);
  });

  it('refuses inputs that are generated from nothing', () => {
    const normal: GeneratedSource = {
      generator: 'mt19937',
      distribution: { kind: 'normal', mean: 0, deviation: 1 },
      factor: 1,
      seeds: { first: 0 },
    };
    const generated = (changes: object, input: object = {}): string =>
      verdict({ inputs: [{ name: 'x', buffer: 'x', held: false, source: { ...normal, ...changes }, ...input }] });
    const from = (low: number, high: number): object => ({ distribution: { kind: 'uniform', low, high } });
    expect([generated({}), generated(from(-1, 2)), generated({ seeds: { first: 2 ** 32 - 1 } })]).toEqual(
      new Array(3).fill('valid'),
    );
    expect(verdict({ inputs: [{ name: 'x', buffer: 'x', held: false, source: 'fed' }] })).toBe('valid');
    expect(generated({ generator: 'dice' })).toMatch(/input x: no generator: "dice"; known: mt19937/);
    expect(generated({ distribution: { kind: 'beta' } })).toMatch(/no distribution: "beta"; known: uniform, normal/);
    for (const bounds of [from(1, 0), from(0, Infinity), from(NaN, 1)])
      expect(generated(bounds)).toMatch(/draws from no interval/);
    for (const [mean, deviation] of [
      [NaN, 1],
      [0, -1],
    ])
      expect(generated({ distribution: { kind: 'normal', mean, deviation } })).toMatch(/draws from no distribution/);
    expect(generated({ factor: Infinity })).toMatch(/factor must be a number, got Infinity/);
    for (const first of [-1, 0.5, 2 ** 32])
      expect(generated({ seeds: { first } })).toMatch(/first seed must be a whole/);
    const held = { buffers: [buffer('x', 'input', [3], { lifetime: 'window' })] };
    expect(verdict({ ...held, inputs: [{ name: 'x', buffer: 'x', held: true, source: normal }] })).toMatch(
      /is held, but/,
    );
    expect(
      verdict({
        inputs: [{ name: 'x', buffer: 'x', held: false, source: normal }],
        symbols: { x: view('v', 2) },
      }),
    ).toMatch(/input x: it is generated, and its position is saved by its name/);
  });

  it('refuses outputs that are read more than once per step, or never', () => {
    const every = (period: number): string => verdict({ outputs: [{ name: 'o', view: view('v', 2), every: period }] });
    expect([every(1), every(2.5)]).toEqual(['valid', 'valid']);
    for (const wrong of [0, 0.5, NaN, Infinity])
      expect(every(wrong)).toBe(`output o: is read every ${wrong} steps; a number from 1 on is wanted.`);
  });
});
