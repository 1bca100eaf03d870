/**
 * @file Lowerings, taken at nobody's word: what one returns and emits is checked where it comes in, and what is wrong is said of
 * its operator kind and its plugin.
 */
import type { LoweringContext, Operator, OperatorLowering } from '@ndl/core';
import {
  isFiniteIn,
  printInstruction,
  readsOf,
  topologicalOrder,
  verifyInstruction,
  writesOf,
  type Buffer,
  type Instruction,
} from '@ndl/ir';
import { isNdlError, showValue, type Pieces, isRefusedPromise, unfinishedWork } from '@ndl/numerics';
import { builtInLowerings } from './lowerings/index.ts';
import { problemOfPieces } from './required-pieces.ts';
import { loweringFailed, loweringInvalid, loweringNotFinite, type LoweringOwner } from './errors.ts';

/** What an emitted instruction may name. */
export interface Emitted {
  readonly buffers: ReadonlyMap<string, Buffer>;
  /** Ids of host functions. */
  readonly hosts: ReadonlySet<string>;
}

/**
 * The kind's own part of the merge class of an operator.
 * @throws NdlError LOWERING_FAILED, LOWERING_INVALID
 */
export function mergeClassOf(lowering: OperatorLowering, operator: Operator, owner: LoweringOwner): string | undefined {
  const own: unknown = blaming(lowering, owner, operator.label, () => lowering.mergeClass(operator));
  if (own === undefined || typeof own === 'string') return own;
  throw loweringInvalid(owner, operator.label, `mergeClass must return a string or undefined, got ${showValue(own)}`);
}

/**
 * Lowers a group through a context whose `emit` and `host` refuse what makes no program.
 * @throws NdlError LOWERING_FAILED, LOWERING_INVALID, NOT_FINITE; codes of the context, with the lowering's name in front
 */
export function* lowerGroup(
  lowering: OperatorLowering,
  group: readonly Operator[],
  owner: LoweringOwner,
  context: LoweringContext,
  emitted: Emitted,
): Pieces<void> {
  const { label } = group[0]!;
  const refuse = (problem: string): never => {
    throw loweringInvalid(owner, label, problem);
  };
  const isForeign = !builtInLowerings.includes(lowering);
  const refuseInfinite = (numbers: readonly number[]): void => {
    const bad = numbers.find((value) => Number.isFinite(value) && !isFiniteIn(context.dtype, value));
    if (bad !== undefined) throw loweringNotFinite(owner, label, bad, context.dtype);
  };
  const checked: LoweringContext = {
    ...context,
    emit(instruction) {
      const malformed = problemOfForm(instruction);
      if (malformed !== undefined) refuse(malformed);
      verifyEmitted(instruction, emitted, refuse);
      if (isForeign) refuseInfinite(numbersIn(instruction));
      context.emit(instruction);
    },
    constant(name, values, shape) {
      if (isForeign) refuseInfinite(Array.from(values));
      return context.constant(name, values, shape);
    },
    host(host) {
      const malformed = problemOfHost(host);
      if (malformed !== undefined) refuse(malformed);
      context.host(host);
    },
  };
  if (lowering.lowerInPieces !== undefined) {
    yield* blamingInPieces(lowering, owner, label, () => {
      const pieces = lowering.lowerInPieces!(group, checked);
      const problem = problemOfPieces('lowerInPieces', pieces);
      return problem === undefined ? pieces : refuse(problem);
    });
    return;
  }
  const unfinished = unfinishedWork(blaming(lowering, owner, label, () => lowering.lower(group, checked)));
  if (unfinished !== undefined)
    refuse(`lower returned ${unfinished}; it must have emitted its instructions when it returns`);
}

/** The numbers that stand in an instruction itself, its kernel included. */
function numbersIn(instruction: Instruction): readonly number[] {
  if (instruction.kind === 'fill') return [instruction.value].filter((value) => typeof value === 'number');
  if (instruction.kind !== 'map') return [];
  const { kernel, inputs, parameters } = instruction;
  const constants = topologicalOrder(kernel.outputs.map(({ expression }) => expression)).flatMap((expression) =>
    expression.kind === 'constant' ? [expression.value] : [],
  );
  return [...[...inputs, ...parameters].filter((operand) => typeof operand === 'number'), ...constants];
}

