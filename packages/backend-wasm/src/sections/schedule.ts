/**
 * @file The order in which a section's work is done, and what of it is one loop. Work that is done element by element joins other such
 * work, earlier or later, where nothing in between minds; so neurons are one loop with what makes their input.
 */
import {
  type ContractInstruction,
  type Instruction,
  lagsOf,
  overlaps,
  readsOf,
  type SectionKind,
  simplifyMember,
  type View,
  writesOf,
} from '@ndl/ir';
import type { Pieces } from '@ndl/numerics';
import { asElementwise, type Elementwise, productOfTerms, withShape } from '../loops/elementwise.ts';
import { commonShape } from '../views/shapes.ts';
import { viewKey } from '../views/view-key.ts';
import { ViewsByBuffer } from './views-by-buffer.ts';

/** One thing after another: a loop, or an instruction that is none. */
export type Unit =
  | { readonly kind: 'loop'; readonly group: readonly Elementwise[] }
  | { readonly kind: 'instruction'; readonly instruction: Instruction };

/** What work reads and writes. */
interface Uses {
  readonly reads: ViewsByBuffer;
  readonly writes: ViewsByBuffer;
}

/** What is asked of the views of a section. */
export interface Questions {
  readonly kind: SectionKind;
  /** Whether a product has one term for each element. */
  isElementwise(instruction: ContractInstruction): boolean;
  /** Whether items, and steps, are axes of a view; whoever differs in that shares no loop. */
  axesOf(view: View): string;
}

/** Operations that finding a place for an instruction takes, roughly. */
const PART_WORK = 2 ** 14;

/** How far back one looks for a loop to join. */
const REACH = 16;

export function* schedule(instructions: readonly Instruction[], questions: Questions): Pieces<readonly Unit[]> {
  const plan = new Plan(questions);
  for (const instruction of instructions) {
    for (const part of partsOf(instruction)) {
      const works = worksOf(part, questions);
      if (works === undefined) plan.add(part);
      else for (const work of works) plan.join(work);
      yield PART_WORK;
    }
  }
  return plan.units;
}

/** A product member by member. */
function partsOf(instruction: Instruction): readonly Instruction[] {
  if (instruction.kind !== 'contract') return [instruction];
  return instruction.members.map((member) => ({ ...instruction, members: [simplifyMember(member)] }));
}

function worksOf(instruction: Instruction, questions: Questions): readonly Elementwise[] | undefined {
  if (instruction.kind !== 'contract') return asElementwise(instruction);
  return questions.isElementwise(instruction) ? [productOfTerms(instruction.members[0]!, instruction)] : undefined;
}

/** A loop under construction, or what stands alone. Uses of a loop are shown under its shape. */
type Planned = PlannedLoop | (Uses & { readonly kind: 'instruction'; readonly instruction: Instruction });
type PlannedLoop = Uses & { readonly kind: 'loop'; readonly group: Elementwise[] };

class Plan {
  readonly #questions: Questions;
  readonly #planned: Planned[] = [];

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  get units(): readonly Unit[] {
    return this.#planned.map((planned): Unit =>
      planned.kind === 'loop'
        ? { kind: 'loop', group: planned.group }
        : { kind: 'instruction', instruction: planned.instruction },
    );
  }

  add(instruction: Instruction): void {
    const writes = new ViewsByBuffer(writesOf(instruction).map(({ target }) => target));
    // What is added to is read.
    this.#planned.push({ kind: 'instruction', instruction, reads: new ViewsByBuffer(readsOf(instruction)), writes });
  }

  /** Adds work to the latest loop that it can be part of, or as a loop of its own. */
  join(work: Elementwise): void {
    const uses = usesOf([work]);
    let canMoveUp = true;
    for (let at = this.#planned.length - 1; at >= 0 && at >= this.#planned.length - REACH; at--) {
      const planned = this.#planned[at]!;
      const joined = planned.kind === 'loop' ? this.#joined(planned, work) : undefined;
      const canMoveDown = (): boolean => this.#planned.slice(at + 1).every((later) => !this.#conflict(planned, later));
      if (joined !== undefined && (canMoveUp || canMoveDown())) {
        this.#planned[at] = joined();
        if (!canMoveUp) this.#planned.push(...this.#planned.splice(at, 1));
        return;
      }
      canMoveUp &&= !this.#conflict(planned, uses);
    }
    this.#planned.push({ kind: 'loop', group: [work], ...uses });
  }

  /** What makes the loop one with the work as its last; undefined where it cannot be. */
  #joined(loop: PlannedLoop, work: Elementwise): (() => PlannedLoop) | undefined {
    const { group } = loop;
    const [first] = group;
    // Of what repeats, a loop has nothing else.
    if (first!.repeats || work.repeats) return undefined;
    const { axesOf } = this.#questions;
    if (axesOf(first!.outputs[0]!.target) !== axesOf(work.outputs[0]!.target)) return undefined;
    const shape = commonShape(first!.shape, work.shape);
    if (shape === undefined) return undefined;
    const own = withShape(work, shape);
    const shown = withShapes(loop, shape);
    if (own === undefined || shown === undefined) return undefined;
    const uses = usesOf([own]);
    if (!this.#goTogether(shown, uses)) return undefined;
    return () => {
      shown.group.push(own);
      shown.reads.add(own.reads);
      shown.writes.add(own.outputs.map(({ target }) => target));
      return shown;
    };
  }

  /** Whether what one writes, the other looks at by the same view or not at all. */
  #goTogether(a: Uses, b: Uses): boolean {
    const isWrong = (x: View, y: View): boolean => this.#meet(x, y) && viewKey(x) !== viewKey(y);
    return !(
      b.reads.someWith(a.writes, (y, x) => isWrong(x, y)) ||
      b.writes.someWith(a.writes, (y, x) => isWrong(x, y)) ||
      b.writes.someWith(a.reads, isWrong)
    );
  }

  #conflict(a: Uses, b: Uses): boolean {
    return (
      b.reads.someWith(a.writes, (y, x) => this.#meet(x, y)) ||
      b.writes.someWith(a.writes, (y, x) => this.#meet(x, y)) ||
      b.writes.someWith(a.reads, (x, y) => this.#meet(x, y))
    );
  }

  /** Whether a view that is written and another one of its buffer have elements in common. Where steps are walked, what lies back is another slice. */
  #meet(written: View, other: View): boolean {
    if (this.#questions.kind === 'steps' && lagsOf(other).least > 0) return false;
    return overlaps(written, other);
  }
}

function usesOf(group: readonly Elementwise[]): Uses {
  return {
    reads: new ViewsByBuffer(group.flatMap(({ reads }) => reads)),
    writes: new ViewsByBuffer(group.flatMap(({ outputs }) => outputs.map(({ target }) => target))),
  };
}

/** The loop under a shape of as many elements, itself where it has it; undefined where a view cannot be shown so. */
function withShapes(loop: PlannedLoop, shape: readonly number[]): PlannedLoop | undefined {
  // All of a loop have one shape.
  if (withShape(loop.group[0]!, shape) === loop.group[0]) return loop;
  const group: Elementwise[] = [];
  for (const work of loop.group) {
    const shown = withShape(work, shape);
    if (shown === undefined) return undefined;
    group.push(shown);
  }
  return { kind: 'loop', group, ...usesOf(group) };
}
