/**
 * @file The instructions that the builder knows, by their names in WebAssembly text: what each leaves, what it takes, its code, and
 * what is written behind that. Codes that begin with fd are those of vectors, those with fe of memory that threads share. `relaxed`
 * instructions may round as the host likes: once, where it has fused multiply-add, or twice.
 */
import { unsigned } from './binary.ts';
import type { ResultType, ValueType } from './value-types.ts';

/** What is written behind a code: an alignment and an offset, a lane, or both; of `atomic` instructions the address is aligned. */
export type Immediate = 'memory' | 'lane' | 'memory lane' | 'atomic';

/** An instruction of WebAssembly: what it takes from the stack, what it leaves there, and how it is written. */
export interface Instruction {
  readonly result: ResultType;
  readonly takes: readonly ValueType[];
  /** As it is written, which may be several bytes. */
  readonly bytes: readonly number[];
  readonly immediate?: Immediate;
}

const TABLE = {
  'i32.load': 'i32 of i32: 28 memory',
  'f32.load': 'f32 of i32: 2a memory',
  'f64.load': 'f64 of i32: 2b memory',
  'i32.store': 'none of i32 i32: 36 memory',
  'f32.store': 'none of i32 f32: 38 memory',
  'f64.store': 'none of i32 f64: 39 memory',
  'i32.eqz': 'i32 of i32: 45',
  'i32.eq': 'i32 of i32 i32: 46',
  'i32.ne': 'i32 of i32 i32: 47',
  'i32.lt_s': 'i32 of i32 i32: 48',
  'i32.lt_u': 'i32 of i32 i32: 49',
  'i32.gt_s': 'i32 of i32 i32: 4a',
  'i32.gt_u': 'i32 of i32 i32: 4b',
  'i32.le_s': 'i32 of i32 i32: 4c',
  'i32.le_u': 'i32 of i32 i32: 4d',
  'i32.ge_s': 'i32 of i32 i32: 4e',
  'i32.ge_u': 'i32 of i32 i32: 4f',
  'f32.eq': 'i32 of f32 f32: 5b',
  'f32.ne': 'i32 of f32 f32: 5c',
  'f32.lt': 'i32 of f32 f32: 5d',
  'f32.gt': 'i32 of f32 f32: 5e',
  'f64.eq': 'i32 of f64 f64: 61',
  'f64.ne': 'i32 of f64 f64: 62',
  'f64.lt': 'i32 of f64 f64: 63',
  'f64.gt': 'i32 of f64 f64: 64',
  'i32.ctz': 'i32 of i32: 68',
  'i32.popcnt': 'i32 of i32: 69',
  'i32.add': 'i32 of i32 i32: 6a',
  'i32.sub': 'i32 of i32 i32: 6b',
  'i32.mul': 'i32 of i32 i32: 6c',
  'i32.div_u': 'i32 of i32 i32: 6e',
  'i32.rem_s': 'i32 of i32 i32: 6f',
  'i32.rem_u': 'i32 of i32 i32: 70',
  'i32.and': 'i32 of i32 i32: 71',
  'i32.or': 'i32 of i32 i32: 72',
  'i32.xor': 'i32 of i32 i32: 73',
  'i32.shl': 'i32 of i32 i32: 74',
  'i32.shr_s': 'i32 of i32 i32: 75',
  'i32.shr_u': 'i32 of i32 i32: 76',
  'f32.add': 'f32 of f32 f32: 92',
  'f32.sub': 'f32 of f32 f32: 93',
  'f32.mul': 'f32 of f32 f32: 94',
  'f32.div': 'f32 of f32 f32: 95',
  'f64.floor': 'f64 of f64: 9c',
  'f64.add': 'f64 of f64 f64: a0',
  'f64.sub': 'f64 of f64 f64: a1',
  'f64.mul': 'f64 of f64 f64: a2',
  'f64.div': 'f64 of f64 f64: a3',
  'f32.demote_f64': 'f32 of f64: b6',
  'f64.convert_i32_s': 'f64 of i32: b7',
  'f64.promote_f32': 'f64 of f32: bb',
  'v128.load': 'v128 of i32: fd00 memory',
  'v128.load32_splat': 'v128 of i32: fd09 memory',
  'v128.load64_splat': 'v128 of i32: fd0a memory',
  'v128.store': 'none of i32 v128: fd0b memory',
  'i8x16.swizzle': 'v128 of v128 v128: fd0e',
  'i32x4.splat': 'v128 of i32: fd11',
  'i64x2.splat': 'v128 of i64: fd12',
  'f32x4.splat': 'v128 of f32: fd13',
  'f64x2.splat': 'v128 of f64: fd14',
  'i32x4.extract_lane': 'i32 of v128: fd1b lane',
  'f32x4.extract_lane': 'f32 of v128: fd1f lane',
  'f64x2.extract_lane': 'f64 of v128: fd21 lane',
  'f32x4.eq': 'v128 of v128 v128: fd41',
  'f32x4.ne': 'v128 of v128 v128: fd42',
  'f32x4.lt': 'v128 of v128 v128: fd43',
  'f32x4.gt': 'v128 of v128 v128: fd44',
  'f32x4.le': 'v128 of v128 v128: fd45',
  'f32x4.ge': 'v128 of v128 v128: fd46',
  'f64x2.eq': 'v128 of v128 v128: fd47',
  'f64x2.ne': 'v128 of v128 v128: fd48',
  'f64x2.lt': 'v128 of v128 v128: fd49',
  'f64x2.gt': 'v128 of v128 v128: fd4a',
  'f64x2.le': 'v128 of v128 v128: fd4b',
  'f64x2.ge': 'v128 of v128 v128: fd4c',
  'v128.not': 'v128 of v128: fd4d',
  'v128.and': 'v128 of v128 v128: fd4e',
  'v128.andnot': 'v128 of v128 v128: fd4f',
  'v128.or': 'v128 of v128 v128: fd50',
  'v128.xor': 'v128 of v128 v128: fd51',
  'v128.bitselect': 'v128 of v128 v128 v128: fd52',
  'v128.any_true': 'i32 of v128: fd53',
  'v128.load32_lane': 'v128 of i32 v128: fd56 memory lane',
  'v128.load64_lane': 'v128 of i32 v128: fd57 memory lane',
  'v128.store32_lane': 'none of i32 v128: fd5a memory lane',
  'v128.store64_lane': 'none of i32 v128: fd5b memory lane',
  'v128.load32_zero': 'v128 of i32: fd5c memory',
  'v128.load64_zero': 'v128 of i32: fd5d memory',
  'f32x4.floor': 'v128 of v128: fd68',
  'f64x2.floor': 'v128 of v128: fd75',
  'i32x4.bitmask': 'i32 of v128: fda4',
  'i32x4.shl': 'v128 of v128 i32: fdab',
  'i32x4.shr_s': 'v128 of v128 i32: fdac',
  'i32x4.add': 'v128 of v128 v128: fdae',
  'i32x4.sub': 'v128 of v128 v128: fdb1',
  'i64x2.bitmask': 'i32 of v128: fdc4',
  'i64x2.shl': 'v128 of v128 i32: fdcb',
  'i64x2.add': 'v128 of v128 v128: fdce',
  'f32x4.abs': 'v128 of v128: fde0',
  'f32x4.neg': 'v128 of v128: fde1',
  'f32x4.sqrt': 'v128 of v128: fde3',
  'f32x4.add': 'v128 of v128 v128: fde4',
  'f32x4.sub': 'v128 of v128 v128: fde5',
  'f32x4.mul': 'v128 of v128 v128: fde6',
  'f32x4.div': 'v128 of v128 v128: fde7',
  'f32x4.max': 'v128 of v128 v128: fde9',
  'f32x4.pmin': 'v128 of v128 v128: fdea',
  'f32x4.pmax': 'v128 of v128 v128: fdeb',
  'f64x2.abs': 'v128 of v128: fdec',
  'f64x2.neg': 'v128 of v128: fded',
  'f64x2.sqrt': 'v128 of v128: fdef',
  'f64x2.add': 'v128 of v128 v128: fdf0',
  'f64x2.sub': 'v128 of v128 v128: fdf1',
  'f64x2.mul': 'v128 of v128 v128: fdf2',
  'f64x2.div': 'v128 of v128 v128: fdf3',
  'f64x2.max': 'v128 of v128 v128: fdf5',
  'f64x2.pmin': 'v128 of v128 v128: fdf6',
  'f64x2.pmax': 'v128 of v128 v128: fdf7',
  'f32x4.convert_i32x4_s': 'v128 of v128: fdfa',
  'f64x2.convert_low_i32x4_s': 'v128 of v128: fdfe',
  'f32x4.relaxed_madd': 'v128 of v128 v128 v128: fd105',
  'f32x4.relaxed_nmadd': 'v128 of v128 v128 v128: fd106',
  'f64x2.relaxed_madd': 'v128 of v128 v128 v128: fd107',
  'f64x2.relaxed_nmadd': 'v128 of v128 v128 v128: fd108',
  'memory.atomic.notify': 'i32 of i32 i32: fe00 atomic',
  'memory.atomic.wait32': 'i32 of i32 i32 i64: fe01 atomic',
  'i32.atomic.load': 'i32 of i32: fe10 atomic',
  'i32.atomic.store': 'none of i32 i32: fe17 atomic',
  'i32.atomic.rmw.add': 'i32 of i32 i32: fe1e atomic',
  'i32.atomic.rmw.sub': 'i32 of i32 i32: fe25 atomic',
  'i32.atomic.rmw.xchg': 'i32 of i32 i32: fe41 atomic',
  'i32.atomic.rmw.cmpxchg': 'i32 of i32 i32 i32: fe48 atomic',
} as const;

