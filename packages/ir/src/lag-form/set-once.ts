/**
 * @file Which elements have been written, and read since, on the way through a program; and the versions of buffers of which elements
 * are set again, or added to after they were read. The last version is the buffer itself: that is what the next step, and
 * whoever looks from outside, sees.
 */
import { sizeOf } from '@ndl/numerics';
import { readsOf, writesOf } from '../program/instruction-access.ts';
import type { WriteMode } from '../program/instructions.ts';
import type { Buffer, Program } from '../program/program.ts';
import { sectionPasses } from '../program/section-passes.ts';
import type { View } from '../program/view.ts';
import { liesBack } from './lags.ts';
import { firstElement, runsOf, ShownElements, type Run } from './shown-elements.ts';

/** What has happened to the elements of a buffer. */
interface Progress {
  readonly buffer: Buffer;
  readonly marks: Uint8Array;
  version: number;
}

const [UNWRITTEN, WRITTEN, READ] = [0, 1, 2];

/** What goes on in another version: elements that stand in a buffer and are not set now. */
export interface Kept {
  readonly from: string;
  readonly elements: readonly number[];
}

export class SetOnce {
  readonly versions: Buffer[] = [];
  readonly #progress: Map<string, Progress>;
  /** The number of the last version, by id. */
  #last: ReadonlyMap<string, number> = new Map();
  readonly #made = new Set<string>();

  constructor(program: Program) {
    this.#progress = beginning(program.buffers);
    this.#last = this.#countVersions(program);
    this.#progress = beginning(program.buffers);
  }

  bufferOf(id: string): Buffer {
    return this.#progress.get(id)!.buffer;
  }

  /** The present version of a buffer. */
  idOf(id: string): string {
    const progress = this.#progress.get(id);
    if (progress === undefined || progress.version >= (this.#last.get(id) ?? 0)) return id;
    const version = `${id}, version ${progress.version + 1}`;
    if (this.#made.has(version)) return version;
    this.#made.add(version);
    const { name, shape, items, steps, lifetime } = progress.buffer;
    const isOfStep = steps === 'one' && (lifetime === 'step' || lifetime === 'run');
    this.versions.push({
      id: version,
      name: `${name}, version ${progress.version + 1}`,
      shape,
      items,
      steps: isOfStep ? { span: 'block', before: 0 } : steps === 'one' ? 'one' : { ...steps, before: 0 },
      role: 'temp',
      lifetime: isOfStep || lifetime === 'run' ? 'block' : lifetime,
      initial: 0,
    });
    return version;
  }

  /** Whether the first element of a view has been written; `undefined` where the view is empty. */
  isBegun(view: View): boolean | undefined {
    const first = firstElement(view);
    return first === undefined ? undefined : this.#progress.get(view.buffer)?.marks[first] !== UNWRITTEN;
  }

  /** The elements of a view that have not been written, ascending, as runs of neighbours; `undefined` where none of it has been. */
  missing(view: View): readonly Run[] | undefined {
    const marks = this.#progress.get(view.buffer)?.marks;
    if (marks === undefined) return [];
    const elements = new ShownElements(view);
    if (!elements.some((element) => marks[element] !== UNWRITTEN)) return undefined;
    return runsOf(elements.where((element) => marks[element] === UNWRITTEN));
  }

  /** What lives within a block, and state, is set anew in each pass. */
  beginPass(): void {
    for (const { buffer, marks } of this.#progress.values()) if (buffer.lifetime !== 'window') marks.fill(UNWRITTEN);
  }

  read(view: View): void {
    this.#mark(view, READ);
  }

  written(view: View): void {
    this.#mark(view, WRITTEN);
  }

  /** Begins another version where a write sets what was written, or adds to what was read; what of the last one goes on. */
  nextVersion(target: View, mode: WriteMode): Kept | undefined {
    const progress = this.#progress.get(target.buffer);
    if (progress === undefined) return undefined;
    const { marks } = progress;
    const elements = new ShownElements(target);
    const isViolated = (element: number): boolean =>
      mode === 'set' ? marks[element] !== UNWRITTEN : marks[element] === READ;
    if (!elements.some(isViolated)) return undefined;
    const from = this.idOf(target.buffer);
    progress.version++;
    const replaced = new Set(mode === 'set' ? elements.list() : []);
    const kept = [...marks.keys()].filter((element) => marks[element] !== UNWRITTEN && !replaced.has(element));
    for (const element of replaced) marks[element] = UNWRITTEN;
    for (const element of kept) marks[element] = WRITTEN;
    return { from, elements: kept };
  }

  #mark(view: View, mark: number): void {
    const marks = this.#progress.get(view.buffer)?.marks;
    if (marks === undefined) return;
    const elements = new ShownElements(view);
    if (mark === WRITTEN) elements.fill(marks, mark);
    else {
      // What the step before left is read at a lag: that says nothing of this step.
      elements.some((element) => {
        if (marks[element] !== UNWRITTEN) marks[element] = mark;
        return false;
      });
    }
  }

  /** Walks the program once to see how often buffers are set again. */
  #countVersions({ sections }: Program): ReadonlyMap<string, number> {
    const passes = sectionPasses(sections);
    sections.forEach(({ instructions, kind }, number) => {
      if (kind === 'before') return;
      if (passes[number] !== -1 && passes[number] !== passes[number - 1]) this.beginPass();
      for (const instruction of instructions) {
        for (const view of readsOf(instruction)) if (!liesBack(view)) this.#readAtLeast(view);
        const writes = writesOf(instruction);
        for (const { target, mode } of writes) this.nextVersion(target, mode);
        for (const { target } of writes) this.written(target);
      }
    });
    return new Map([...this.#progress].map(([id, { version }]) => [id, version]));
  }

  /** State of which some elements were written is carried on before it is read: then all are. */
  #readAtLeast(view: View): void {
    const progress = this.#progress.get(view.buffer);
    if (progress?.buffer.role === 'state' && progress.buffer.steps === 'one') {
      if (new ShownElements(view).some((element) => progress.marks[element] !== UNWRITTEN)) this.#mark(view, WRITTEN);
    }
    this.#mark(view, READ);
  }
}

/** Only what instructions set, and may set again, is followed. */
function beginning(buffers: readonly Buffer[]): Map<string, Progress> {
  return new Map(
    buffers
      .filter(({ role }) => role === 'temp' || role === 'state')
      .map((buffer) => [buffer.id, { buffer, marks: new Uint8Array(sizeOf(buffer.shape)), version: 0 }]),
  );
}
