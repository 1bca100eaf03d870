/** @file What a section does when it is called once: arithmetic, and bytes that are read and written, for all items. */
import type { Instruction } from './instructions.ts';
import { readsOf, writesOf } from './instruction-access.ts';
import type { Buffer, Program, SectionKind } from './program.ts';
import { operationsOf } from './section-costs.ts';
import type { View } from './view.ts';
import { withoutRepeatedAxes } from './view-axes.ts';
import { viewSize } from './views.ts';

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

/** Costs of what the sections of a program do, for so many items. */
export class CallCosts {
  readonly #bytesPerNumber: number;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #items: number;

  constructor({ dtype, buffers }: Pick<Program, 'dtype' | 'buffers'>, items: number) {
    this.#bytesPerNumber = dtype === 'float32' ? 4 : 8;
    this.#buffers = new Map(buffers.map((buffer) => [buffer.id, buffer]));
    this.#items = items;
  }

  /** Of an instruction in a section of a kind. */
  of(instruction: Instruction, kind: SectionKind): CallCost {
    const [reads, writes] = [readsOf(instruction), writesOf(instruction).map(({ target }) => target)];
    const operations =
      instruction.kind === 'contract'
        ? instruction.members.map((member) =>
            this.operations(
              operationsOf({ ...instruction, members: [member] }),
              [member.left, member.right, member.target],
              kind,
            ),
          )
        : [this.operations(operationsOf(instruction), [...reads, ...writes], kind)];
    return { operations: sumOfAmounts(operations), bytes: this.bytes([...reads, ...writes], kind) };
  }

  /** Operations on the elements of views: `count` for one item and one step. */
  operations(count: number, views: readonly View[], kind: SectionKind): Amount {
    const hasItems = views.some(({ buffer }) => this.#buffers.get(buffer)!.items);
    return this.#amount(count * (hasItems ? this.#items : 1), views, kind);
  }

  /** Bytes of views, each as often as it stands there. */
  bytes(views: readonly View[], kind: SectionKind): Amount {
    return sumOfAmounts(
      views.map((view) => {
        const copies = this.#buffers.get(view.buffer)!.items ? this.#items : 1;
        return this.#amount(viewSize(withoutRepeatedAxes(view)) * copies * this.#bytesPerNumber, [view], kind);
      }),
    );
  }

  #amount(count: number, views: readonly View[], kind: SectionKind): Amount {
    const hasSteps = kind !== 'steps' && views.some(({ buffer }) => this.#buffers.get(buffer)!.steps !== 'one');
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
