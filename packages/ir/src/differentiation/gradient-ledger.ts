/**
 * @file The gradients of a backward program while its instructions are written: which buffers have one, which of them are
 * known to be zero, and how a contribution is added to one, summed over all that its operand was repeated over.
 *
 * Zeros are kept in mind rather than in memory: the first contribution to a gradient that is zero is set, not added, and
 * nothing is computed from a gradient that is zero.
 */
import { readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction, ReduceAxis, WriteMode } from '../program/instructions.ts';
import { either, isWithin, type Layout, layoutIn } from '../program/layout.ts';
import { type Buffer, gradientOf, type Lifetime, type SectionKind } from '../program/program.ts';
import type { View } from '../program/view.ts';
import {
  dropAxes,
  fullView,
  isRepeatedAxis,
  isWhole,
  overlaps,
  sameShape,
  withoutRepeatedAxes,
} from '../program/views.ts';

/** How long what an instruction leaves for the next ones lives. */
const LIFETIME_IN: Readonly<Record<SectionKind, Lifetime>> = {
  steps: 'step',
  block: 'block',
  window: 'window',
  before: 'window',
};

/** Writes an instruction that computes a contribution into `target`. */
export type Contribution = (target: View, mode: WriteMode) => Instruction;

export class GradientLedger {
  /** By id of the forward buffer. */
  readonly #gradients: ReadonlyMap<string, Buffer>;
  readonly #forward: ReadonlyMap<string, Buffer>;
  readonly #temporaries: Buffer[] = [];
  #instructions: Instruction[] = [];
  #zero = new Set<string>();
  #section: SectionKind = 'window';
  #label: string | undefined;

  constructor(forward: readonly Buffer[], gradients: ReadonlyMap<string, Buffer>) {
    this.#forward = new Map(forward.map((buffer) => [buffer.id, buffer]));
    this.#gradients = gradients;
  }

  /** Buffers made on the way. */
  get temporaries(): readonly Buffer[] {
    return this.#temporaries;
  }

  /** Starts a section, in which the gradients of the forward buffers `zero` are zero but not yet written. */
  begin(section: SectionKind, zero: Iterable<string>): void {
    this.#instructions = [];
    this.#section = section;
    this.#zero = new Set(zero);
  }

