/**
 * @file The gradients of a backward program while its instructions are written: which buffers have one, which of them are
 * known to be zero, and how a contribution is added to one, summed over all that its operand was repeated over.
 *
 * Zeros are kept in mind rather than in memory: the first contribution to a gradient that is zero is set, not added, and
 * nothing is computed from a gradient that is zero. Likewise a gradient that only repeats another one, as that of what was summed up,
 * is shown to maps as a view of that other, and written only where somebody else asks for it.
 *
 * **Lags.** What was read at a lag hands its contribution, which stands at its own step, to the step that it was read of: the sum
 * reads it at the same lag, now counted the other way. Nothing is written at a lag.
 *
 * **Sums over steps.** What has one value for all steps of a pass has an accumulator for each contribution, as large as what was
 * read, so that no two of them need take turns. They are added up after the pass.
 */
import { liesBack, withLag } from '../lag-form/lags.ts';
import type {
  CopyInstruction,
  Instruction,
  ReduceAxis,
  ReduceInstruction,
  WriteMode,
} from '../program/instructions.ts';
import { either, isWithin, type Layout } from '../program/layout.ts';
import { type Buffer, gradientOf, type SectionKind } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { denseLike, dropAxes, withoutRepeatedAxes } from '../program/view-axes.ts';
import { fullView, isRepeatedAxis, isWhole, lagsOf, sameShape } from '../program/views.ts';
import type { AdjointWriter } from './adjoint-writer.ts';

/** Writes an instruction that computes a contribution into `target`. */
export type Contribution = (target: View, mode: WriteMode) => Instruction;

/** What is to be done with a sum that reads at a lag: its gradient is wanted by whoever wrote the view. */
type LateSum = (view: View, instruction: Instruction) => void;

/** What steps before the first hand on to the beginning of state: `source`, in view of the state's `view`. */
type EarlySum = (view: View, source: View) => void;

export interface LedgerOptions {
  readonly writer: AdjointWriter;
  readonly forward: readonly Buffer[];
  /** By id of the forward buffer. */
  readonly gradients: ReadonlyMap<string, Buffer>;
  readonly late: LateSum;
  readonly early: EarlySum;
  /** Whether steps before the first hand something on. */
  readonly hasBeginning: (buffer: string) => boolean;
}

export class GradientLedger {
  readonly #options: LedgerOptions;
  readonly #writer: AdjointWriter;
  readonly #forward: ReadonlyMap<string, Buffer>;
  /** Ids of the forward buffers whose gradients are zero, but not written. */
  readonly #zero = new Set<string>();
  /** Copies that would write the gradients of forward buffers, by id, which nobody but maps has asked for yet. */
  readonly #repeated = new Map<string, CopyInstruction>();
  /** Fills that set accumulators to zero, to be run before the pass. */
  #openings: Instruction[] = [];
  /** Sums of accumulators, to be run after the pass. */
  #sums: CopyInstruction[] = [];

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#writer = options.writer;
    this.#forward = new Map(options.forward.map((buffer) => [buffer.id, buffer]));
    for (const [id] of options.gradients) if (this.#forward.get(id)!.steps === 'one') this.#zero.add(id);
  }

