/**
 * @file `Code`: an expression or a statement, as a tree. Bytes and text are printed from the same tree; its types are checked as
 * it is built, by the compiler and once more when it runs.
 */
import { float32Bytes, float64Bytes, int32Bytes, int64Bytes, signed, unsigned } from './binary.ts';
import { operandMismatch, outOfWord } from './errors.ts';
import { instructionNamed, type InstructionName, type NamesWith, type ResultOf, type TakenBy } from './instructions.ts';
import type { ResultType, ValueType } from './value-types.ts';

/** A node of the tree. A node that stands in two places is computed twice. */
export interface Code<Type extends ResultType = ResultType> {
  readonly type: Type;
  /** What stands first in its text. */
  readonly head: string;
  readonly operands: readonly Code[];
  /** What its bytes are, after those of its operands. */
  readonly part:
    | { readonly kind: 'bytes'; readonly bytes: readonly number[] }
    | { readonly kind: 'call'; readonly callee: { readonly name: string } }
    | { readonly kind: 'if'; readonly whenTrue: readonly Code[]; readonly whenFalse: readonly Code[] }
    | { readonly kind: 'loop'; readonly body: readonly Code[] }
    | { readonly kind: 'comment' };
}

/** A variable of a function. */
export interface Local<Type extends ValueType = ValueType> {
  readonly local: true;
  readonly type: Type;
  readonly index: number;
  readonly name: string;
}

/** What may stand where a value is wanted: code, a variable, or a number. */
export type Operand<Type extends ValueType> =
  Code<Type> | Local<Type> | (Type extends 'v128' ? never : Type extends 'i64' ? bigint : number);

type Operands<Types extends readonly ValueType[]> = { readonly [Key in keyof Types]: Operand<Types[Key]> };

export function leaf<Type extends ResultType>(
  type: Type,
  head: string,
  bytes: readonly number[],
  operands: readonly Code[] = [],
): Code<Type> {
  return { type, head, operands, part: { kind: 'bytes', bytes } };
}

/** The code of an operand. @throws TypeError where it is not of this type */
export function codeOf<Type extends ValueType>(type: Type, operand: Operand<Type>): Code<Type> {
  if (typeof operand === 'number' || typeof operand === 'bigint') return constant(type, operand);
  if (operand.type !== type) throw operandMismatch(type, operand);
  const given = operand as Code<Type> | Local<Type>;
  if ('local' in given) return leaf(type, `local.get $${given.name}`, [0x20, ...unsigned(given.index)]);
  return given;
}

/** A number of a type. @throws RangeError where an i32 has not the bits for it: it would be another number */
export function constant<Type extends ValueType>(type: Type, value: number | bigint): Code<Type> {
  switch (type) {
    case 'i32':
      if (!isWord(Number(value))) throw outOfWord('a constant of type i32', Number(value));
      return leaf(type, `i32.const ${Number(value) | 0}`, [0x41, ...signed(Number(value) | 0)]);
    case 'i64':
      return leaf(type, `i64.const ${value}`, [0x42, ...signed(value)]);
    case 'f32':
      return leaf(type, `f32.const ${floatText(Math.fround(Number(value)))}`, [0x43, ...float32Bytes(Number(value))]);
    case 'f64':
      return leaf(type, `f64.const ${floatText(Number(value))}`, [0x44, ...float64Bytes(Number(value))]);
    default:
      throw operandMismatch(type, value);
  }
}

/** Numbers of a vector: one for each lane. */
export function vectorConstant(shape: 'i32x4' | 'f32x4' | 'f64x2', lanes: readonly number[]): Code<'v128'> {
  const bytes =
    shape === 'i32x4' ? int32Bytes(...lanes) : shape === 'f32x4' ? float32Bytes(...lanes) : float64Bytes(...lanes);
  const text = shape === 'i32x4' ? lanes : lanes.map((x) => floatText(shape === 'f32x4' ? Math.fround(x) : x));
  return leaf('v128', `v128.const ${shape} ${text.join(' ')}`, [0xfd, 0x0c, ...bytes]);
}