  /** Ends the section; gradients of `needed` that are zero are written, the others are not looked at again. */
  finish(needed: readonly string[]): readonly Instruction[] {
    this.#label = undefined;
    for (const id of needed) this.#materialize(id);
    const kept = new Set(needed.map(gradientOf));
    return this.#instructions.filter(
      (instruction, index, all) =>
        instruction.kind !== 'fill' ||
        kept.has(instruction.target.buffer) ||
        all.slice(index + 1).some((later) => touches(later, instruction.target)),
    );
  }

  /** Says whose adjoint is written from now on: what is emitted is labelled as its gradient. */
  describe({ label }: Instruction): void {
    this.#label = label === undefined ? undefined : `gradient of ${label}`;
  }

  emit(instruction: Instruction): void {
    this.#instructions.push(this.#label === undefined ? instruction : { ...instruction, label: this.#label });
  }

  /** Whether the operand's gradient is asked for. */
  isWanted(view: View): boolean {
    return this.#gradients.has(view.buffer);
  }

  /** The gradient of a view, unless there is none or it is zero. */
  gradientAt(view: View): View | undefined {
    return this.isWanted(view) && !this.#zero.has(view.buffer) ? gradientView(view) : undefined;
  }

  /** Layout, here, of a view of the forward program. Its gradient has the same. */
  layoutOf(view: View): Layout {
    return layoutIn(this.#forward.get(view.buffer)!, this.#section);
  }

  /** The gradient becomes zero: what stood in the view was overwritten. */
  clear(view: View): void {
    if (this.gradientAt(view) === undefined) return;
    if (isWhole(view, this.#forward.get(view.buffer)!)) this.#zero.add(view.buffer);
    else this.emit({ kind: 'fill', value: 0, target: gradientView(view), mode: 'set' });
  }

  /** A buffer for a value of the backward program. */
  temporary(shape: readonly number[], layout: Layout): View {
    const id = `adjoint:${this.#temporaries.length}`;
    this.#temporaries.push({
      id,
      name: id,
      shape,
      items: layout.items,
      steps: layout.steps ? { span: this.#section === 'block' ? 'block' : 'window', before: 0 } : 'one',
      role: 'temp',
      lifetime: LIFETIME_IN[this.#section],
      initial: 0,
    });
    return fullView({ id, shape });
  }

  /** Whether a contribution of this shape and layout can be written straight into the gradient of `view`. */
  takesDirectly(view: View, shape: readonly number[], layout: Layout): boolean {
    const fits = isWithin(layout, this.layoutOf(view)) && sameShape(view.shape, shape);
    return fits && !view.shape.some((_, axis) => repeats(view, axis));
  }

  /**
   * Where and how to write a direct contribution; only to be asked just before it is written. Axes along which the view
   * repeats are left to the instruction to sum.
   */
  direct(view: View): { readonly target: View; readonly mode: WriteMode } {
    const isFirst = this.#zero.has(view.buffer);
    if (isFirst && isWhole(withoutRepeatedAxes(view), this.#forward.get(view.buffer)!)) {
      this.#zero.delete(view.buffer);
      return { target: gradientView(view), mode: 'set' };
    }
    this.#materialize(view.buffer);
    return { target: gradientView(view), mode: 'add' };
  }

  /** Adds to the gradient of `view` what `contribution` computes under `shape` and `layout`. */
  add(view: View, shape: readonly number[], layout: Layout, contribution: Contribution): void {
    if (this.takesDirectly(view, shape, layout)) {
      const { target, mode } = this.direct(view);
      this.emit(contribution(target, mode));
      return;
    }
    const whole = either(layout, this.layoutOf(view));
    const part = this.temporary(shape, whole);
    this.emit(contribution(part, 'set'));
    this.addFrom(view, part, whole);
  }

  /** Adds `source`, to whose shape `view` was broadcast, to the gradient of `view`. */
  addFrom(view: View, source: View, layout: Layout): void {
    const own = this.layoutOf(view);
    const added = source.shape.length - view.shape.length;
    const isSummed = (axis: number): boolean =>
      axis < added || repeats(view, axis - added) || (view.shape[axis - added] === 1 && source.shape[axis] !== 1);
    const axes: ReduceAxis[] = [...source.shape.keys()].filter(isSummed);
    const target = dropAxes(
      view,
      [...view.shape.keys()].filter((axis) => isSummed(axis + added)),
    );
    if (layout.items && !own.items) axes.push('items');
    if (layout.steps && !own.steps) axes.push('steps');

    if (axes.length > 0 && !isWithin(own, layout)) {
      // A reduction does not broadcast over items or steps; a copy does.
      const spread = either(own, layout);
      const copy = this.temporary(source.shape, spread);
      this.emit({ kind: 'copy', source, target: copy, mode: 'set' });
      this.addFrom(view, copy, spread);
    } else if (axes.length > 0) {
      this.emit({ kind: 'reduce', operation: 'sum', source, axes, ...this.direct(target) });
    } else {
      this.emit({ kind: 'copy', source, ...this.direct(target) });
    }
  }

  #materialize(id: string): void {
    if (!this.#zero.delete(id)) return;
    this.emit({ kind: 'fill', value: 0, target: fullView(this.#gradients.get(id)!), mode: 'set' });
  }
}

function gradientView(view: View): View {
  return { ...view, buffer: gradientOf(view.buffer) };
}

/** Whether an axis shows the same elements again and again. */
function repeats(view: View, axis: number): boolean {
  return view.shape[axis]! > 1 && isRepeatedAxis(view, axis);
}

function touches(instruction: Instruction, view: View): boolean {
  return [...readsOf(instruction), ...writesOf(instruction).map(({ target }) => target)].some((other) =>
    overlaps(other, view),
  );
}
