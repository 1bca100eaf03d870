/** @file `MemberTable`: what the members of a group touch, told in numbers; made once, looked at by every order that is tried. */
import { OperationCount, type Operator, type Pieces, type Plan, type Signal, type SignalView } from '@ndl/core';

/** The views which the members of a group use as one and the same operand. */
export interface OperandColumn {
  /** Number of each member's signal: its position in the graph's list. */
  readonly signals: Int32Array;
  /** First position along its first axis that each member's view selects. */
  readonly starts: Int32Array;
  /** Elements of all views. */
  readonly size: number;
  /** Whether members differ in where their views begin. */
  readonly hasSeveralParts: boolean;
}

/** A group and its operands, in a fixed order: what members set, increment, read, update. */
export interface MemberTable {
  readonly group: readonly Operator[];
  readonly operands: readonly OperandColumn[];
}

/** What a look at a view is worth, in operations. */
const LOOK_COST = 512;

/** The tables of the groups that have several members. @param signals those of the graph */
export function* memberTables(plan: Plan, signals: readonly Signal[]): Pieces<readonly MemberTable[]> {
  const numberOf = new Map(signals.map((signal, number) => [signal, number]));
  const operations = new OperationCount();
  const tables: MemberTable[] = [];
  for (const group of plan.groups) {
    if (group.length < 2) continue;
    const views = group.map(operandsOf);
    tables.push({ group, operands: views[0]!.map((_, operand) => columnOf(views, operand, numberOf)) });
    const done = operations.add(LOOK_COST * group.length * views[0]!.length);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return tables;
}

/** Elements that the members of a group touch. */
export function elementsOf({ operands }: MemberTable): number {
  return operands.reduce((sum, { size }) => sum + size, 0);
}

function operandsOf({ sets, incs, reads, updates }: Operator): readonly SignalView[] {
  return [...sets, ...incs, ...reads, ...updates];
}

function columnOf(
  views: readonly (readonly SignalView[])[],
  operand: number,
  numberOf: ReadonlyMap<Signal, number>,
): OperandColumn {
  const signals = new Int32Array(views.length);
  const starts = new Int32Array(views.length);
  let size = 0;
  let hasSeveralParts = false;
  for (let member = 0; member < views.length; member++) {
    const { signal, selection, shape } = views[member]![operand]!;
    signals[member] = numberOf.get(signal)!;
    starts[member] = firstPosition(selection);
    size += shape.reduce((product, length) => product * length, 1);
    if (signals[member] !== signals[0] || starts[member] !== starts[0]) hasSeveralParts = true;
  }
  return { signals, starts, size, hasSeveralParts };
}

function firstPosition(selection: SignalView['selection']): number {
  if (selection === undefined) return 0;
  return (selection.kind === 'slice' ? selection.start : selection.indices[0]) ?? 0;
}
