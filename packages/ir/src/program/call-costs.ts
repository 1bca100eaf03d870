/** @file What a section does when it is called once: arithmetic, and bytes that are read and written, for all items. */
import type { Instruction } from './instructions.ts';
import { readsOf, writesOf } from './instruction-access.ts';
import type { Buffer, Program, SectionKind } from './program.ts';
import { operationsOf } from './section-costs.ts';
import type { View } from './view.ts';
import { viewSize, withoutRepeatedAxes } from './views.ts';

/** So much at each call, and so much more for each step of the block. Where steps are walked, a step is a call. */
export interface Amount {
  readonly once: number;
  readonly perStep: number;
}

/** What a call costs. Products count all of their terms, those of zeros too. */
export interface CallCost {
  readonly operations: Amount;
  /** Each element of a view once. */
  readonly bytes: Amount;
}

/** Costs of what a section of a kind does, for so many items. */
export class CallCosts {
  readonly #bytesPerNumber: number;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #items: number;
  readonly #isWalked: boolean;

  constructor({ dtype, buffers }: Pick<Program, 'dtype' | 'buffers'>, items: number, kind: SectionKind) {
    this.#bytesPerNumber = dtype === 'float32' ? 4 : 8;
    this.#buffers = new Map(buffers.map((buffer) => [buffer.id, buffer]));
    this.#items = items;
    this.#isWalked = kind === 'steps';
  }

  of(instruction: Instruction): CallCost {
    const [reads, writes] = [readsOf(instruction), writesOf(instruction).map(({ target }) => target)];
    const operations =
      instruction.kind === 'contract'
        ? instruction.members.map((member) =>
            this.operations(operationsOf({ ...instruction, members: [member] }), [
              member.left,
              member.right,
              member.target,
            ]),
          )
        : [this.operations(operationsOf(instruction), [...reads, ...writes])];
    return { operations: sumOfAmounts(operations), bytes: this.bytes([...reads, ...writes]) };
  }

  /** Operations on the elements of views: `count` for one item and one step. */
  operations(count: number, views: readonly View[]): Amount {
    const hasItems = views.some(({ buffer }) => this.#buffers.get(buffer)!.items);
    return this.#amount(count * (hasItems ? this.#items : 1), views);
  }

  /** Bytes of views, each as often as it stands there. */
  bytes(views: readonly View[]): Amount {
    return sumOfAmounts(
      views.map((view) => {
        const copies = this.#buffers.get(view.buffer)!.items ? this.#items : 1;
        return this.#amount(viewSize(withoutRepeatedAxes(view)) * copies * this.#bytesPerNumber, [view]);
      }),
    );
  }

  #amount(count: number, views: readonly View[]): Amount {
    const hasSteps = !this.#isWalked && views.some(({ buffer }) => this.#buffers.get(buffer)!.steps !== 'one');
    return hasSteps ? { once: 0, perStep: count } : { once: count, perStep: 0 };
  }
}

/** All of them together. */
export function sumOfAmounts(amounts: readonly Amount[]): Amount {
  return amounts.reduce((sum, { once, perStep }) => ({ once: sum.once + once, perStep: sum.perStep + perStep }), {
    once: 0,
    perStep: 0,
  });
}