type Table = typeof TABLE;

/** Name of an instruction that the builder knows. */
export type InstructionName = keyof Table;
export type ResultOf<Name extends InstructionName> = Table[Name] extends `${infer Result} of ${string}`
  ? Extract<ResultType, Result>
  : never;
export type TakenBy<Name extends InstructionName> = Table[Name] extends `${string} of ${infer Taken}: ${string}`
  ? Words<Taken>
  : never;

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}`
  ? [Extract<ValueType, First>, ...Words<Rest>]
  : [Extract<ValueType, Text>];

/** Names of the instructions with this immediate, or with none. */
export type NamesWith<Wanted extends Immediate | 'none'> = {
  [Name in InstructionName]: (Table[Name] extends `${string}: ${string} ${infer Own}` ? Own : 'none') extends Wanted
    ? Name
    : never;
}[InstructionName];

const ROW = /^(\w+) of ([\w ]+): (\w+) ?(.*)$/;

const parsed = /* @__PURE__ */ new Map<InstructionName, Instruction>();

/** The instruction of a name of the WebAssembly text format, such as `f32x4.add`. */
export function instructionNamed(name: InstructionName): Instruction {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const [, result, takes, code, immediate] = ROW.exec(TABLE[name]) as unknown as string[] & { length: 5 };
  const made = {
    result: result as ResultType,
    takes: takes!.split(' ') as ValueType[],
    bytes: bytesOf(code!),
    ...(immediate !== '' && { immediate: immediate as Immediate }),
  };
  parsed.set(name, made);
  return made;
}

/** What comes behind the first byte is a number of its own. */
function bytesOf(code: string): readonly number[] {
  const behind = code.slice(2);
  return [Number.parseInt(code.slice(0, 2), 16), ...(behind === '' ? [] : unsigned(Number.parseInt(behind, 16)))];
}

/** Names of all instructions that the builder knows. */
export const INSTRUCTION_NAMES: readonly InstructionName[] = /* @__PURE__ */ Object.keys(
  TABLE,
) as readonly InstructionName[];
