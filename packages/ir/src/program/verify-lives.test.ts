import { describe, expect, it } from 'vitest';
import {
  type Buffer,
  type Instruction,
  type Lag,
  type Program,
  type Section,
  type View,
  verifyProgram,
} from '../index.ts';
import { ADD, buffer, EACH_STEP, messageOf, program, TANH, view } from '../program-fixtures.test-helper.ts';

const OF_BLOCK: Partial<Buffer> = { steps: { span: 'block', before: 0 }, lifetime: 'block' };
const keeping = (before: number): Partial<Buffer> => ({ steps: { span: 'block', before } });
const SUM: Partial<Buffer> = { items: false, lifetime: 'window' };

const BUFFERS: readonly Buffer[] = [
  buffer('x', 'input', [2]),
  buffer('h', 'input', [2], { lifetime: 'window' }),
  buffer('w', 'parameter', [2]),
  buffer('v', 'state', [2]),
  buffer('y', 'temp', [2]),
  buffer('j', 'temp', [2], { lifetime: 'window' }),
  buffer('k', 'temp', [2], { lifetime: 'block' }),
  buffer('p', 'temp', [2], OF_BLOCK),
  buffer('q', 'temp', [2], OF_BLOCK),
  buffer('o', 'temp', [2], EACH_STEP),
  buffer('g', 'temp', [2], SUM),
];
const INPUTS = [
  { name: 'x', buffer: 'x', held: false },
  { name: 'h', buffer: 'h', held: true },
];

const section = (kind: Section['kind'], ...instructions: readonly Instruction[]): Section => {
  return { kind, direction: 'ascending', instructions };
};
const steps = (...instructions: readonly Instruction[]): Section => section('steps', ...instructions);
const block = (...instructions: readonly Instruction[]): Section => section('block', ...instructions);
const window = (...instructions: readonly Instruction[]): Section => section('window', ...instructions);
const down = (made: Section): Section => ({ ...made, direction: 'descending' });

const copy = (source: View, target: View, mode: 'set' | 'add' = 'set'): Instruction => {
  return { kind: 'copy', source, target, mode };
};
const zero = (id: string): Instruction => ({ kind: 'fill', value: 0, target: view(id, 2), mode: 'set' });
const pass = (from: string, to: string, mode: 'set' | 'add' = 'set'): Instruction =>
  copy(view(from, 2), view(to, 2), mode);
const total = (from: string, to: string, ...axes: ('items' | 'steps')[]): Instruction => ({
  kind: 'reduce',
  operation: 'sum',
  source: view(from, 2),
  axes,
  target: view(to, 2),
  mode: 'add',
});
const lagged = (id: string, base: number, ...perAxis: readonly number[]): View => {
  const lag: Lag = { base, perAxis: perAxis.length > 0 ? perAxis : [0] };
  return { ...view(id, 2), lag };
};

const verdictOf = (
  sections: readonly Section[],
  parts: Partial<Program> = {},
  more: readonly Buffer[] = [],
): string => {
  const used = program({ inputs: INPUTS });
  return messageOf(() => verifyProgram({ ...used, buffers: [...BUFFERS, ...more], ...parts, sections }));
};
const verdict = (...sections: readonly Section[]): string => verdictOf(sections);

