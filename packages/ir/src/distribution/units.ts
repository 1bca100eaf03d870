/**
 * @file Units of work: an instruction, or a member of a product, that can be cut along its first axis. Planners merge operators of
 * several layers there, so that cutting gives back what they merged.
 */
import { isView, readsOf, writesOf } from '../program/instruction-access.ts';
import type { ContractMember, Instruction, Operand, WriteMode } from '../program/instructions.ts';
import type { View } from '../program/view.ts';
import { sliceView, withoutRepeatedAxes } from '../program/view-axes.ts';
import { indicesOf, isRepeatedAxis } from '../program/views.ts';

export interface Unit {
  readonly instruction: Instruction;
  /** Position of the instruction within its section. */
  readonly home: number;
  /** Which member of a product; 0 for what has none. */
  readonly member: number;
  /** Places along the axis that it can be cut along; 1 where there is none. */
  readonly length: number;
  /** Whether every place of that axis is a product of its own. */
  readonly isStacked: boolean;
}

/** The units of a list of instructions, in order. */
export function unitsOf(instructions: readonly Instruction[]): readonly Unit[] {
  return instructions.flatMap((instruction, home): Unit[] => {
    if (instruction.kind !== 'contract')
      return [{ instruction, home, member: 0, length: lengthOf(instruction), isStacked: false }];
    return instruction.members.map(({ target }, member) => {
      const length = target.shape.length > 0 && !isRepeatedAxis(target, 0) ? target.shape[0]! : 1;
      const moves = target.shape.filter((_, axis) => !isRepeatedAxis(target, axis)).length;
      const isCut = moves > 1 || target.shape.length === 1;
      return { instruction, home, member, length: isCut ? length : 1, isStacked: moves > 1 };
    });
  });
}

function lengthOf(instruction: Exclude<Instruction, { kind: 'contract' }>): number {
  switch (instruction.kind) {
    case 'fill':
    case 'copy':
      return instruction.target.shape[0] ?? 1;
    case 'map':
      return instruction.outputs[0]!.target.shape[0] ?? 1;
    case 'reduce':
      return instruction.axes.includes(0) ? 1 : (instruction.target.shape[0] ?? 1);
    case 'host':
      return 1;
  }
}

/** Part of a unit: its places from `start` to the one before `end`. */
export interface Part {
  readonly unit: Unit;
  readonly start: number;
  readonly end: number;
}

/** A view of a unit, and whether each place of the unit has its own part of it: others are the same for all places. */
export interface UnitView {
  readonly view: View;
  readonly isCut: boolean;
}

/** What the parts of a unit read and write. */
export interface PartUses {
  readonly reads: readonly UnitView[];
  readonly writes: readonly UnitView[];
}

export function usesOfParts({ instruction, member }: Unit): PartUses {
  const cut = (view: View): UnitView => ({ view, isCut: true });
  switch (instruction.kind) {
    case 'contract': {
      const { left, right, target } = instruction.members[member]!;
      return { reads: [cut(left), cut(right)], writes: [cut(withoutRepeatedAxes(target))] };
    }
    case 'map': {
      const { shape } = instruction.outputs[0]!.target;
      const reads = readsOf(instruction).map((view) => ({ view, isCut: isCutWith(view, shape) }));
      return { reads, writes: instruction.outputs.map(({ target }) => cut(target)) };
    }
    default:
      return { reads: readsOf(instruction).map(cut), writes: writesOf(instruction).map(({ target }) => cut(target)) };
  }
}

interface UnitUses {
  readonly reads: readonly View[];
  readonly writes: readonly View[];
  readonly mode: WriteMode;
}

/** What a unit reads and writes. */
export function usesOfUnit({ instruction, member }: Unit): UnitUses {
  if (instruction.kind === 'contract') {
    const { left, right, target } = instruction.members[member]!;
    return { reads: [left, right], writes: [target], mode: instruction.mode };
  }
  const writes = writesOf(instruction);
  return {
    reads: readsOf(instruction),
    writes: writes.map(({ target }) => target),
    mode: writes.every(({ mode }) => mode === 'add') ? 'add' : 'set',
  };
}

/**
 * Instructions again from parts of one instruction: parts that follow one another become one, and those of a product its
 * members.
 */
export function instructionsOfParts(parts: readonly Part[]): readonly Instruction[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && last.unit === part.unit && last.end === part.start)
      joined[joined.length - 1] = { ...last, end: part.end };
    else joined.push(part);
  }
  const { instruction } = joined[0]!.unit;
  if (instruction.kind !== 'contract')
    return joined.map((part) => (isWholePart(part) ? instruction : partOf(instruction, part)));
  const isWhole = joined.length === instruction.members.length && joined.every(isWholePart);
  return [isWhole ? instruction : { ...instruction, members: joined.map(memberOf) }];
}

function isWholePart({ unit, start, end }: Part): boolean {
  return start === 0 && end === unit.length;
}

function memberOf(part: Part): ContractMember {
  const { instruction, member } = part.unit;
  if (instruction.kind !== 'contract') throw new TypeError('only products have members');
  const whole = instruction.members[member]!;
  if (isWholePart(part)) return whole;
  const cut = (view: View): View => cutView(view, part);
  return { left: cut(whole.left), right: cut(whole.right), target: cut(whole.target) };
}

function partOf(
  instruction: Exclude<Instruction, { kind: 'contract' }>,
  part: Pick<Part, 'start' | 'end'>,
): Instruction {
  const cut = (view: View): View => cutView(view, part);
  switch (instruction.kind) {
    case 'fill':
      return { ...instruction, target: cut(instruction.target) };
    case 'copy':
    case 'reduce':
      return { ...instruction, source: cut(instruction.source), target: cut(instruction.target) };
    case 'map': {
      const { shape } = instruction.outputs[0]!.target;
      const operand = (value: Operand): Operand => (isView(value) && isCutWith(value, shape) ? cut(value) : value);
      return {
        ...instruction,
        inputs: instruction.inputs.map(operand),
        parameters: instruction.parameters.map(operand),
        outputs: instruction.outputs.map(({ target, mode }) => ({ target: cut(target), mode })),
      };
    }
    case 'host':
      return instruction;
  }
}

/** Whether an operand of a map is cut with what it writes: what broadcasts along the first axis is the same for all parts. */
function isCutWith(operand: View, written: readonly number[]): boolean {
  return operand.shape.length === written.length && operand.shape[0] === written[0];
}

/** Part of a view, its list a stride where it has become one. */
export function cutView(view: View, { start, end }: Pick<Part, 'start' | 'end'>): View {
  const cut = sliceView(view, 0, start, end);
  const list = indicesOf(cut, 0);
  if (list === undefined || list.length === 0) return cut;
  const stride = list.length > 1 ? list[1]! - list[0]! : 1;
  if (!list.every((offset, place) => offset === list[0]! + place * stride)) return cut;
  const { indices, ...plain } = cut;
  const others = indices!.filter(({ axis }) => axis !== 0);
  return {
    ...plain,
    offset: cut.offset + list[0]!,
    strides: cut.strides.with(0, stride),
    ...(others.length > 0 && { indices: others }),
  };
}