/** Two equal whole numbers of 64 bits. */
export function wideConstant(value: bigint): Code<'v128'> {
  return leaf('v128', `v128.const i64x2 ${value} ${value}`, [0xfd, 0x0c, ...int64Bytes(value, value)]);
}

/** One instruction on operands. */
export function op<Name extends NamesWith<'none'>>(
  name: Name,
  ...operands: Operands<TakenBy<Name>>
): Code<ResultOf<Name>> {
  return instruction(name, operands, [], '');
}

/** An instruction that reads or writes memory at its first operand, `offset` bytes on. Nothing is assumed of alignment. */
export function at<Name extends NamesWith<'memory'>>(
  name: Name,
  offset: number,
  ...operands: Operands<TakenBy<Name>>
): Code<ResultOf<Name>> {
  refuseOffset(offset);
  return instruction(name, operands, [0, ...unsigned(offset)], memoryText(offset));
}

/** An instruction that no other thread sees half done, at its first operand, `offset` bytes on: a multiple of 4. It traps elsewhere. */
export function atomicAt<Name extends NamesWith<'atomic'>>(
  name: Name,
  offset: number,
  ...operands: Operands<TakenBy<Name>>
): Code<ResultOf<Name>> {
  return instruction(name, operands, [2, ...unsigned(offset)], offset === 0 ? '' : ` offset=${offset}`);
}

/** What was written before it is seen by all threads before what is written after it. */
export function fence(): Code<'none'> {
  return leaf('none', 'atomic.fence', [0xfe, 0x03, 0x00]);
}

/** Ends the call, and all calls around it, with a RuntimeError. */
export function trap(): Code<'none'> {
  return leaf('none', 'unreachable', [0x00]);
}

/** An instruction on one lane. */
export function onLane<Name extends NamesWith<'lane'>>(
  name: Name,
  lane: number,
  ...operands: Operands<TakenBy<Name>>
): Code<ResultOf<Name>> {
  return instruction(name, operands, [lane], ` ${lane}`);
}

/** An instruction that moves one lane from or to memory. */
export function laneAt<Name extends NamesWith<'memory lane'>>(
  name: Name,
  lane: number,
  offset: number,
  ...operands: Operands<TakenBy<Name>>
): Code<ResultOf<Name>> {
  refuseOffset(offset);
  return instruction(name, operands, [0, ...unsigned(offset), lane], `${memoryText(offset)} ${lane}`);
}

/** Sixteen bytes of two vectors, by number. */
export function shuffle(a: Operand<'v128'>, b: Operand<'v128'>, bytes: readonly number[]): Code<'v128'> {
  const operands = [codeOf('v128', a), codeOf('v128', b)];
  return leaf('v128', `i8x16.shuffle ${bytes.join(' ')}`, [0xfd, 0x0d, ...bytes], operands);
}

/** One value or another, both computed. */
export function choose<Type extends Exclude<ValueType, 'v128'>>(
  type: Type,
  test: Operand<'i32'>,
  whenTrue: Operand<Type>,
  whenFalse: Operand<Type>,
): Code<Type> {
  return leaf(type, 'select', [0x1b], [codeOf(type, whenTrue), codeOf(type, whenFalse), codeOf('i32', test)]);
}

function instruction<Name extends InstructionName>(
  name: Name,
  operands: readonly unknown[],
  immediates: readonly number[],
  text: string,
): Code<ResultOf<Name>> {
  const { result, takes, bytes } = instructionNamed(name);
  const given = takes.map((type, index) => codeOf(type, operands[index] as Operand<typeof type>));
  return leaf(result as ResultOf<Name>, name + text, [...bytes, ...immediates], given);
}

/** Whether a number is one of 32 bits, signed or not. */
function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
}

/** @throws RangeError for a distance that memories of 32 bits do not have */
function refuseOffset(offset: number): void {
  if (!isWord(offset) || offset < 0) throw outOfWord('an offset', offset);
}

function memoryText(offset: number): string {
  return offset === 0 ? ' align=1' : ` offset=${offset} align=1`;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
