/** @file Modules run, and their text says what their bytes say: the assembler of `wabt` makes the same bytes of it. */
import { describe, expect, test } from 'vitest';
import loadWabt from 'wabt';
import {
  at,
  atomicAt,
  choose,
  type Code,
  codeOf,
  constant,
  fence,
  INSTRUCTION_NAMES,
  type InstructionName,
  instructionNamed,
  laneAt,
  ModuleBuilder,
  onLane,
  op,
  shuffle,
  trap,
  type ValueType,
  vectorConstant,
  wideConstant,
} from './index.ts';

type Exports = Readonly<Record<string, (...values: number[]) => void>>;

async function instantiate(
  module: ModuleBuilder,
  imports: Record<string, () => void> = {},
): Promise<{ run: Exports; memory: WebAssembly.Memory }> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(module.bytes(), { env: { memory, ...imports } });
  return { run: instance.exports as Exports, memory };
}

async function assembled(module: ModuleBuilder): Promise<Uint8Array> {
  const wabt = await loadWabt();
  const features = { simd: true, threads: true, relaxed_simd: true };
  const parsed = wabt.parseWat('module.wat', module.text(), features);
  // Its declaration leaves out what it takes.
  (parsed.validate as (features: object) => void).call(parsed, features);
  return parsed.toBinary({}).buffer;
}

/** The sum of the squares of the first numbers in memory, into what follows them. */
function sumOfSquares(): ModuleBuilder {
  const module = new ModuleBuilder();
  const square = module.function('square', { address: 'i32' }, (f, { address }) => {
    const x = f.let(at('f64.load', 0, address), 'x');
    f.do(at('f64.store', 0, address, op('f64.mul', x, x)));
  });
  module.function(
    'sum',
    { count: 'i32' },
    (f, { count }) => {
      const sum = f.local('f64', 'sum');
      f.comment('squares are summed one by one');
      f.count(0, count, 1, (index) => {
        const address = f.let(op('i32.shl', index, 3), 'address');
        f.call(square, address);
        f.set(sum, op('f64.add', sum, at('f64.load', 0, address)));
      });
      f.do(at('f64.store', 0, op('i32.shl', count, 3), sum));
    },
    true,
  );
  return module;
}

test('functions loop, call each other and leave their results in memory', async () => {
  const { run, memory } = await instantiate(sumOfSquares());
  const numbers = new Float64Array(memory.buffer);
  numbers.set([1, 2, 3, 100]);
  run['sum']!(3);
  expect([...numbers.subarray(0, 4)]).toEqual([1, 4, 9, 14]);
  run['sum']!(0);
  expect(numbers[0]).toBe(0);
});

test('branches are taken by their tests, and imported functions are called', async () => {
  const module = new ModuleBuilder();
  const told = module.hostFunction('told', []);
  module.function(
    'at least',
    { value: 'i32', limit: 'i32' },
    (f, { value, limit }) => {
      f.if(
        op('i32.ge_s', value, limit),
        () => f.do(at('i32.store', 0, 0, value)),
        () => f.call(told),
      );
      f.do(at('i32.store', 4, 0, choose('i32', op('i32.ge_s', value, limit), 1, 2)));
    },
    true,
  );
  let calls = 0;
  const { run, memory } = await instantiate(module, { told: () => calls++ });
  run['at least']!(-3, -5);
  expect([...new Int32Array(memory.buffer, 0, 2), calls]).toEqual([-3, 1, 0]);
  run['at least']!(-7, -5);
  expect([...new Int32Array(memory.buffer, 0, 2), calls]).toEqual([-3, 2, 1]);
});

test('a counted loop of one turn, or of none, is no loop', () => {
  const module = new ModuleBuilder();
  const seen: unknown[] = [];
  module.function('none', {}, (f) => {
    f.count(0, 0, 1, () => seen.push('never'));
    f.count(0, 4, 4, (index) => seen.push(index));
  });
  expect(seen).toEqual([0]);
});

test('what is of another type than wanted is refused as it is built', () => {
  const module = new ModuleBuilder();
  module.function('wrong', { x: 'f32' }, (f, { x }) => {
    expect(() => op('i32.add', x as never, 1)).toThrow(/i32 is wanted, got f32/);
    expect(() => f.do(codeOf('f32', x))).toThrow(/nobody takes/);
  });
  expect(() => module.function('wrong', {}, () => {})).toThrow(/two functions/);
});