const NO_SCALARS: ReadonlySet<string> = new Set();

function verifyEmitted(
  instruction: Instruction,
  { buffers, hosts }: Emitted,
  refuse: (problem: string) => never,
): void {
  const surroundings = {
    buffers,
    scalars: NO_SCALARS,
    hosts,
    section: 'steps' as const,
  };
  try {
    verifyInstruction(instruction, surroundings, (problem) => refuse(`${printInstruction(instruction)}: ${problem}`));
  } catch (error) {
    if (isNdlError(error)) throw error;
    refuse(
      `emit was given an instruction of kind '${instruction.kind}' that lacks a part: ${(error as Error).message}`,
    );
  }
}

/** What a plugin throws is said of it, under the code that it has, if any. */
function blaming<Result>(lowering: OperatorLowering, owner: LoweringOwner, label: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw blamed(lowering, owner, label, error);
  }
}

function* blamingInPieces(
  lowering: OperatorLowering,
  owner: LoweringOwner,
  label: string,
  call: () => Pieces<void>,
): Pieces<void> {
  try {
    yield* call();
  } catch (error) {
    throw blamed(lowering, owner, label, error);
  }
}

function blamed(lowering: OperatorLowering, owner: LoweringOwner, label: string, error: unknown): unknown {
  const isToldAlready = isNdlError(error) && error.about !== 'program';
  return isToldAlready || builtInLowerings.includes(lowering) ? error : loweringFailed(owner, label, error);
}

/** What keeps a value from being an instruction at all; the rules of instructions come after. */
function problemOfForm(value: unknown): string | undefined {
  if (!isRecord(value) || isRefusedPromise(value)) return `emit takes an instruction, got ${showValue(value)}`;
  const instruction = value as unknown as Instruction;
  const what = `emit was given an instruction of kind ${showValue(value['kind'])}`;
  let reads: readonly unknown[] | undefined;
  let writes: readonly { readonly target: unknown; readonly mode: unknown }[] | undefined;
  try {
    reads = readsOf(instruction);
    writes = writesOf(instruction);
  } catch (error) {
    return `${what} that lacks a part: ${(error as Error).message}`;
  }
  if (!Array.isArray(reads) || !Array.isArray(writes)) return `${what}, which is none`;
  if (writes.length === 0) return `${what} that writes nothing`;
  const view = [...reads, ...writes.map(({ target }) => target)].find((candidate) => !isWellFormed(candidate));
  if (view !== undefined || reads.includes(undefined)) return `${what} with ${showValue(view)} in the place of a view`;
  const mode = writes.map((write) => write.mode).find((candidate) => candidate !== 'set' && candidate !== 'add');
  return mode === undefined ? undefined : `${what} of mode ${showValue(mode)}, which must be 'set' or 'add'`;
}

function problemOfHost(declaration: unknown): string | undefined {
  if (!isRecord(declaration)) return `host takes a declaration, got ${showValue(declaration)}`;
  const { id, label, scope, acts, make } = declaration;
  if (typeof id !== 'string' || typeof label !== 'string') return 'id and label of a host function must be strings';
  if (scope !== 'item' && scope !== 'batch')
    return `scope of host function '${id}' must be 'item' or 'batch', got ${showValue(scope)}`;
  if (typeof acts !== 'boolean') return `acts of host function '${id}' must be true or false, got ${showValue(acts)}`;
  return typeof make === 'function' ? undefined : `make of host function '${id}' must be a function`;
}

function isWellFormed(view: unknown): boolean {
  if (!isRecord(view)) return false;
  const { buffer, offset, shape, strides } = view;
  return typeof buffer === 'string' && typeof offset === 'number' && Array.isArray(shape) && Array.isArray(strides);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