describe('verifyProgram, on lifetimes,', () => {
  it('keeps what lives for a step within one section that walks steps', () => {
    expect(verdict(steps(zero('y'), pass('y', 'v')))).toBe('valid');
    expect(verdict(steps(zero('y')), window(pass('y', 'j')))).toMatch(
      /uses y in a window section, but it lives for a step/,
    );
    expect(verdict(window(zero('y')))).toMatch(/uses y in a window section, but it lives for a step/);
    expect(verdict(block(pass('x', 'p')))).toMatch(/uses x in a block section, but it lives for a step/);
    expect(verdict(steps(zero('y')), steps(pass('y', 'v')))).toMatch(/uses y in two sections, but it lives for a step/);
    expect(verdict(steps(pass('x', 'v')), steps(pass('x', 'o')))).toMatch(/uses x in two sections/);
    expect(verdict(window(pass('h', 'j')), steps(pass('j', 'v'), pass('h', 'v', 'add')))).toBe('valid');
  });

  it('keeps what lives within a block within one pass', () => {
    expect(verdict(block(zero('p'), zero('k')), steps(pass('p', 'v'), pass('k', 'v', 'add')))).toBe('valid');
    expect(verdict(block(zero('p')), window(zero('g'), total('p', 'g', 'items', 'steps')))).toMatch(
      /uses p in a window section, but it lives within a block/,
    );
    expect(verdict(block(zero('k')), window(pass('k', 'j')))).toMatch(
      /uses k in a window section, but it lives within/,
    );
    expect(verdict(block(zero('p')), window(zero('j')), block(pass('p', 'q')))).toMatch(
      /reads p\[2\] before it was wholly set/,
    );
    expect(verdict(block(zero('p')), window(zero('j')), block(zero('p'), pass('p', 'q')))).toBe('valid');
    expect(verdict(section('before', zero('p')))).toMatch(/uses p in a before section, but it lives within a block/);
  });

  it('lets only the loop that updates a state in place see it', () => {
    expect(verdict(steps(pass('v', 'y'), pass('x', 'v')))).toBe('valid');
    expect(verdict(steps(pass('x', 'v')), window(pass('v', 'j')))).toMatch(
      /uses v, which another section updates step by step; give it a value for each step/,
    );
    expect(verdict(steps(pass('x', 'v')), steps(pass('v', 'o')))).toMatch(/uses v, which another section updates/);
    expect(verdict(window(pass('v', 'j')), steps(pass('v', 'o')))).toBe('valid');
    expect(verdict(block(zero('v')))).toMatch(/writes state v, which has one value, in a block section/);
  });

  it('leaves of a pass sums over its steps, or what is the same at each', () => {
    const sum = total('x', 'g', 'items');
    expect(verdict(window(zero('g')), steps(sum), window(pass('g', 'j')))).toBe('valid');
    expect(verdict(steps(sum))).toMatch(/adds to g\[2\] before it was wholly set/);
    expect(verdict(window(zero('g')), steps(sum, pass('g', 'v')))).toMatch(
      /adds to g, which sums over the steps of its pass and so is read after it only/,
    );
    expect(verdict(window(zero('g')), steps(sum), block(pass('g', 'p')))).toMatch(/read after it only/);
    expect(verdict(window(zero('j')), steps(pass('x', 'j')), window(pass('j', 'o')))).toMatch(
      /sets j to what each step has anew, of which only the last would be left; give it a value for each step/,
    );
    expect(verdict(steps(pass('h', 'j'), pass('j', 'v')))).toBe('valid');
    expect(verdict(window(zero('j')), steps(pass('h', 'j', 'add')))).toBe('valid');
    const now: Instruction = { kind: 'fill', value: { clock: 'time' }, target: view('j', 2), mode: 'set' };
    expect(verdict(steps(now))).toMatch(/sets j to what each step has anew/);
  });

  it('lets an adjoint carry a gradient down the steps', () => {
    const grow: Instruction = {
      kind: 'map',
      kernel: ADD,
      inputs: [view('j', 2), view('x', 2)],
      parameters: [],
      outputs: [{ target: view('j', 2), mode: 'set' }],
    };
    expect(verdict(window(zero('j')), down(steps(grow)), window(pass('j', 'o')))).toBe('valid');
    expect(verdict(window(zero('j')), steps(grow))).toMatch(/sets j to what each step has anew/);
  });

  it('refuses sums that would show where blocks end', () => {
    const summed = { ...total('p', 'g', 'items', 'steps') };
    expect(verdict(window(zero('g')), block(zero('p'), summed), window(pass('g', 'j')))).toBe('valid');
    expect(verdict(block(zero('p'), zero('g'), summed))).toMatch(
      /adds to g, which its pass sets as well: each block would begin the sum anew/,
    );
    expect(verdict(block(zero('p'), { ...summed, mode: 'set' } as Instruction))).toMatch(
      /sets g to what each step has anew/,
    );
    const perBlock = buffer('s', 'temp', [2], { items: false, lifetime: 'block' });
    const sections = [block(zero('p'), zero('s'), { ...summed, target: view('s', 2) } as Instruction)];
    expect(verdictOf(sections, {}, [perBlock])).toMatch(/adds to s, .*sums would show where blocks end/);
    expect(verdict(window(zero('j')), block(pass('h', 'j', 'add')))).toMatch(
      /adds to j what is the same at each step: it would be added once per block, not once per step/,
    );
    expect(verdict(block(pass('w', 'k'), pass('k', 'p')))).toBe('valid');
  });

  it('runs before sections once: what they set, nobody else may use', () => {
    const before = (...instructions: readonly Instruction[]): Section => section('before', ...instructions);
    expect(verdict(window(zero('g')), before(total('v', 'g', 'items')), window(pass('g', 'j')))).toBe('valid');
    expect(verdict(before(zero('j'), total('j', 'g', 'items')))).toMatch(/adds to g\[2\] before/);
    expect(verdict(before(zero('j')), window(pass('j', 'o')))).toMatch(
      /uses j, which a before section sets: that runs once, so that only it may/,
    );
    expect(verdict(before(pass('w', 'v')))).toMatch(/role state is written in steps, block only/);
  });
});