test('what 32 bits do not hold is refused, not wrapped', () => {
  const module = new ModuleBuilder();
  module.function('far', { p: 'i32' }, (f, { p }) => {
    for (const offset of [2 ** 32, -4, 0.5, NaN]) {
      expect(() => f.do(at('i32.store', offset, p, 0))).toThrow(/offset of .* does not fit 32 bits/);
      expect(() => laneAt('v128.load32_lane', 0, offset, p, vectorConstant('i32x4', [0, 0, 0, 0]))).toThrow(RangeError);
    }
    for (const value of [2 ** 32, -(2 ** 31) - 1, 1.5]) expect(() => op('i32.add', p, value)).toThrow(/does not fit/);
    f.do(at('i32.store', 2 ** 32 - 4, p, op('i32.add', p, 2 ** 32 - 1)));
  });
  expect(module.text()).toContain('(i32.store offset=4294967292 align=1');
});

describe('the text', () => {
  test('is the module', async () => {
    const module = sumOfSquares();
    expect(Buffer.from(await assembled(module))).toEqual(Buffer.from(module.bytes()));
    expect(module.text()).toContain(';; squares are summed one by one');
  });

  test('is the module whatever comments hold', async () => {
    const module = new ModuleBuilder();
    module.comments.push('a\r(b\r\n(c\n(d (; "');
    module.function('nothing', {}, (f) => f.comment('a\r(b\r\n(c\n(d (; "'));
    expect(Buffer.from(await assembled(module))).toEqual(Buffer.from(module.bytes()));
    expect(module.text()).not.toContain('\r');
    expect(module.text().match(/^ *;; \(c$/gm)).toHaveLength(2);
  });

  test('and the bytes of every instruction are those of the assembler', async () => {
    const module = new ModuleBuilder();
    module.hostFunction('host', ['i32', 'f64']);
    for (const name of INSTRUCTION_NAMES) addUseOf(module, name);
    module.function('constants', { x: 'f32', v: 'v128' }, (f, { x, v }) => {
      f.let(constant('i32', -2147483648), 'a');
      f.let(constant('i64', -(2n ** 63n)), 'b');
      f.set(x, -0);
      f.let(constant('f64', Math.PI), 'c');
      f.let(vectorConstant('f32x4', [NaN, -Infinity, 1e-45, 0.1]), 'd');
      f.let(vectorConstant('f64x2', [Infinity, -0]), 'e');
      f.let(wideConstant(-1n), 'g');
      f.set(v, shuffle(v, v, [0, 1, 2, 3, 20, 21, 22, 23, 8, 9, 10, 11, 28, 29, 30, 31]));
      f.do(fence());
      f.do(trap());
    });
    expect(Buffer.from(await assembled(module))).toEqual(Buffer.from(module.bytes()));
  });
});

test('functions over shared memory count what all of them add, and wake who waits', async () => {
  const module = new ModuleBuilder({ isShared: true });
  module.function('count', {}, (f) => f.let(atomicAt('i32.atomic.rmw.add', 0, 8, 1), 'before'), true);
  module.function(
    'wait',
    { expected: 'i32' },
    (f, { expected }) => {
      const outcome = f.let(atomicAt('memory.atomic.wait32', 4, 8, expected, 1n), 'outcome');
      f.do(at('i32.store', 0, 0, outcome));
    },
    true,
  );
  module.function('end', {}, (f) => f.do(trap()), true);
  expect(Buffer.from(await assembled(module))).toEqual(Buffer.from(module.bytes()));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const { instance } = await WebAssembly.instantiate(module.bytes(), { env: { memory } });
  const run = instance.exports as Exports;
  for (let time = 0; time < 3; time++) run['count']!();
  const numbers = new Int32Array(memory.buffer);
  expect(numbers[2]).toBe(3);
  run['wait']!(1);
  expect(numbers[0], 'another number stands there').toBe(1);
  run['wait']!(0);
  expect(numbers[0], 'time is up').toBe(2);
  expect(() => run['end']!()).toThrow(WebAssembly.RuntimeError);
});

/** A function of its own, whose parameters are the operands. */
function addUseOf(module: ModuleBuilder, name: InstructionName): void {
  const { takes, result, immediate } = instructionNamed(name);
  const parameters = Object.fromEntries(takes.map((type, index) => [`p${index}`, type]));
  const build = {
    none: (values: readonly unknown[]) => (op as Untyped)(name, ...values),
    memory: (values: readonly unknown[]) => (at as Untyped)(name, 300, ...values),
    lane: (values: readonly unknown[]) => (onLane as Untyped)(name, 1, ...values),
    'memory lane': (values: readonly unknown[]) => (laneAt as Untyped)(name, 1, 4, ...values),
    atomic: (values: readonly unknown[]) => (atomicAt as Untyped)(name, 300, ...values),
  }[immediate ?? 'none'];
  module.function(name, parameters, (f, locals) => {
    const code = build(Object.values(locals));
    if (result === 'none') f.do(code);
    else f.let(code as Code<ValueType>, 'result');
  });
}

type Untyped = (...values: readonly unknown[]) => Code;
