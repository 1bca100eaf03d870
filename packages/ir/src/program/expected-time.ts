/** @file How long a program may be expected to take, from a table of what kinds of work cost: so that backends can be compared unasked. */
import { type Amount, CallCosts } from './call-costs.ts';
import type { Instruction } from './instructions.ts';
import type { Dtype, Program, Section } from './program.ts';

/** What work costs, in nanoseconds, as measured on some machine: only ratios between tables of one machine mean anything. */
export interface CostTable {
  /** Of an instruction, whatever its size, each time that it is done. */
  readonly call: number;
  /** Of an operation of a map, for each element. */
  readonly map: number;
  /** Of a multiplication or an addition in a product that is done step by step. */
  readonly product: number;
  /** The same in a product over many steps or items at once. */
  readonly largeProduct: number;
  /** Of a byte that is copied, filled or summed. */
  readonly byte: number;
}

/** Steps that a block has, more or less. */
const BLOCK_STEPS = 32;

/** Rows from which a product is a large one. */
const MANY_ROWS = 8;

/** Seconds that so many steps of a program take, without loading and compiling; undefined where the table lacks the dtype. */
export function expectedSeconds(
  program: Program,
  { items, steps }: { readonly items: number; readonly steps: number },
  tables: Readonly<Partial<Record<Dtype, CostTable>>>,
): number | undefined {
  const table = tables[program.dtype];
  if (table === undefined) return undefined;
  const costs = new CallCosts(program, items);
  const nanoseconds = program.sections.reduce((sum, section) => {
    const calls = callsOf(section, steps);
    const own = section.instructions.reduce((total, instruction) => {
      const { operations, bytes } = costs.of(instruction, section.kind);
      const done = ({ once, perStep }: Amount): number => once * calls + perStep * steps;
      const isLarge = section.kind !== 'steps' || items >= MANY_ROWS;
      return total + table.call * calls + workOf(instruction, done(operations), done(bytes), isLarge, table);
    }, 0);
    return sum + own;
  }, 0);
  return nanoseconds / 1e9;
}

function callsOf({ kind }: Section, steps: number): number {
  if (kind === 'steps') return steps;
  return kind === 'block' ? steps / BLOCK_STEPS : 1;
}

function workOf({ kind }: Instruction, operations: number, bytes: number, isLarge: boolean, table: CostTable): number {
  if (kind === 'map') return operations * table.map;
  if (kind === 'contract') return operations * (isLarge ? table.largeProduct : table.product);
  return bytes * table.byte;
}
