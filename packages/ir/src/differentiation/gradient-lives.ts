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
  /** By id of the buffer, the numbers of the sections that use it, and of those that write it, ascending. */
  readonly #users = new Map<string, number[]>();
  readonly #writers = new Map<string, number[]>();

  constructor(program: Program, trainable: ReadonlySet<string>) {
    this.#program = program;
    this.#trainable = trainable;
    this.#passes = sectionPasses(program.sections);
    program.sections.forEach(({ instructions }, section) => {
      for (const id of buffersOf(instructions)) append(this.#users, id, section);
      const written = new Set(instructions.flatMap(writesOf).map(({ target }) => target.buffer));
      for (const id of written) append(this.#writers, id, section);
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
    return !this.#isWalked(section) || this.#isAnew(buffer, section);
  }

  /** Whether the gradient is looked at once the adjoint of a section, or of one of its steps or blocks, has run. */
  outlives(buffer: Buffer, section: number): boolean {
    const users = this.#usersOf(buffer);
    const isUsedBefore = users[0] !== undefined && users[0] < section;
    if (this.#isWalked(section)) return isUsedBefore || !this.#isAnew(buffer, section);
    const last = users.at(-1);
    if (last !== undefined && last < section && this.beginsAtZero(buffer, last)) return false;
    return isUsedBefore || this.#trainable.has(buffer.id);
  }

  #extentOf(buffer: Buffer): readonly [StepAxis, Lifetime] {
    const users = this.#usersOf(buffer);
    const isOfSteps = users.length === 1 && this.#program.sections[users[0]!]!.kind === 'steps';
    if (isOfSteps && this.#isAnew(buffer, users[0]!)) return ['one', 'step'];
    if (buffer.steps === 'one') return ['one', 'window'];
    const passes = new Set(users.map((section) => this.#passes[section]!));
    const span = passes.size === 1 && !passes.has(-1) ? 'block' : 'window';
    return [{ span, before: 0 }, span];
  }

  /** Whether each step, or block, of a section sets the buffer, in a place of its own or for none but itself. */
  #isAnew(buffer: Buffer, section: number): boolean {
    const isSet = this.#writers.get(buffer.id)?.includes(section) ?? false;
    return isSet && (buffer.steps !== 'one' || (buffer.role === 'temp' && this.#usersOf(buffer).length === 1));
  }

  #isWalked(section: number): boolean {
    return this.#passes[section] !== -1;
  }

  #usersOf({ id }: Buffer): readonly number[] {
    return this.#users.get(id) ?? [];
  }
}

function append(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
