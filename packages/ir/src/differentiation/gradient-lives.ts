/**
 * @file How far the life of each gradient reaches: what kind of buffer holds it, in whose adjoint it begins at zero, and after
 * whose it is still asked for. Adjoints run from the last section to the first.
 *
 * What has a value for each step has a gradient for each, which begins at zero where the last section that uses it is
 * differentiated. What has one value has one gradient, zero until something is added to it.
 */
import { buffersOf } from '../program/instruction-access.ts';
import { type Buffer, gradientOf, type Lifetime, type Program, type StepAxis } from '../program/program.ts';
import { sectionPasses } from '../program/section-passes.ts';

export class GradientLives {
  readonly #passes: readonly number[];
  readonly #last: number;
  /** By id of the buffer, the numbers of the sections that use it, ascending. */
  readonly #users = new Map<string, number[]>();

  constructor(program: Program) {
    this.#passes = sectionPasses(program.sections);
    this.#last = program.sections.length - 1;
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

  /** Whether the gradient of what has a value for each step is zero when the adjoint of a section begins. */
  beginsAtZero({ id, steps }: Buffer, section: number): boolean {
    return steps !== 'one' && (this.#users.get(id)?.at(-1) ?? this.#last) === section;
  }

  /** Whether the gradient of what has a value for each step is looked at once the adjoint of a section has run. */
  outlives({ id, steps }: Buffer, section: number): boolean {
    const users = this.#users.get(id);
    return steps !== 'one' && users !== undefined && users[0]! < section && users.at(-1)! >= section;
  }

  #extentOf(buffer: Buffer): readonly [StepAxis, Lifetime] {
    if (buffer.steps === 'one') return ['one', 'window'];
    const passes = new Set((this.#users.get(buffer.id) ?? []).map((section) => this.#passes[section]!));
    const span = passes.size === 1 && !passes.has(-1) ? 'block' : 'window';
    return [{ span, before: 0 }, span];
  }
}
