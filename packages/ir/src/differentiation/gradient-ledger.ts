/**
 * @file The gradients of a backward program while its instructions are written: which buffers have one, which of them are
 * known to be zero, and how a contribution is added to one, summed over all that its operand was repeated over.
 *
 * Zeros are kept in mind rather than in memory: the first contribution to a gradient that is zero is set, not added, and
 * nothing is computed from a gradient that is zero.
 */
import type { Instruction, ReduceAxis, WriteMode } from '../program/instructions.ts';
import { either, isWithin, type Layout, layoutIn } from '../program/layout.ts';
import { type Buffer, gradientOf, type SectionKind } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { dropAxes, fullView, isRepeatedAxis, isWhole, sameShape, withoutRepeatedAxes } from '../program/views.ts';
import type { AdjointWriter } from './adjoint-writer.ts';

/** Writes an instruction that computes a contribution into `target`. */
export type Contribution = (target: View, mode: WriteMode) => Instruction;

export class GradientLedger {
  readonly #writer: AdjointWriter;
  readonly #forward: ReadonlyMap<string, Buffer>;
  /** By id of the forward buffer. */
  readonly #gradients: ReadonlyMap<string, Buffer>;
  /** Ids of the forward buffers whose gradients are zero, but not written. */
  #zero = new Set<string>();

  constructor(writer: AdjointWriter, forward: readonly Buffer[], gradients: ReadonlyMap<string, Buffer>) {
    this.#writer = writer;
    this.#forward = new Map(forward.map((buffer) => [buffer.id, buffer]));
    this.#gradients = gradients;
  }

  /** Starts a section, in which the gradients of the forward buffers `zero` are zero but not yet written. */
  begin(section: SectionKind, zero: Iterable<string>): void {
    this.#writer.begin(section);
    this.#zero = new Set(zero);
  }

  /** Ends the section; gradients of `needed` that are zero are written, the others are not looked at again. */
  finish(needed: readonly string[]): readonly Instruction[] {
    this.#writer.describe({});
    for (const id of needed) this.#materialize(id);
    return this.#writer.finish(new Set(needed.map(gradientOf)));
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
    return layoutIn(this.#forward.get(view.buffer)!, this.#writer.section);
  }

  /** The gradient becomes zero: what stood in the view was overwritten. */
  clear(view: View): void {
    if (this.gradientAt(view) === undefined) return;
    if (isWhole(view, this.#forward.get(view.buffer)!)) this.#zero.add(view.buffer);
    else this.#writer.emit({ kind: 'fill', value: 0, target: gradientView(view), mode: 'set' });
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
      this.#writer.emit(contribution(target, mode));
      return;
    }
    const whole = either(layout, this.layoutOf(view));
    const part = this.#writer.temporary(shape, whole);
    this.#writer.emit(contribution(part, 'set'));
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
      const copy = this.#writer.temporary(source.shape, spread);
      this.#writer.emit({ kind: 'copy', source, target: copy, mode: 'set' });
      this.addFrom(view, copy, spread);
    } else if (axes.length > 0) {
      this.#writer.emit({ kind: 'reduce', operation: 'sum', source, axes, ...this.direct(target) });
    } else {
      this.#writer.emit({ kind: 'copy', source, ...this.direct(target) });
    }
  }

  #materialize(id: string): void {
    if (!this.#zero.delete(id)) return;
    this.#writer.emit({ kind: 'fill', value: 0, target: fullView(this.#gradients.get(id)!), mode: 'set' });
  }
}

function gradientView(view: View): View {
  return { ...view, buffer: gradientOf(view.buffer) };
}

/** Whether an axis shows the same elements again and again. */
function repeats(view: View, axis: number): boolean {
  return view.shape[axis]! > 1 && isRepeatedAxis(view, axis);
}