describe('verifyProgram, on lags,', () => {
  const recent = buffer('r', 'state', [2], keeping(3));
  const update: readonly Instruction[] = [
    {
      kind: 'map',
      kernel: TANH,
      inputs: [lagged('r', 1)],
      parameters: [],
      outputs: [{ target: view('r', 2), mode: 'set' }],
    },
  ];
  const reading = (source: View, ...rest: readonly Section[]): string =>
    verdictOf([steps(...update, copy(source, view('y', 2))), ...rest], {}, [recent]);

  it('lets a step read what earlier ones left, as far back as that is kept', () => {
    expect(reading(lagged('r', 3))).toBe('valid');
    expect(reading(lagged('r', 1, 2))).toBe('valid');
    expect(reading(lagged('r', 3, -2))).toBe('valid');
    expect(reading(lagged('r', 4))).toMatch(/reads r\[2\]~4 at a lag of 4, but r keeps 3 steps before/);
    expect(reading(lagged('r', 2, 2))).toMatch(/at a lag of 4, but r keeps 3/);
    expect(reading(lagged('r', 1, -2))).toMatch(/at a lag of -1; lags are never negative/);
    expect(reading(lagged('r', -1))).toMatch(/lags are never negative/);
    expect(reading(lagged('w', 1))).toMatch(/reads w\[2\]~1 at a lag, but w has one value only/);
    expect(reading({ ...view('r', 2), lag: { base: 1, perAxis: [] } })).toMatch(
      /no whole number of lags for each axis/,
    );
    expect(reading({ ...view('r', 2), lag: { base: 0.5, perAxis: [0] } })).toMatch(/no whole number of lags/);
  });

  it('refuses to read the present before it is there', () => {
    const early = steps(copy(view('r', 2), view('y', 2)), ...update);
    expect(verdictOf([early], {}, [recent])).toMatch(/reads r\[2\] before it was wholly set/);
    expect(verdictOf([steps(copy(lagged('r', 0, 1), view('y', 2)), ...update)], {}, [recent])).toMatch(
      /before it was wholly set/,
    );
    expect(verdictOf([steps(copy(lagged('r', 1), view('y', 2)), ...update)], {}, [recent])).toBe('valid');
  });

  it('writes nothing at a lag, and puts nothing out at one', () => {
    expect(verdictOf([steps(copy(view('x', 2), lagged('r', 1)))], {}, [recent])).toMatch(
      /writes r\[2\]~1 at a lag; what is written is the present step's/,
    );
    const outputs = [{ name: 'late', view: lagged('r', 1), every: 1 }];
    expect(verdictOf([steps(...update)], { outputs }, [recent])).toMatch(/output late: r\[2\]~1 is read at a lag/);
  });

  it('refuses lags where no steps are walked', () => {
    const wide = buffer('r', 'state', [2], { steps: { span: 'window', before: 3 } });
    const sections = (kind: Section['kind']): Section[] => [
      steps(...update),
      section(kind, copy(lagged('r', 1), view('o', 2))),
    ];
    expect(verdictOf(sections('window'), {}, [wide])).toMatch(/reads r\[2\]~1 at a lag in a window section/);
    expect(verdictOf(sections('before'), {}, [wide])).toMatch(/at a lag in a before section/);
    expect(verdictOf(sections('block'), {}, [wide])).toBe('valid');
  });

  it('refuses to see a block in a window section', () => {
    const sections = [steps(...update), window(copy(view('r', 2), view('o', 2)))];
    expect(verdictOf(sections, {}, [recent])).toMatch(/uses r in a window section, but it lives within a block/);
  });

  it('reads at a lag only what is written by then, wherever blocks end', () => {
    const read = block(copy(lagged('r', 2), view('p', 2)));
    const write = block(pass('q', 'r'));
    const fill = block(zero('q'));
    const of = (maximumBlock: number | undefined, ...sections: readonly Section[]): string =>
      verdictOf(sections, maximumBlock === undefined ? {} : { maximumBlock }, [recent]);
    expect(of(undefined, fill, write, read)).toBe('valid');
    expect(of(undefined, fill, read, write)).toMatch(
      /reads r\[2\]~2 before all of its block is written; that needs lags of at least maximumBlock, which is not given/,
    );
    expect(of(3, fill, read, write)).toMatch(/at least maximumBlock, which is 3/);
    expect(of(2, fill, read, write)).toBe('valid');
    // In one block section, an instruction is done for all steps before the next.
    const cycle = block(copy(lagged('r', 2), view('p', 2)), pass('p', 'r'));
    expect(of(3, cycle)).toMatch(/before all of its block is written/);
    expect(of(2, cycle)).toBe('valid');
    expect(of(undefined, steps(...cycle.instructions))).toBe('valid');
    // Of an axis of lags the least that is not the present counts.
    const taps = { ...view('r', 2), lag: { base: 0, perAxis: [3] } };
    const add: Instruction = { ...pass('q', 'r'), mode: 'add' } as Instruction;
    expect(of(3, fill, write, block(copy(taps, view('p', 2))), block(add))).toBe('valid');
    expect(of(4, fill, write, block(copy(taps, view('p', 2))), block(add))).toMatch(
      /before all of its block is written/,
    );
  });

  it('wants all of a state that has a value for each step to be set', () => {
    expect(verdictOf([steps(copy(lagged('r', 1), view('y', 2)))], {}, [recent])).toMatch(
      /buffer r: state with a value for each step, but no section sets all of it/,
    );
    // In whichever pass.
    expect(
      verdictOf([block(zero('q')), block(pass('q', 'r')), window(zero('j')), block(zero('p'))], {}, [recent]),
    ).toBe('valid');
  });
});

