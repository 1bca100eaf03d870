/**
 * @file A program in the order in which a window of it is run: passes over all of its blocks, and what runs once per window
 * between them.
 *
 * What is prepared differs from what was given in nothing that an instruction could tell: inputs that are fed have a value for
 * each step, and there is at least one pass, in which inputs are fed and outputs are read.
 */
import { buffersOf, type Buffer, type Program, type Section, writesOf } from '@ndl/ir';
import type { SlicesPlan } from '../memory/slices.ts';

/** Sections by number that are run one after another: block by block where they are a pass. */
export interface Phase {
  readonly kind: 'pass' | 'window' | 'before';
  readonly sections: readonly number[];
  /** Ids of the buffers that they use, and in the first pass of those that are fed. */
  readonly buffers: readonly string[];
  /** Whether blocks are visited from the last to the first. */
  readonly descends: boolean;
}

export interface PreparedProgram {
  readonly program: Program;
  readonly phases: readonly Phase[];
  /** By buffer id. */
  readonly slices: ReadonlyMap<string, SlicesPlan>;
  /** Steps before the first window that `before` sections work on. */
  readonly depth: number;
  /** Whether the inputs of a whole window are to be known before its first section runs. */
  readonly feedsAhead: boolean;
  /** Whether each block is wholly done before the next begins, so that it can be kept where a later one fails. */
  readonly keepsBlocks: boolean;
  /** Whether it needs memory for all steps of a window. */
  readonly spansWindow: boolean;
  /** Ids of what spans blocks, keeps steps before, and is computed in several passes: each block begins with the same ones. */
  readonly recomputed: readonly string[];
  /** Ids of the state that it changes. */
  readonly changedState: readonly string[];
  /** For each output, the number of the section that it is read after. */
  readonly readAfter: readonly number[];
}

/** @param keep steps before that buffers keep for the sake of other programs, by id */
export function prepareProgram(given: Program, keep: ReadonlyMap<string, number> = new Map()): PreparedProgram {
  const sections = withPass(given.sections);
  const phases = phasesOf(sections);
  const used = sections.map(({ instructions }) => buffersOf(instructions));
  const written = sections.map(
    ({ instructions }) => new Set(instructions.flatMap(writesOf).map(({ target }) => target.buffer)),
  );
  const passes = phases.filter(({ kind }) => kind === 'pass');
  const usedByLater = (id: string): boolean =>
    passes.slice(1).some((pass) => pass.sections.some((section) => used[section]!.has(id)));
  const passesUsing = (id: string): number =>
    passes.filter((pass) => pass.sections.some((section) => used[section]!.has(id))).length;
  const usedIn = (id: string, kind: Section['kind']): boolean =>
    sections.some((section, number) => section.kind === kind && used[number]!.has(id));
  const fed = new Set(given.inputs.filter(({ held }) => !held).map(({ buffer }) => buffer));
  const feedsAhead = passes[0]!.descends || readsEarly(phases, used, fed);
  const buffers = given.buffers.map((buffer) => {
    if (!fed.has(buffer.id)) return buffer;
    const isKept = feedsAhead || usedByLater(buffer.id);
    return withEachStep(buffer, isKept);
  });
  const depth = Math.max(
    0,
    ...buffers.map(({ id, steps }) => (steps !== 'one' && usedIn(id, 'before') ? steps.before : 0)),
  );
  const slices = new Map<string, SlicesPlan>(
    buffers.map((buffer) => {
      const { id, steps } = buffer;
      const writer = written.findIndex((ids) => ids.has(id));
      const direction = sections[writer]?.direction ?? 'ascending';
      if (steps === 'one') return [id, { buffer, direction: 'ascending', span: 'one', keep: 0, ahead: 0 }];
      const isAscending = direction === 'ascending';
      const ahead = usedIn(id, 'before') ? depth : 0;
      const own = isAscending ? Math.max(steps.before, keep.get(id) ?? 0, ahead) : steps.before;
      return [id, { buffer, direction, span: ahead > 0 ? 'window' : steps.span, keep: own, ahead }];
    }),
  );
  return {
    program: { ...given, sections, buffers },
    phases: phases.map((phase) => ({
      ...phase,
      buffers: [
        ...new Set([...phase.sections.flatMap((section) => [...used[section]!]), ...(phase === passes[0] ? fed : [])]),
      ],
    })),
    slices,
    depth,
    feedsAhead,
    keepsBlocks: passes.length === 1 && !passes[0]!.descends,
    spansWindow: [...slices.values()].some(({ span }) => span === 'window'),
    recomputed: [...slices.values()]
      .filter(({ span, keep: kept, direction }) => span === 'block' && kept > 0 && direction === 'ascending')
      .map(({ buffer }) => buffer.id)
      .filter((id) => passesUsing(id) > 1),
    changedState: buffers
      .filter(({ id, lifetime }) => lifetime === 'run' && written.some((ids) => ids.has(id)))
      .map(({ id }) => id),
    readAfter: given.outputs.map(({ view }) => {
      const isOne = slices.get(view.buffer)!.span === 'one';
      const isRead = (_: unknown, number: number): boolean =>
        written[number]!.has(view.buffer) && isReadIn(sections[number]!, isOne);
      const last = sections.findLastIndex(isRead);
      return last >= 0 ? last : passes[0]!.sections.at(-1)!;
    }),
  };
}

/** The sections and, where none of them runs block by block, an empty one that does. */
function withPass(sections: readonly Section[]): readonly Section[] {
  if (sections.some(({ kind }) => kind === 'steps' || kind === 'block')) return sections;
  return [...sections, { kind: 'block', direction: 'ascending', instructions: [] }];
}

function phasesOf(sections: readonly Section[]): readonly Omit<Phase, 'buffers'>[] {
  const phases: { kind: Phase['kind']; sections: number[]; descends: boolean }[] = [];
  sections.forEach(({ kind: own, direction }, section) => {
    const kind = own === 'steps' || own === 'block' ? 'pass' : own;
    const last = phases.at(-1);
    const descends = direction === 'descending';
    if (kind !== 'pass' || last?.kind !== 'pass') {
      phases.push({ kind, sections: [section], descends });
      return;
    }
    last.sections.push(section);
    last.descends ||= descends;
  });
  return phases;
}

/** Whether a window section reads inputs before the first pass. */
function readsEarly(
  phases: readonly Omit<Phase, 'buffers'>[],
  used: readonly ReadonlySet<string>[],
  fed: ReadonlySet<string>,
): boolean {
  const first = phases.findIndex(({ kind }) => kind === 'pass');
  return phases.slice(0, first).some(({ sections }) => [...fed].some((id) => used[sections[0]!]!.has(id)));
}

function withEachStep(buffer: Buffer, isKept: boolean): Buffer {
  const { steps, lifetime } = buffer;
  const before = steps === 'one' ? 0 : steps.before;
  const span = isKept || (steps !== 'one' && steps.span === 'window') ? 'window' : 'block';
  return { ...buffer, steps: { span, before }, lifetime: lifetime === 'run' ? 'run' : span };
}

/** What has one value is read in a pass, at each of its steps; what has one for each is there once it is written. */
function isReadIn({ kind }: Section, isOne: boolean): boolean {
  return kind !== 'before' && !(isOne && kind === 'window');
}
