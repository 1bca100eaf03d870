/**
 * @file Scalar products of rows in WebAssembly, as in `row-product-kernel.ts`, for rows of which many elements are zero: terms are left out
 * where all rows on one side are. A sum that begins with 0 is the same with and without terms that are 0, of either sign.
 */
import {
  at,
  type Code,
  constant,
  type FunctionHandle,
  type Local,
  ModuleBuilder,
  op,
  vectorConstant,
} from '@ndl/wasm-module';
import { SUM_BLOCK } from './panel.ts';
import { KERNEL_COLUMNS, KERNEL_ROWS } from './row-product-kernel.ts';

/** Panels of the right that share what is left out. */
export const JOINT_PANELS = 8;

const NUMBER = 8;
const VECTOR = 16;
const GROUP = KERNEL_COLUMNS * NUMBER;
const WORD = 4;
const BITS = 32;

/** Words of a mask, a bit for each term of a block: set where some row is not zero. */
export const MASK_WORDS: number = SUM_BLOCK / BITS;

/** Bytes for the terms that are not left out. */
export const LIST_BYTES: number = SUM_BLOCK * WORD;

/** Adds sums over a block of at most `SUM_BLOCK` terms, for `joints` times `JOINT_PANELS` panels. Addresses and strides are in bytes. */
export type SparseGramKernel = (
  /** Four rows, interleaved: [terms, 4]. */
  left: number,
  /** Where the panels begin, interleaved alike, `panelStride` apart. */
  right: number,
  panelStride: number,
  /** What sums are added to: four rows, [4, 4 · JOINT_PANELS · joints]. */
  target: number,
  joints: number,
  /** `MASK_WORDS` words. */
  leftMask: number,
  /** The same of each joint, `maskStride` apart. */
  rightMask: number,
  maskStride: number,
  /** `LIST_BYTES` to work in. */
  list: number,
) => void;

/** A module that imports its memory and exports one `SparseGramKernel`, `products`. @param targetStride bytes from one row of a target to the next */
export function sparseGramModule(targetStride: number): ModuleBuilder {
  const module = new ModuleBuilder();
  addSparseGramKernel(module, 'products', targetStride);
  return module;
}

/** Adds a `SparseGramKernel` to a module, and exports it. */
export function addSparseGramKernel(module: ModuleBuilder, name: string, targetStride: number): FunctionHandle {
  const parameters = {
    left: 'i32',
    right: 'i32',
    panelStride: 'i32',
    target: 'i32',
    joints: 'i32',
    leftMask: 'i32',
    rightMask: 'i32',
    maskStride: 'i32',
    list: 'i32',
  } as const;
  const build: Parameters<typeof module.function<typeof parameters>>[2] = (f, given) => {
    const { left, right, panelStride, target, joints, leftMask, rightMask, maskStride, list } = given;
    const sums = Array.from({ length: KERNEL_ROWS }, () => [f.local('v128', 'sum'), f.local('v128', 'sum')] as const);
    const end = f.local('i32', 'end');
    const entry = f.local('i32', 'entry');
    const endOfTarget = f.let(op('i32.add', target, op('i32.mul', joints, JOINT_PANELS * GROUP)), 'last');
    const endOfJoint = f.local('i32', 'last');
    const listTerms = (): void => {
      f.set(end, list);
      for (let word = 0; word < MASK_WORDS; word++) {
        const mask = (address: Local<'i32'>): Code<'i32'> => at('i32.load', word * WORD, address);
        const bits = f.let(op('i32.and', mask(leftMask), mask(rightMask)), 'bits');
        f.while(
          () => bits,
          () => {
            const place = op('i32.mul', op('i32.ctz', bits), GROUP);
            f.do(at('i32.store', 0, end, op('i32.add', place, constant('i32', word * BITS * GROUP))));
            f.increase(end, WORD);
            f.set(bits, op('i32.and', bits, op('i32.sub', bits, 1)));
          },
        );
      }
      f.set(rightMask, op('i32.add', rightMask, maskStride));
    };
    const addTerms = (): void => {
      const place = f.let(at('i32.load', 0, entry), 'place');
      const b = f.let(op('i32.add', right, place), 'b');
      const a = f.let(op('i32.add', left, place), 'a');
      const columns = [0, 1].map((half) => f.let(at('v128.load', half * VECTOR, b), 'y'));
      sums.forEach((pair, row) => {
        const x = f.let(at('v128.load64_splat', row * NUMBER, a), 'x');
        pair.forEach((sum, half) => f.set(sum, op('f64x2.add', sum, op('f64x2.mul', x, columns[half]!))));
      });
      f.increase(entry, WORD);
    };
    const panel = (): void => {
      for (const sum of sums.flat()) f.set(sum, vectorConstant('f64x2', [0, 0]));
      f.set(entry, list);
      f.while(() => op('i32.lt_u', entry, end), addTerms);
      sums.forEach((pair, row) =>
        pair.forEach((sum, half) => {
          const place = row * targetStride + half * VECTOR;
          f.do(at('v128.store', place, target, op('f64x2.add', at('v128.load', place, target), sum)));
        }),
      );
      f.increase(target, GROUP);
      f.set(right, op('i32.add', right, panelStride));
    };
    const joint = (): void => {
      listTerms();
      f.set(endOfJoint, op('i32.add', target, JOINT_PANELS * GROUP));
      f.repeat(panel, () => op('i32.lt_u', target, endOfJoint));
    };
    f.repeat(joint, () => op('i32.lt_u', target, endOfTarget));
  };
  return module.function(name, parameters, build, true);
}
