/** @file How long work takes one thread, by the table of costs, and what it costs threads to do it together: who gains is shared out. */
import {
  type Amount,
  CallCosts,
  type CostTable,
  type Instruction,
  operationsIn,
  type SectionKind,
  sumOfAmounts,
  viewSize,
} from '@ndl/ir';
import { WASM_COSTS } from '../costs.ts';
import type { Unit } from '../sections/schedule.ts';
import type { ModuleContext } from '../sections/section-context.ts';

/** When threads are worth it, in nanoseconds. */
export interface Thresholds {
  /** What a meeting takes, where nobody has to be waited for. */
  readonly meeting: number;
  /** What a call takes which has threads run something: who saves less in a block does not call them. */
  readonly call: number;
  /** What a block takes at least, for threads to be started. */
  readonly block: number;
  /** What is saved must be this part of what is done, at least: estimates are rough. */
  readonly part: number;
}

export const THRESHOLDS: Thresholds = { meeting: 400, call: 100_000, block: 500_000, part: 0.2 };

/** Estimates for a frame, in nanoseconds: once per block, and for each step of it. Where steps are walked, a turn is a step. */
export class WorkTime {
  /** Steps of a block, more or less. */
  readonly steps: number;
  readonly #costs: CallCosts;
  readonly #table: CostTable;
  readonly thresholds: Thresholds;

  constructor(
    { frame: { program, items } }: Pick<ModuleContext, 'frame'>,
    steps: number,
    thresholds: Thresholds = THRESHOLDS,
  ) {
    this.#costs = new CallCosts(program, items);
    this.#table = WASM_COSTS[program.dtype]!;
    this.steps = steps;
    this.thresholds = thresholds;
  }

  /** Of a unit, at each turn. */
  of(unit: Unit, kind: SectionKind): Amount {
    if (unit.kind === 'instruction') return this.ofInstruction(unit.instruction, kind);
    const works = unit.group.map(({ outputs, reads }) => {
      const targets = outputs.map(({ target }) => target);
      const operations = (operationsIn(outputs) + 1) * viewSize(targets[0]!);
      return this.#costs.operations(operations, [...reads, ...targets], kind);
    });
    return times(sumOfAmounts(works), this.#table.map);
  }

  ofInstruction(instruction: Instruction, kind: SectionKind): Amount {
    const { operations, bytes } = this.#costs.of(instruction, kind);
    switch (instruction.kind) {
      case 'contract':
        return times(operations, this.#table.largeProduct);
      case 'map':
        return times(operations, this.#table.map);
      default:
        return times(bytes, this.#table.byte);
    }
  }

  /** What one turn takes. */
  inTurn(amount: Amount, kind: SectionKind): number {
    return timeOf(amount, kind === 'steps' ? 0 : this.steps);
  }

  /** What turns take in a block. */
  inBlock(amount: Amount, kind: SectionKind): number {
    return timeOf(perBlock(amount, kind), this.steps);
  }

  /** Whether so much is done in a block that threads are worth starting. */
  isLong(sections: readonly { readonly kind: SectionKind; readonly instructions: readonly Instruction[] }[]): boolean {
    const blocks = sections.map(({ kind, instructions }) =>
      this.inBlock(sumOfAmounts(instructions.map((each) => this.ofInstruction(each, kind))), kind),
    );
    return blocks.reduce((sum, each) => sum + each, 0) >= this.thresholds.block;
  }
}

/** The amounts of turns as those of a block. */
export function perBlock(amount: Amount, kind: SectionKind): Amount {
  return kind === 'steps' ? { once: 0, perStep: amount.once } : amount;
}

/** What a block of so many steps takes. */
export function timeOf({ once, perStep }: Amount, steps: number): number {
  return once + perStep * steps;
}

export function times({ once, perStep }: Amount, factor: number): Amount {
  return { once: once * factor, perStep: perStep * factor };
}
