/**
 * @file Scalar products of rows in WebAssembly: four rows by four, two sums to a vector. Each sum has the terms that plain loops
 * add, in their order, so that it has their bits.
 */
import { at, type FunctionHandle, ModuleBuilder, op, vectorConstant } from '@ndl/wasm-module';

/** Rows of the left and columns of the target that are worked on together. */
export const KERNEL_ROWS = 4;
export const KERNEL_COLUMNS = 4;

/** Bytes of a number, of a vector of two, and of the numbers that are worked on together. */
const NUMBER = 8;
const VECTOR = 16;
const GROUP = KERNEL_COLUMNS * NUMBER;

/** Adds sums over `depth` terms, 1 at least, for `panels` panels, 1 at least. Addresses are in bytes. */
export type RowProductKernel = (
  /** Four rows, interleaved: [depth, 4]. */
  left: number,
  /** Panels of four rows, interleaved each: [panels, depth, 4]. */
  right: number,
  /** What they are added to: four rows, `targetStride` bytes apart, [4, 4 · panels]. */
  target: number,
  depth: number,
  panels: number,
  /** What each sum is multiplied by: 1, or -1. */
  sign: number,
) => void;

/**
 * A module that imports its memory and exports one `RowProductKernel`, `products`.
 * @param targetStride bytes from one row of a target to the next
 */
export function rowProductModule(targetStride: number): ModuleBuilder {
  const module = new ModuleBuilder();
  addRowProductKernel(module, 'products', targetStride);
  return module;
}

/** Adds a `RowProductKernel` to a module, and exports it. */
export function addRowProductKernel(module: ModuleBuilder, name: string, targetStride: number): FunctionHandle {
  const parameters = { left: 'i32', right: 'i32', target: 'i32', depth: 'i32', panels: 'i32', sign: 'f64' } as const;
  const build: Parameters<typeof module.function<typeof parameters>>[2] = (
    f,
    { left, right, target, depth, panels, sign },
  ) => {
    const sums = Array.from({ length: KERNEL_ROWS }, () => [f.local('v128', 'sum'), f.local('v128', 'sum')] as const);
    const a = f.local('i32', 'a');
    const signs = f.let(op('f64x2.splat', sign), 'signs');
    const endOfLeft = f.let(op('i32.add', left, op('i32.mul', depth, GROUP)), 'end');
    const endOfTarget = f.let(op('i32.add', target, op('i32.mul', panels, GROUP)), 'last');
    const panel = (): void => {
      for (const sum of sums.flat()) f.set(sum, vectorConstant('f64x2', [0, 0]));
      f.set(a, left);
      f.repeat(addTerms, () => op('i32.lt_u', a, endOfLeft));
      sums.forEach((pair, row) =>
        pair.forEach((sum, half) => {
          const place = row * targetStride + half * VECTOR;
          const signed = op('f64x2.mul', signs, sum);
          f.do(at('v128.store', place, target, op('f64x2.add', at('v128.load', place, target), signed)));
        }),
      );
      f.increase(target, GROUP);
    };
    const addTerms = (): void => {
      const columns = [0, 1].map((half) => f.let(at('v128.load', half * VECTOR, right), 'y'));
      sums.forEach((pair, row) => {
        const x = f.let(at('v128.load64_splat', row * NUMBER, a), 'x');
        pair.forEach((sum, half) => f.set(sum, op('f64x2.add', sum, op('f64x2.mul', x, columns[half]!))));
      });
      f.increase(a, GROUP);
      f.increase(right, GROUP);
    };
    f.repeat(panel, () => op('i32.lt_u', target, endOfTarget));
  };
  return module.function(name, parameters, build, true);
}
