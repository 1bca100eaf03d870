/** @file What instructions are emitted with: the frame that they are bound to, and a ledger. */
import type { Frame } from '@ndl/backend-kit';
import type { FloatArray } from '@ndl/core';
import type { Instruction, View } from '@ndl/ir';
import { Elements } from './elements.ts';
import { numbersOf, type Store } from './memory.ts';
import type { Ledger } from './tally.ts';

/** The steps that an instruction is run for. */
export interface Moment {
  /** Of the block, from 0, in the order in which the section walks: one where it is walked step by step, else all. */
  readonly steps: readonly number[];
  /** Steps taken before the block. */
  readonly stepsBefore: number;
}

/** An instruction, ready to run. */
export type Action = (moment: Moment) => void;

/**
 * The steps and the items that an instruction goes through: all where one of its views has them; otherwise it runs once, for the
 * first of each.
 */
export interface Extent {
  readonly items: readonly number[];
  steps(moment: Moment): readonly number[];
}

/** For one kind of instruction. */
export type Emitter<Kind extends Instruction['kind']> = (
  instruction: Extract<Instruction, { readonly kind: Kind }>,
  workshop: Workshop,
) => Action;

export class Workshop {
  readonly frame: Frame<Store>;
  readonly ledger: Ledger;

  constructor(frame: Frame<Store>, ledger: Ledger) {
    this.frame = frame;
    this.ledger = ledger;
  }

  elements(view: View): Elements {
    return new Elements(view, this.frame.place(view.buffer), this.ledger);
  }

  extent(views: readonly Elements[]): Extent {
    const count = views.some(({ hasItems }) => hasItems) ? this.frame.items : 1;
    const hasSteps = views.some((view) => view.hasSteps);
    return {
      items: Array.from({ length: count }, (_, item) => item),
      steps: ({ steps }) => (hasSteps ? steps : [steps[0] ?? 0]),
    };
  }

  /** So many zeros in the dtype of the program. */
  numbers(count: number): FloatArray {
    return numbersOf(this.frame.program.dtype, count);
  }

  /** Rounds a number to the dtype of the program. */
  get round(): (value: number) => number {
    return this.frame.program.dtype === 'float32' ? Math.fround : (value) => value;
  }
}