describe('verifyProgram, on outputs,', () => {
  const output = (id: string): Partial<Program> => ({ outputs: [{ name: 'out', view: view(id, 2), every: 1 }] });

  it('wants them to be set at the end of a step', () => {
    expect(verdictOf([], output('y'))).toMatch(/output out: y\[2\] is not wholly set at the end of a step/);
    expect(verdictOf([steps(zero('y'))], output('y'))).toBe('valid');
    expect(verdictOf([window(zero('j')), steps(zero('y'))], output('j'))).toBe('valid');
    expect(verdictOf([steps(zero('y')), window(zero('j'))], output('j'))).toMatch(
      /is not wholly set at the end of a step/,
    );
    expect(verdictOf([window(zero('j'))], output('j'))).toBe('valid');
    expect(verdictOf([block(zero('p')), window(zero('j')), block(zero('q'))], output('p'))).toBe('valid');
  });

  it('refuses sums over the steps of blocks, of which steps see no more than blocks did', () => {
    const add = total('p', 'm', 'steps');
    const sum = buffer('m', 'temp', [2], { lifetime: 'window' });
    expect(verdictOf([window(zero('m')), block(zero('p'), add)], output('m'), [sum])).toMatch(
      /output out: reads m after each step, but a block section adds to it/,
    );
    const inSteps = copy(view('y', 2), view('m', 2), 'add');
    expect(verdictOf([window(zero('m')), steps(zero('y'), inSteps)], output('m'), [sum])).toBe('valid');
  });
});
