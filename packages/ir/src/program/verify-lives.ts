/**
 * @file The rules of where buffers live: in which sections they may be used, what may be left for whom, and what may be read
 * at a lag. Together they see to it that results do not show where blocks end.
 */
import { BufferUses } from './buffer-uses.ts';
import { clocksOf, readsOf, writesOf } from './instruction-access.ts';
import type { Instruction } from './instructions.ts';
import { printView } from './print-program.ts';
import type { Buffer, Program, Section } from './program.ts';
import { sectionPasses } from './section-passes.ts';
import type { Fail } from './verify-instruction.ts';
import type { View } from './view.ts';
import { lagsIn } from './views.ts';

/** Where an instruction stands. */
export interface Place {
  /** Number of its section. */
  readonly section: number;
  readonly index: number;
}

/** The numbers of the sections in which something is done with a buffer. */
interface Sections {
  readonly read: Set<number>;
  readonly written: Set<number>;
  readonly set: Set<number>;
  /** Sections before the first step that set it. */
  readonly setOnce: Set<number>;
}

export class Lives {
  readonly #sections: readonly Section[];
  readonly #passes: readonly number[];
  readonly #uses: BufferUses;
  readonly #maximumBlock: number;
  /** Ids of what the program before left. */
  readonly #left: ReadonlySet<string>;
  readonly #sectionsOf = new Map<string, Sections>();

