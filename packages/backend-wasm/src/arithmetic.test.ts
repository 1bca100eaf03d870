/** @file Fast arithmetic fuses products and sums, stays within what rounding explains, and is refused where a host has it not. */
import { setFlagsFromString } from 'node:v8';
import { evaluateKernel, fullView, kernel, type Program } from '@ndl/ir';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { wasmEntry } from './index.ts';
import { numbersOf } from './threads/shared-programs.test-helper.ts';

afterEach(() => void vi.restoreAllMocks());

test('a host without relaxed vectors refuses it, and says what has them', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  await expect(wasmEntry.load({ arithmetic: 'fast' })).rejects.toMatchObject({
    code: 'ARITHMETIC_UNAVAILABLE',
    message: expect.stringMatching(/relaxed SIMD.*Node.*22.*browsers.*leave `arithmetic` out/),
  });
  (await wasmEntry.load({ arithmetic: 'exact' })).dispose();
});

const DTYPES = ['float32', 'float64'] as const;
const ROUNDING = { float32: 2 ** -23, float64: 2 ** -52 };

describe('on a host that has them', () => {
  beforeAll(enableRelaxedVectors);

  test.each(DTYPES)(
    'products, filters and spikes in %s are those of exact arithmetic, but for rounding',
    async (dtype) => {
      const compile = vi.spyOn(WebAssembly, 'compile');
      const computed = async (arithmetic: 'exact' | 'fast') => {
        compile.mockClear();
        const backend = await wasmEntry.load({ arithmetic, intra_op_parallelism_threads: 1 });
        try {
          return {
            numbers: await numbersOf(backend, dtype, 5, 7),
            description: backend.description,
            fused: fusedIn(compile.mock.calls),
          };
        } finally {
          backend.dispose();
        }
      };
      const [exact, fast] = [await computed('exact'), await computed('fast')];
      expect(fast.description).toBe('WebAssembly (SIMD, fast arithmetic), 1 thread');
      expect([exact.fused, fast.fused > 10]).toEqual([0, true]);
      exact.numbers.forEach((call, index) => {
        for (const [name, numbers] of call) {
          const others = fast.numbers[index]!.get(name)!;
          const size = Math.max(...numbers.map(Math.abs));
          const error = Math.max(...numbers.map((value, at) => Math.abs(value - others[at]!)));
          expect({ name, isClose: error / size < 1000 * ROUNDING[dtype] }).toEqual({ name, isClose: true });
        }
      });
    },
  );

  test.each(DTYPES)('functions in %s are within some units in the last place', async (dtype) => {
    const samples = Array.from({ length: 4001 }, (_, index) => (index - 2000) / 47);
    const array = (): Float32Array | Float64Array => {
      return dtype === 'float32' ? Float32Array.from(samples) : Float64Array.from(samples);
    };
    const expected = NAMES.map(() => array());
    evaluateKernel(FUNCTIONS, [array()], [], expected, dtype);
    const backend = await wasmEntry.load({ arithmetic: 'fast' });
    const executable = await backend.create();
    await executable.add('run', programOf(samples.length, dtype), { arrays: new Map(), hosts: new Map() });
    const seen = new Map<string, ArrayLike<number>>();
    const sink = {
      write: ({ output, data }: { readonly output: string; readonly data: ArrayLike<number> }) =>
        void seen.set(output, Array.from(data)),
    };
    const feed = new Map([['x', { kind: 'sequence', data: array() } as const]]);
    await executable.run({ program: 'run', items: 1, steps: 1, feed, sink, state: 'carried' });
    backend.dispose();
    NAMES.forEach((name, index) => {
      const error = Array.from(seen.get(name)!, (value, at) => {
        const exact = expected[index]![at]!;
        return Object.is(value, exact) ? 0 : Math.abs(value - exact) / Math.max(Math.abs(exact), Number.MIN_VALUE);
      });
      expect({ name, isClose: Math.max(...error) < 8 * ROUNDING[dtype] }).toEqual({ name, isClose: true });
    });
  });
});

/** Node 20 has them behind a flag. */
async function enableRelaxedVectors(): Promise<void> {
  const load = async (): Promise<void> => (await wasmEntry.load({ arithmetic: 'fast' })).dispose();
  await load().catch(() => setFlagsFromString('--experimental-wasm-relaxed-simd'));
  await load();
}

/** How many fused instructions modules have: their codes are fd and a number from 105 to 108. */
function fusedIn(calls: readonly (readonly [BufferSource, ...unknown[]])[]): number {
  let count = 0;
  for (const [source] of calls) {
    const bytes = source as Uint8Array;
    for (let at = 0; at + 2 < bytes.length; at++) {
      if (bytes[at] === 0xfd && bytes[at + 1]! >= 0x85 && bytes[at + 1]! <= 0x88 && bytes[at + 2] === 2) count++;
    }
  }
  return count;
}

const NAMES = ['exp', 'expm1', 'log1p', 'tanh', 'sigmoid', 'softplus', 'log'] as const;

const FUNCTIONS = kernel({ name: 'functions', inputs: ['x'] }, (k) => {
  const { x } = k.inputs;
  return {
    exp: k.exp(x),
    expm1: k.expm1(x),
    log1p: k.log1p(k.abs(x)),
    tanh: k.tanh(x),
    sigmoid: k.sigmoid(x),
    softplus: k.softplus(x),
    log: k.log(k.add(k.abs(x), 0.001)),
  };
});

/** One step of all functions. */
function programOf(size: number, dtype: Program['dtype']): Program {
  const shape = [size];
  const lives = { shape, items: true, steps: 'one', lifetime: 'step', initial: 0 } as const;
  const view = (id: string) => fullView({ id, shape });
  return {
    dtype,
    dt: 0.001,
    scalars: [],
    buffers: [
      { id: 'x', name: 'x', role: 'input', ...lives },
      ...NAMES.map((name) => ({ id: name, name, role: 'temp', ...lives }) as const),
    ],
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: [
          {
            kind: 'map',
            kernel: FUNCTIONS,
            inputs: [view('x')],
            parameters: [],
            outputs: NAMES.map((name) => ({ target: view(name), mode: 'set' })),
          },
        ],
      },
    ],
    hosts: [],
    symbols: {},
    inputs: [{ name: 'x', buffer: 'x', held: false }],
    outputs: NAMES.map((name) => ({ name, view: view(name), every: 1 })),
  };
}