  /**
   * Starts a section, in which the gradients of the forward buffers `zero` are zero but not yet written; those of `awaited` get what
   * reads at a lag before anything else, and are written at once.
   */
  begin(section: SectionKind, zero: Iterable<string>, awaited: Iterable<string> = []): void {
    this.#writer.begin(section);
    for (const id of zero) this.#zero.add(id);
    if (!this.#writer.isInPass) this.#closePass();
    for (const id of awaited) this.#materialize(id);
  }

  /** Ends the section; gradients of `needed` that are zero are written, the others are not looked at again. */
  finish(needed: readonly string[]): readonly Instruction[] {
    this.#writer.describe({});
    for (const id of needed) this.#materialize(id);
    this.#repeated.clear();
    return this.#writer.finish(new Set(needed.map(gradientOf)));
  }

  /** What the pass that was just written asks to be done before it. */
  takeOpenings(): readonly Instruction[] {
    const openings = this.#openings;
    this.#openings = [];
    return openings;
  }

  /** Whether the operand's gradient is asked for. */
  isWanted(view: View): boolean {
    return this.#options.gradients.has(view.buffer);
  }

  /** The gradient of a view, unless there is none or it is zero. */
  gradientAt(view: View): View | undefined {
    if (!this.hasGradient(view)) return undefined;
    if (this.#repeated.has(view.buffer)) this.#materialize(view.buffer);
    return gradientView(view);
  }

  /** Whether a view has a gradient that is not zero. */
  hasGradient(view: View): boolean {
    return this.isWanted(view) && !this.#zero.has(view.buffer);
  }

  /** The gradient of a view that has one, for a map: which may be the same at all items and steps, whatever those of the view. */
  gradientForMap(view: View): View {
    const copy = this.#repeated.get(view.buffer);
    if (copy === undefined || !isNatural(view, this.#forward.get(view.buffer)!)) return this.gradientAt(view)!;
    return copy.source;
  }

  /** Layout, here, of a view of the forward program: steps too, where a loop shows the present one. */
  layoutOf({ buffer }: View): Layout {
    const { items, steps } = this.#forward.get(buffer)!;
    return { items, steps: steps !== 'one' };
  }

  /** Whether a contribution of this shape and layout can be written straight into the gradient of `view`. */
  takesDirectly(view: View, shape: readonly number[], layout: Layout): boolean {
    if (this.#isSummedApart(view) || liesBack(view)) return false;
    const fits = isWithin(layout, this.layoutOf(view)) && sameShape(view.shape, shape);
    return fits && !view.shape.some((_, axis) => repeats(view, axis));
  }

  /**
   * Where and how to write a direct contribution; only to be asked just before it is written. Axes along which the view
   * repeats are left to the instruction to sum.
   */
  direct(view: View): { readonly target: View; readonly mode: WriteMode } {
    if (this.#isSummedApart(view)) return { target: this.#accumulatorOf(view), mode: 'add' };
    const isFirst = this.#zero.has(view.buffer);
    if (isFirst && isWhole(withoutRepeatedAxes(view), this.#forward.get(view.buffer)!)) {
      this.#zero.delete(view.buffer);
      return { target: gradientView(view), mode: 'set' };
    }
    this.#materialize(view.buffer);
    return { target: gradientView(view), mode: 'add' };
  }

  /**
   * Where a product of the view's iteration space is to be written: what sums, or is set for the first time, directly; else a
   * place of its own, for `addFrom`, so that the product can be done for many steps at once.
   */
  productTarget(view: View): { readonly target: View; readonly mode: WriteMode; readonly isApart: boolean } {
    const isFirst = this.#zero.has(view.buffer) && !liesBack(view);
    const setsWhole = isFirst && isWhole(withoutRepeatedAxes(view), this.#forward.get(view.buffer)!);
    if (this.#isSummedApart(view) || setsWhole || !this.#writer.isInPass)
      return { ...this.direct(view), isApart: false };
    const target = denseLike(view, (shape) => this.temporaryFor([view], shape, this.layoutOf(view)));
    return { target, mode: 'set', isApart: true };
  }

  /** Adds to the gradient of `view` what `contribution` computes under `shape` and `layout`. */
  add(view: View, shape: readonly number[], layout: Layout, contribution: Contribution): void {
    if (this.takesDirectly(view, shape, layout)) {
      const { target, mode } = this.direct(view);
      this.#writer.emit(contribution(target, mode));
      return;
    }
    const whole = either(layout, this.layoutOf(view));
    const part = this.temporaryFor([view], shape, whole);
    this.#writer.emit(contribution(part, 'set'));
    this.addFrom(view, part, whole);
  }

  /** A place for what is to be added to the gradients of views. */
  temporaryFor(views: readonly View[], shape: readonly number[], layout: Layout): View {
    const isLookedAtLater = views.some((view) => liesBack(view) && this.#options.hasBeginning(view.buffer));
    return this.#writer.temporary(shape, layout, isLookedAtLater);
  }

  /** Adds `source`, to whose shape `view` was broadcast, to the gradient of `view`. */
  addFrom(view: View, source: View, layout: Layout): void {
    const own = this.layoutOf(view);
    if (liesBack(view) && !this.#standsApart(view, source, layout)) {
      const spread = either(own, layout);
      const copy = this.temporaryFor([view], source.shape, spread);
      this.#writer.emit({ kind: 'copy', source, target: copy, mode: 'set' });
      this.addFrom(view, copy, spread);
      return;
    }
    const added = source.shape.length - view.shape.length;
    const isSummed = (axis: number): boolean =>
      axis < added || repeats(view, axis - added) || (view.shape[axis - added] === 1 && source.shape[axis] !== 1);
    const axes: ReduceAxis[] = [...source.shape.keys()].filter(isSummed);
    const target = dropAxes(
      view,
      [...view.shape.keys()].filter((axis) => isSummed(axis + added)),
    );
    if (layout.items && !own.items) axes.push('items');
    // A loop adds at each step.
    const sumsSteps = layout.steps && !own.steps;
    if (sumsSteps && this.#writer.section !== 'steps') axes.push('steps');

    const isBroadcast = this.#writer.section === 'steps' ? own.items && !layout.items : !isWithin(own, layout);
    if (axes.length > 0 && isBroadcast) {
      // A reduction does not broadcast over items or steps; a copy does.
      const spread = either(own, layout);
      const copy = this.temporaryFor([view], source.shape, spread);
      this.#writer.emit({ kind: 'copy', source, target: copy, mode: 'set' });
      this.addFrom(view, copy, spread);
      return;
    }
    if (axes.length === 0 && this.#canRepeat(view, source)) {
      const { target: whole, mode } = this.direct(view);
      const copy = this.#writer.labelled({ kind: 'copy', source, target: whole, mode });
      this.#repeated.set(view.buffer, copy as CopyInstruction);
      return;
    }
    const lagged = atLagOf(view, source, added);
    const sum = (into: { readonly target: View; readonly mode: WriteMode }): CopyInstruction | ReduceInstruction =>
      axes.length > 0
        ? { kind: 'reduce', operation: 'sum', source: lagged, axes, ...into }
        : { kind: 'copy', source: lagged, ...into };
    if (!liesBack(view)) {
      this.#writer.emit(sum(this.direct(target)));
      return;
    }
    const { buffer } = view;
    if (this.#options.hasBeginning(buffer)) this.#options.early(view, source);
    this.#materialize(buffer);
    this.#emitAtLag(view, sum({ target: gradientView(withLag(target, undefined)), mode: 'add' }));
  }

  /**
   * Whether the gradient of a view of an axis of lags is a product over that axis: where the other factor is the same at each step, what
   * later steps hand back is not multiplied at its own step, which would take a place for each lag and step, but when it is added.
   */
  sumsOverLags(view: View, other: View, target: View): boolean {
    const hasAxis = view.lag?.perAxis.some((lag, axis) => lag !== 0 && view.shape[axis]! > 1) === true;
    if (!hasAxis || !this.#writer.isInPass || this.#options.hasBeginning(view.buffer)) return false;
    const [own, given] = [this.layoutOf(view), this.layoutOf(target)];
    return own.steps && given.steps && own.items === given.items && !this.layoutOf(other).steps;
  }

  /** Adds the product of a gradient, of the steps that looked back at `view`, and of a factor, for which `sumsOverLags` holds. */
  addOverLags(view: View, gradient: View, factor: View): void {
    this.#materialize(view.buffer);
    const target = gradientView(withLag(view, undefined));
    const members = [{ left: withLag(gradient, view.lag), right: factor, target }];
    this.#emitAtLag(view, { kind: 'contract', members, mode: 'add' });
  }

  /** Emits what reads at the lags of `view`, or has it done before whatever wrote the view is differentiated. */
  #emitAtLag(view: View, instruction: Instruction): void {
    if (lagsOf(view).least > 0) this.#options.late(view, this.#writer.labelled(instruction));
    else this.#writer.emit(instruction);
  }

  /** Whether a contribution has a value for each step, and where steps before the first hand it on, is there when they do. */
  #standsApart(view: View, source: View, layout: Layout): boolean {
    if (!layout.steps || !this.#options.hasBeginning(view.buffer)) return layout.steps;
    return layout.items && !source.buffer.startsWith(gradientOf(''));
  }

  /** Adds what steps before the first hand on to a parameter, of the shape of the state that `view` shows; in a before section. */
  addBeginning(view: View, source: View, parameter: string): void {
    const added = source.shape.length - view.shape.length;
    const into = { ...withLag(view, undefined), buffer: parameter };
    const isSummed = (axis: number): boolean =>
      axis < added || repeats(view, axis - added) || (view.shape[axis - added] === 1 && source.shape[axis] !== 1);
    const axes: ReduceAxis[] = [...[...source.shape.keys()].filter(isSummed), 'items', 'steps'];
    const target = dropAxes(
      into,
      [...view.shape.keys()].filter((axis) => isSummed(axis + added)),
    );
    const lagged = atLagOf(view, source, added);
    this.#writer.emit({ kind: 'reduce', operation: 'sum', source: lagged, axes, ...this.direct(target) });
  }

  /** Whether the gradient of a view, so far zero, is nothing but `source`, at its own shape; in a pass it is written once for all steps. */
  #canRepeat(view: View, source: View): boolean {
    if (this.#writer.isInPass || !this.#zero.has(view.buffer) || liesBack(view)) return false;
    return isNatural(view, this.#forward.get(view.buffer)!) && sameShape(view.shape, source.shape);
  }

  /** Whether a view of one value is added to at many steps: in an accumulator, to be added up after the pass. */
  #isSummedApart(view: View): boolean {
    return this.#writer.isInPass && this.#forward.get(view.buffer)!.steps === 'one';
  }

  #accumulatorOf(view: View): View {
    const { items } = this.#forward.get(view.buffer)!;
    const shown = withoutRepeatedAxes(view);
    const whole = this.#writer.accumulator(shown.shape, items);
    const labelled = (instruction: Instruction): Instruction => this.#writer.labelled(instruction);
    this.#openings.push(labelled({ kind: 'fill', value: 0, target: whole, mode: 'set' }));
    this.#sums.push(labelled({ kind: 'copy', source: whole, target: shown, mode: 'add' }) as CopyInstruction);
    return denseLike(view, () => whole);
  }

  /** Adds up what the accumulators of the pass hold. */
  #closePass(): void {
    for (const { target, ...sum } of this.#sums) this.#writer.emit({ ...sum, ...this.direct(target) });
    this.#sums = [];
  }

  #materialize(id: string): void {
    const copy = this.#repeated.get(id);
    if (copy !== undefined) {
      this.#repeated.delete(id);
      this.#writer.emit(copy);
      return;
    }
    if (!this.#zero.delete(id)) return;
    const gradient = this.#options.gradients.get(id)!;
    this.#writer.emit({ kind: 'fill', label: gradient.name, value: 0, target: fullView(gradient), mode: 'set' });
  }
}

/** Whether a view shows a buffer as it is. */
function isNatural(view: View, buffer: Buffer): boolean {
  return isWhole(view, buffer) && sameShape(view.shape, buffer.shape);
}

/** What stands at its own step, as the step sees it that the view was read of. */
function atLagOf({ lag }: View, source: View, added: number): View {
  if (lag === undefined) return source;
  const perAxis = source.shape.map((_, axis) => (axis < added ? 0 : lag.perAxis[axis - added]!));
  return withLag(source, { base: lag.base, perAxis });
}

function gradientView(view: View): View {
  return { ...view, buffer: gradientOf(view.buffer) };
}

/** Whether an axis shows the same elements again and again. */
function repeats(view: View, axis: number): boolean {
  return view.shape[axis]! > 1 && isRepeatedAxis(view, axis);
}
