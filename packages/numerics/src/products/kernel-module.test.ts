/** @file Modules of kernels: compiled and given a memory where the host can, which hosts that these tests run in can. */
import { at, ModuleBuilder, op } from '@ndl/wasm-module';
import { expect, test, vi } from 'vitest';
import { growTo, KernelModule } from './kernel-module.ts';
import { sparseGram } from './sparse-gram.ts';

/** Adds one to a number in memory. */
const counting = (): KernelModule<{ readonly increase: (address: number) => void }> =>
  new KernelModule(() => {
    const module = new ModuleBuilder();
    module.function(
      'increase',
      { address: 'i32' },
      (f, { address }) => f.do(at('f64.store', 0, address, op('f64.add', at('f64.load', 0, address), 1))),
      true,
    );
    return module;
  });

test.each([
  [0, 1],
  [1, 1],
  [2 ** 16 + 1, 2],
])('kernels that ask for %i bytes have %i pages, and more once they need them', (bytes, pages) => {
  const { memory, kernels } = counting().withMemory(bytes)!;
  expect(memory.buffer.byteLength).toBe(pages * 2 ** 16);
  growTo(memory, 3 * 2 ** 16 - 8);
  kernels.increase(3 * 2 ** 16 - 8);
  expect(new Float64Array(memory.buffer).at(-1)).toBe(1);
});

test('a host without WebAssembly has none', () => {
  vi.stubGlobal('WebAssembly', undefined);
  try {
    expect(counting().withMemory(8)).toBeUndefined();
  } finally {
    vi.unstubAllGlobals();
  }
});

test('Gram matrices with zeros have kernels here, so that their tests try them', () => {
  expect(sparseGram(new Uint32Array(8))).toBeDefined();
});
