/** @file In which sections of a program buffers are used: how far the life of a gradient reaches follows from it. */
import { buffersOf, writesOf } from '../program/instruction-access.ts';
import type { Buffer, Program } from '../program/program.ts';

export class Extents {
  readonly #program: Program;
  /** Ids by section. */
  readonly #used: readonly ReadonlySet<string>[];
  readonly #written: readonly ReadonlySet<string>[];

  constructor(program: Program) {
    this.#program = program;
    this.#used = program.sections.map(({ instructions }) => buffersOf(instructions));
    this.#written = program.sections.map(
      ({ instructions }) => new Set(instructions.flatMap(writesOf).map(({ target }) => target.buffer)),
    );
  }

  /** Whether steps set a temp anew, and nothing but their section uses it. */
  isOfStep(buffer: Buffer): boolean {
    return this.#program.sections.some(({ kind }, section) => kind === 'steps' && this.isLocal(buffer, section));
  }

  /** Whether only a section uses the buffer; where it walks steps, whether each sets it anew. */
  isLocal({ id, role }: Buffer, section: number): boolean {
    const isAlone = this.#used.every((used, other) => used.has(id) === (other === section));
    if (this.#program.sections[section]!.kind !== 'steps') return isAlone;
    return isAlone && role === 'temp' && this.#written[section]!.has(id);
  }

  /** Whether each step of a section sets a temp that no section before uses: its gradient ends there. */
  isSetAnew({ id, role }: Buffer, section: number): boolean {
    const isUsedBefore = this.#used.slice(0, section).some((used) => used.has(id));
    return role === 'temp' && this.#written[section]!.has(id) && !isUsedBefore;
  }

  /** Whether the gradient is still asked for in the adjoint of a section before. */
  outlives(buffer: Buffer, section: number): boolean {
    return this.#used.some((used, other) => other < section && used.has(buffer.id) && !this.isLocal(buffer, other));
  }

  /** Whether a section sees the values of all steps at once. */
  isSeenWhole({ id }: Buffer): boolean {
    return this.#program.sections.some(({ kind }, section) => kind !== 'steps' && this.#used[section]!.has(id));
  }
}
