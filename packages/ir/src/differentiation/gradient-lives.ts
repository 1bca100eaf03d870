/**
 * @file How far the life of each gradient reaches: what kind of buffer holds it, in whose adjoint it begins at zero, and after
 * whose it is still asked for. Adjoints run from the last section to the first.
 *
 * Where steps or blocks are walked, an adjoint runs again and again. What each step sets anew has a gradient that each step
 * begins anew; what lasts (state in place, parameters, what a window section set) has one that is carried down the steps.
 */
import { buffersOf, writesOf } from '../program/instruction-access.ts';
import { type Buffer, gradientOf, type Lifetime, type Program, type StepAxis } from '../program/program.ts';
import { sectionPasses } from '../program/section-passes.ts';

export class GradientLives {
  readonly #program: Program;
  readonly #trainable: ReadonlySet<string>;
  readonly #passes: readonly number[];
  /** By id of the buffer, the numbers of the sections that use it, ascending. */
  readonly #users = new Map<string, number[]>();
  /** Ids of the buffers that each section writes. */
  readonly #written: readonly ReadonlySet<string>[];

  constructor(program: Program, trainable: ReadonlySet<string>) {
    this.#program = program;
    this.#trainable = trainable;
    this.#passes = sectionPasses(program.sections);
    this.#written = program.sections.map(
      ({ instructions }) => new Set(instructions.flatMap(writesOf).map(({ target }) => target.buffer)),
    );
    program.sections.forEach(({ instructions }, section) => {
      for (const id of buffersOf(instructions)) {
        const users = this.#users.get(id);
        if (users === undefined) this.#users.set(id, [section]);
        else users.push(section);
      }
    });
  }

  /** The buffer that holds the gradient of another. */
  declare(buffer: Buffer): Buffer {
    const { id, name, shape, items } = buffer;
    const [steps, lifetime] = this.#extentOf(buffer);
    return { id: gradientOf(id), name: `gradient of ${name}`, shape, items, steps, role: 'temp', lifetime, initial: 0 };
  }

  /** Whether the gradient is zero when the adjoint of a section, or of one of its steps or blocks, begins. */
  beginsAtZero(buffer: Buffer, section: number): boolean {
    if (section === this.#program.sections.length - 1) return true;
    if (this.#usersOf(buffer).at(-1) !== section) return false;
    return !this.#isWalked(section) || this.#isApart(buffer, section);
  }

  /** Whether the gradient is looked at once the adjoint of a section, or of one of its steps or blocks, has run. */
  outlives(buffer: Buffer, section: number): boolean {
    const users = this.#usersOf(buffer);
    const isUsedBefore = users[0] !== undefined && users[0] < section;
    if (this.#isWalked(section)) return isUsedBefore || !this.#isApart(buffer, section);
    const last = users.at(-1);
    if (last !== undefined && last < section && this.beginsAtZero(buffer, last)) return false;
    return isUsedBefore || this.#trainable.has(buffer.id);
  }

  #extentOf(buffer: Buffer): readonly [StepAxis, Lifetime] {
    const users = this.#usersOf(buffer);
    const isOfSteps = users.length === 1 && this.#program.sections[users[0]!]!.kind === 'steps';
    if (isOfSteps && this.#isApart(buffer, users[0]!)) return ['one', 'step'];
    if (buffer.steps === 'one') return ['one', 'window'];
    const passes = new Set(users.map((section) => this.#passes[section]!));
    const span = passes.size === 1 && !passes.has(-1) ? 'block' : 'window';
    return [{ span, before: 0 }, span];
  }

  /** Whether what each step of a section, or each block, sees of the buffer is its own: it has a place for it, or sets it for itself. */
  #isApart({ id, role, steps }: Buffer, section: number): boolean {
    if (steps !== 'one') return true;
    return role === 'temp' && this.#written[section]!.has(id) && this.#users.get(id)?.length === 1;
  }

  #isWalked(section: number): boolean {
    return this.#passes[section] !== -1;
  }

  #usersOf({ id }: Buffer): readonly number[] {
    return this.#users.get(id) ?? [];
  }
}
