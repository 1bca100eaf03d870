/** @file What instructions are bound to, and which steps and items they work on. */
import type { Block, Frame } from '@ndl/backend-kit';
import { isClock, type Dtype, type ScalarOperand, type SectionKind, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { Access } from './access.ts';
import type { Store } from './memory.ts';

/** An instruction bound to memory: works on steps of a block, in this order. */
export type Action = (steps: readonly number[], block: Block) => void;

/** From `first` to before `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

export class Binding {
  readonly frame: Frame<Store>;
  readonly dtype: Dtype;
  /** The kind of section that instructions stand in. */
  readonly section: SectionKind;

  constructor(frame: Frame<Store>, section: SectionKind) {
    this.frame = frame;
    this.dtype = frame.program.dtype;
    this.section = section;
  }

  access(view: View): Access {
    return new Access(view, this.frame.place(view.buffer), this.section);
  }

  /** Items that an instruction over these views works on: those of the block where one of them has items, else one. */
  itemsOver(views: readonly Access[]): (block: Block) => Range {
    const hasItems = views.some((view) => view.hasItems);
    return ({ firstItem, items }) => (hasItems ? { first: firstItem, end: firstItem + items } : ONE_ITEM);
  }

  /** Likewise of steps: the given ones, or one that stands for all. */
  stepsOver(views: readonly Access[]): (steps: readonly number[]) => readonly number[] {
    const isWalked = this.section === 'steps' || views.some(({ hasSteps }) => hasSteps);
    return (steps) => (isWalked ? steps : ONE_STEP);
  }

  /** The value of a number at a step, not yet rounded. */
  numberAt(operand: ScalarOperand): (step: number, block: Block) => number {
    if (typeof operand === 'number') return () => operand;
    if (!isClock(operand)) return () => this.frame.scalars.get(operand.scalar)!;
    const { dt } = this.frame.program;
    if (operand.clock === 'time') return (step, { stepsBefore }) => (stepsBefore + step + 1) * dt;
    return (step, { stepsBefore }) => (stepsBefore + step + 1) % operand.modulus;
  }

  /** Zeros in the program's format: what is stored in them is rounded to it. */
  allocate(length: number): FloatArray {
    return this.dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
  }
}

const ONE_STEP: readonly number[] = [0];
const ONE_ITEM: Range = { first: 0, end: 1 };
