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

/** One thing after another: a loop, or an instruction that is none. */
export type Unit =
  | { readonly kind: 'loop'; readonly group: readonly Elementwise[] }
  | { readonly kind: 'instruction'; readonly instruction: Instruction };

/** What work reads and writes. */
interface Uses {
  readonly reads: readonly View[];
  readonly writes: readonly View[];
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

/** A loop under construction, or what stands alone. */
interface Planned extends Uses {
  unit: Unit;
  reads: View[];
  writes: View[];
}

class Plan {
  readonly #questions: Questions;
  readonly #planned: Planned[] = [];

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  get units(): readonly Unit[] {
    return this.#planned.map(({ unit }) => unit);
  }

  add(instruction: Instruction): void {
    const writes = writesOf(instruction).map(({ target }) => target);
    // What is added to is read.
    this.#planned.push({ unit: { kind: 'instruction', instruction }, reads: [...readsOf(instruction)], writes });
  }

  /** Adds work to the latest loop that it can be part of, or as a loop of its own. */
  join(work: Elementwise): void {
    const uses: Uses = { reads: work.reads, writes: work.outputs.map(({ target }) => target) };
    let canMoveUp = true;
    for (let at = this.#planned.length - 1; at >= 0 && at >= this.#planned.length - REACH; at--) {
      const planned = this.#planned[at]!;
      const joined = planned.unit.kind === 'loop' ? this.#joined(planned.unit.group, work) : undefined;
      const canMoveDown = (): boolean => this.#planned.slice(at + 1).every((later) => !this.#conflict(planned, later));
      if (joined !== undefined && (canMoveUp || canMoveDown())) {
        planned.unit = { kind: 'loop', group: joined };
        planned.reads.push(...uses.reads);
        planned.writes.push(...uses.writes);
        if (!canMoveUp) this.#planned.push(...this.#planned.splice(at, 1));
        return;
      }
      canMoveUp &&= !this.#conflict(planned, uses);
    }
    this.#planned.push({ unit: { kind: 'loop', group: [work] }, reads: [...uses.reads], writes: [...uses.writes] });
  }

  /** The loop with the work as its last; undefined where it cannot be. */
  #joined(group: readonly Elementwise[], work: Elementwise): readonly Elementwise[] | undefined {
    const [first] = group;
    if ([...group, work].some(({ repeats }) => repeats)) return undefined;
    const { axesOf } = this.#questions;
    if (axesOf(first!.outputs[0]!.target) !== axesOf(work.outputs[0]!.target)) return undefined;
    const shape = commonShape(first!.shape, work.shape);
    if (shape === undefined) return undefined;
    const reshaped = [...group, work].map((each) => withShape(each, shape));
    if (reshaped.includes(undefined)) return undefined;
    const all = reshaped as Elementwise[];
    const own = all.at(-1)!;
    return all.slice(0, -1).every((other) => this.#goTogether(other, own)) ? all : undefined;
  }

  /** Whether what one writes, the other looks at by the same view or not at all. */
  #goTogether(a: Elementwise, b: Elementwise): boolean {
    const [writesA, writesB] = [a, b].map(({ outputs }) => outputs.map(({ target }) => target)) as [View[], View[]];
    const isFine = (x: View, y: View): boolean => viewKey(x) === viewKey(y) || !this.#meet(x, y);
    return (
      writesA.every((x) => [...b.reads, ...writesB].every((y) => isFine(x, y))) &&
      writesB.every((x) => a.reads.every((y) => isFine(x, y)))
    );
  }

  #conflict(a: Uses, b: Uses): boolean {
    return (
      a.writes.some((x) => [...b.reads, ...b.writes].some((y) => this.#meet(x, y))) ||
      b.writes.some((x) => a.reads.some((y) => this.#meet(x, y)))
    );
  }

  /** Whether a view that is written and another one have elements in common. Where steps are walked, what lies back is another slice. */
  #meet(written: View, other: View): boolean {
    if (written.buffer !== other.buffer) return false;
    if (this.#questions.kind === 'steps' && lagsOf(other).least > 0) return false;
    return overlaps(written, other);
  }
}