  constructor(program: Pick<Program, 'buffers' | 'sections' | 'maximumBlock'>, left: ReadonlySet<string>) {
    this.#sections = program.sections;
    this.#passes = sectionPasses(program.sections);
    this.#uses = new BufferUses(program);
    this.#maximumBlock = program.maximumBlock ?? Infinity;
    this.#left = left;
    for (const { id } of program.buffers) {
      const writes = this.#uses.writesOf(id);
      const set = new Set(writes.filter(({ mode }) => mode === 'set').map(({ section }) => section));
      this.#sectionsOf.set(id, {
        read: new Set(this.#uses.readsOf(id).map(({ section }) => section)),
        written: new Set(writes.map(({ section }) => section)),
        set,
        setOnce: new Set([...set].filter((each) => this.#sections[each]!.kind === 'before')),
      });
    }
  }

  /** Checks what an instruction may use where it stands, and what it may leave for others. */
  verify(instruction: Instruction, place: Place, fail: Fail): void {
    const [reads, writes] = [readsOf(instruction), writesOf(instruction)];
    for (const view of [...reads, ...writes.map(({ target }) => target)]) {
      const buffer = this.#uses.bufferOf(view);
      if (this.#left.has(buffer.id)) continue;
      this.#verifySection(buffer, place, fail);
      this.#verifyHome(buffer, view, place, fail);
    }
    for (const view of reads) this.#verifyLag(view, place, fail);
    const varies =
      clocksOf(instruction).length > 0 || instruction.kind === 'host' || reads.some((view) => this.#varies(view));
    for (const { target, mode } of writes) this.#verifyLasting(target, mode, varies, place, fail);
  }

  /** Checks what is read after each step: a sum over the steps of blocks is none of a step. */
  verifyOutput(view: View, fail: Fail): void {
    const { id, lifetime, steps } = this.#uses.bufferOf(view);
    if (steps !== 'one' || lifetime !== 'window') return;
    const isSum = this.#uses
      .writesInto(view)
      .some(({ section, mode }) => mode === 'add' && this.#sections[section]!.kind === 'block');
    if (isSum)
      fail(
        `reads ${id} after each step, but a block section adds to it: what stands there between would show where blocks ` +
          'end; add to it in a section that walks steps',
      );
  }

  /** What a kind of section does not see. */
  #verifySection({ id, lifetime, steps }: Buffer, { section }: Place, fail: Fail): void {
    const { kind } = this.#sections[section]!;
    const isOfBlock = lifetime === 'block' || (steps !== 'one' && steps.span === 'block');
    if (isOfBlock && (kind === 'window' || (kind === 'before' && lifetime !== 'run')))
      fail(`uses ${id} in a ${kind} section, but it lives within a block`);
    if (lifetime === 'step' && kind !== 'steps')
      fail(`uses ${id} in a ${kind} section, but it lives for a step; give it a value for each step`);
  }

  /** What only the section that writes it may use. */
  #verifyHome({ id, role, lifetime, steps }: Buffer, view: View, { section }: Place, fail: Fail): void {
    const { read, written, setOnce } = this.#sectionsOf.get(id)!;
    const isElsewhere = (sections: ReadonlySet<number>): boolean => sections.size > (sections.has(section) ? 1 : 0);
    if (lifetime === 'step' && isElsewhere(role === 'input' ? read : written))
      fail(`uses ${id} in two sections, but it lives for a step; give it a value for each step`);
    const isUpdatedElsewhere = (): boolean => this.#uses.writesInto(view).some((write) => write.section !== section);
    if (lifetime === 'run' && steps === 'one' && isElsewhere(written) && isUpdatedElsewhere())
      fail(`uses ${id}, which another section updates step by step; give it a value for each step`);
    if (isElsewhere(setOnce)) fail(`uses ${id}, which a before section sets: that runs once, so that only it may`);
  }

  /** What is read at a lag has been written by then, wherever blocks end. */
  #verifyLag(view: View, { section, index }: Place, fail: Fail): void {
    if (view.lag !== undefined && this.#sections[section]!.kind === 'before' && !this.#descends(view))
      fail(`reads ${printView(view)} at a lag in a before section, which only what descends shows there`);
    const lag = Math.min(...lagsIn(view).filter((each) => each > 0));
    if (lag >= this.#maximumBlock) return;
    const [pass, { kind }] = [this.#passes[section], this.#sections[section]!];
    for (const write of this.#uses.writesInto(view)) {
      if (this.#passes[write.section] !== pass) continue;
      const isLater =
        write.section > section || (write.section === section && kind === 'block' && write.index >= index);
      if (!isLater) continue;
      fail(
        `reads ${printView(view)} before all of its block is written; that needs lags of at least maximumBlock, ` +
          `which is ${this.#maximumBlock === Infinity ? 'not given' : this.#maximumBlock}`,
      );
    }
  }

  /** Whether what lies back lies later: the sections that write the buffer descend. */
  #descends(view: View): boolean {
    const writer = this.#uses.writesOf(view.buffer)[0];
    return writer !== undefined && this.#sections[writer.section]!.direction === 'descending';
  }

  /** What a pass leaves in a buffer of one value: sums over its steps, or what is the same at each. */
  #verifyLasting(target: View, mode: 'set' | 'add', varies: boolean, { section }: Place, fail: Fail): void {
    const { id, role, lifetime, steps } = this.#uses.bufferOf(target);
    const { kind, direction } = this.#sections[section]!;
    if (this.#passes[section] === -1 || steps !== 'one') return;
    if (kind === 'block' && role === 'state')
      fail(`writes state ${id}, which has one value, in a block section; it is updated in steps`);
    // What a loop carries within a window, as adjoints do, is set there too.
    const isCarried = kind === 'steps' && direction === 'descending' && lifetime === 'window';
    if ((lifetime !== 'block' && lifetime !== 'window') || isCarried) return;
    if (mode === 'set' && varies)
      fail(
        `sets ${id} to what each step has anew, of which only the last would be left; give it a value for each step`,
      );
    if (mode === 'set') return;
    if (lifetime === 'block')
      fail(`adds to ${id}, which lives within a block and has one value: sums would show where blocks end`);
    if (kind === 'block' && !varies)
      fail(`adds to ${id} what is the same at each step: it would be added once per block, not once per step`);
    const isOfPass = (other: number): boolean => this.#passes[other] === this.#passes[section];
    const { read, set } = this.#sectionsOf.get(id)!;
    if ([...set].some(isOfPass))
      fail(`adds to ${id}, which its pass sets as well: each block would begin the sum anew`);
    if ([...read].some(isOfPass))
      fail(`adds to ${id}, which sums over the steps of its pass and so is read after it only`);
  }

  /** Whether each step has a value of its own in the buffer of a view. */
  #varies(view: View): boolean {
    const { steps, lifetime } = this.#uses.bufferOf(view);
    return steps !== 'one' || lifetime === 'step' || lifetime === 'run';
  }
}
