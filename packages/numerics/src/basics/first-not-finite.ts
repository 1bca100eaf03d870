/** @file Where numbers stop being finite, looked for in WebAssembly: by bits, a page of memory at a time. */
import { at, codeOf, ModuleBuilder, op, vectorConstant, wideConstant, type Code } from '@ndl/wasm-module';
import { KernelModule } from '../products/kernel-module.ts';
import type { FloatArray } from '../arrays/nd-array.ts';

const PAGE = 2 ** 16;
const VECTOR = 16;

/** Vectors that are looked at in turn. */
const TOGETHER = 4;

/** Fewer bytes are not worth copying. */
const WORTH_COPYING = 2 ** 13;

/**
 * The smallest magnitude that becomes infinite. In float32 that is the midpoint of its largest number, 2^128 - 2^104, and 2^128:
 * there rounding to even goes up.
 */
export const FIRST_INFINITE: { readonly float32: number; readonly float64: number } = {
  float32: 2 ** 128 - 2 ** 103,
  float64: Infinity,
};

/** The place of the first NaN, or number that is infinite once it is rounded to a dtype; undefined where there is none. */
export function firstNotFinite(values: FloatArray, dtype: 'float32' | 'float64' = 'float64'): number | undefined {
  const limit = FIRST_INFINITE[dtype];
  const scan = values.byteLength < WORTH_COPYING ? undefined : scanner();
  if (scan === undefined) return firstByOne(values, 0, values.length, limit);
  const length = PAGE / values.BYTES_PER_ELEMENT;
  const end = Math.min(length, values.length);
  for (let from = 0; from < values.length; from += end) {
    // The last part reaches back, so that it is as long as the others.
    const start = Math.min(from, values.length - end);
    const part = values.subarray(start, start + end);
    if (!scan(part, dtype)) return firstByOne(values, start, start + end, limit);
  }
  return undefined;
}

function firstByOne(values: FloatArray, from: number, to: number, limit: number): number | undefined {
  for (let index = from; index < to; index++) if (!(Math.abs(values[index]!) < limit)) return index;
  return undefined;
}

/** Whether all of a page of numbers, or of less, are finite in a dtype. */
type Scan = (part: FloatArray, dtype: 'float32' | 'float64') => boolean;

const scans = /* @__PURE__ */ new KernelModule<
  Record<'singles' | 'doublesInSingle' | 'doubles', (end: number) => void>
>(scanModule);
let made: Scan | undefined;

/** Undefined where the host has no WebAssembly, or none with vectors. */
function scanner(): Scan | undefined {
  return (made ??= makeScanner());
}

function makeScanner(): Scan | undefined {
  const inMemory = scans.withMemory(PAGE);
  if (inMemory === undefined) return undefined;
  const { memory, kernels } = inMemory;
  const singles = new Float32Array(memory.buffer);
  const doubles = new Float64Array(memory.buffer);
  const result = new Int32Array(memory.buffer, 0, 1);
  return (part, dtype) => {
    const ofDoubles = dtype === 'float32' ? kernels.doublesInSingle : kernels.doubles;
    const [numbers, scan] = part instanceof Float32Array ? [singles, kernels.singles] : [doubles, ofDoubles];
    numbers.set(part);
    const step = (TOGETHER * VECTOR) / part.BYTES_PER_ELEMENT;
    const end = Math.ceil(part.length / step) * step;
    numbers.fill(0, part.length, end);
    scan(end * part.BYTES_PER_ELEMENT);
    return result[0] === 0;
  };
}

/**
 * A module that imports its memory and exports, for numbers of either width, what looks at those in the first `end` bytes, one turn at least, and
 * leaves 0 at the beginning where all are finite.
 */
function scanModule(): ModuleBuilder {
  const module = new ModuleBuilder();
  addScan(module, 'singles', {
    magnitude: vectorConstant('i32x4', [0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff]),
    beyond: vectorConstant('i32x4', [0x00800000, 0x00800000, 0x00800000, 0x00800000]),
    add: (left, right) => op('i32x4.add', left, right),
    signs: (vector) => op('i32x4.bitmask', vector),
  });
  const ofDoubles = (firstInfinite: number): Width => ({
    magnitude: wideConstant(0x7fffffffffffffffn),
    beyond: wideConstant(0x8000000000000000n - new BigUint64Array(Float64Array.of(firstInfinite).buffer)[0]!),
    add: (left, right) => op('i64x2.add', left, right),
    signs: (vector) => op('i64x2.bitmask', vector),
  });
  addScan(module, 'doubles', ofDoubles(FIRST_INFINITE.float64));
  addScan(module, 'doublesInSingle', ofDoubles(FIRST_INFINITE.float32));
  return module;
}

interface Width {
  /** All bits but the sign. */
  readonly magnitude: Code<'v128'>;
  /** What has to be added to the bits of the smallest magnitude that is infinite to reach the sign. */
  readonly beyond: Code<'v128'>;
  readonly add: (left: Code<'v128'>, right: Code<'v128'>) => Code<'v128'>;
  readonly signs: (vector: Code<'v128'>) => Code<'i32'>;
}

/** Magnitudes are ordered as their bits are, read as whole numbers; those of infinities and NaN come last. */
function addScan(module: ModuleBuilder, name: string, { magnitude, beyond, add, signs }: Width): void {
  const build: Parameters<typeof module.function<{ readonly end: 'i32' }>>[2] = (f, { end }) => {
    const place = f.local('i32', 'place');
    const found = Array.from({ length: TOGETHER }, () => f.local('v128', 'found'));
    const look = (): void => {
      found.forEach((seen, index) => {
        const bits = op('v128.and', at('v128.load', index * VECTOR, place), magnitude);
        f.set(seen, op('v128.or', seen, add(bits, beyond)));
      });
      f.increase(place, TOGETHER * VECTOR);
    };
    f.repeat(look, () => op('i32.lt_u', place, end));
    const seen = found.map((vector) => codeOf('v128', vector)).reduce((all, vector) => op('v128.or', all, vector));
    f.do(at('i32.store', 0, 0, signs(seen)));
  };
  module.function(name, { end: 'i32' }, build, true);
}
