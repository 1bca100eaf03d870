/**
 * @file How the sections of a program follow each other: what runs once per window, the passes that run block by block between,
 * and which buffers need a value for each step on the way.
 */
import { isCarried } from '@ndl/backend-kit';
import { readsOf, writesOf, type Buffer, type Instruction, type Program, type Section } from '@ndl/ir';

/** A section that runs once per window. */
interface WindowStage {
  readonly kind: 'window';
  /** Number of the section. */
  readonly section: number;
}

/** Sections that run block by block. */
export interface PassStage {
  readonly kind: 'pass';
  /** Their numbers. */
  readonly sections: readonly number[];
  /** The way that blocks, and the steps in them, are walked. */
  readonly direction: Section['direction'];
}

export type Stage = WindowStage | PassStage;

export function stagesOf({ sections }: Pick<Program, 'sections'>): readonly Stage[] {
  const stages: Stage[] = [];
  sections.forEach(({ kind, direction }, section) => {
    const last = stages.at(-1);
    if (kind === 'window') stages.push({ kind, section });
    else if (last?.kind === 'pass') stages.splice(-1, 1, { ...last, sections: [...last.sections, section] });
    else stages.push({ kind: 'pass', sections: [section], direction });
  });
  return stages;
}

/** What each of several lists of instructions reads and writes, by buffer id. */
export class Uses {
  readonly #reads: readonly ReadonlySet<string>[];
  readonly #writes: readonly ReadonlySet<string>[];

  constructor(lists: readonly (readonly Instruction[])[]) {
    this.#reads = lists.map((list) => new Set(list.flatMap(readsOf).map(({ buffer }) => buffer)));
    this.#writes = lists.map((list) => new Set(list.flatMap(writesOf).map(({ target }) => target.buffer)));
  }

  /** Numbers of the lists that read a buffer, ascending. */
  readersOf(buffer: string): readonly number[] {
    return numbersOf(this.#reads, (ids) => ids.has(buffer));
  }

  writersOf(buffer: string): readonly number[] {
    return numbersOf(this.#writes, (ids) => ids.has(buffer));
  }

  usersOf(buffer: string): readonly number[] {
    return [...new Set([...this.readersOf(buffer), ...this.writersOf(buffer)])].sort((a, b) => a - b);
  }
}

function numbersOf<Value>(values: readonly Value[], condition: (value: Value) => boolean): readonly number[] {
  return values.flatMap((value, number) => (condition(value) ? [number] : []));
}

/**
 * A program in which each input that has one value is at home in a section that walks steps, and that has a pass: what it lacks is
 * added as a section without instructions.
 */
export function withHomes(program: Program): Program {
  const uses = new Uses(program.sections.map(({ instructions }) => instructions));
  const isHomeless = (id: string): boolean => uses.usersOf(id).length === 0;
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  const homeless = program.inputs.some(
    ({ buffer, held }) => !held && buffers.get(buffer)!.steps === 'one' && isHomeless(buffer),
  );
  const kinds = program.sections.map(({ kind }) => kind);
  const lacks = homeless ? !kinds.includes('steps') : !kinds.includes('steps') && !kinds.includes('block');
  if (!lacks) return program;
  const last = kinds.lastIndexOf('block');
  const direction = program.sections[last]?.direction ?? 'ascending';
  const added: Section = { kind: 'steps', direction, instructions: [] };
  const at = last < 0 ? program.sections.length : last + 1;
  return { ...program, sections: program.sections.toSpliced(at, 0, added) };
}

/** What is kept of a buffer that has a value for each step. */
export interface Spanning {
  /** Whether values are wanted when their block is over. */
  readonly livesOn: boolean;
  /** How many steps beyond the window are looked at: those before it, or, where the last step is written first, those after it. */
  readonly before: number;
  readonly descends: boolean;
}

/**
 * The buffers whose values of several steps are needed at once, by id; of the others, each step's takes the place of the one before.
 * @param after instructions that run once per window after the program: a loss and an update
 * @param keepOf steps before that are carried on
 */
export function spanningBuffers(
  program: Program,
  after: readonly Instruction[],
  all: readonly Buffer[],
  keepOf: (buffer: Buffer) => number,
): ReadonlyMap<string, Spanning> {
  const uses = new Uses([...program.sections.map(({ instructions }) => instructions), after]);
  const stages = stagesOf(program);
  /** Number of the stage of a section; undefined for what runs once per window. */
  const passOf = (section: number): number | undefined => {
    const pass = stages.findIndex((stage) => stage.kind === 'pass' && stage.sections.includes(section));
    return pass < 0 ? undefined : pass;
  };
  const firstPass = stages.findIndex(({ kind }) => kind === 'pass');
  const spanning = new Map<string, Spanning>();
  for (const buffer of all) {
    const { id, steps, role } = buffer;
    if (steps === 'one') continue;
    const users = uses.usersOf(id);
    const isOfStep = users.length === 1 && program.sections[users[0]!]?.kind === 'steps';
    if (isOfStep && steps.before === 0 && role !== 'target' && !isCarried(buffer)) continue;
    const passes = new Set(users.map(passOf));
    if (role === 'input') passes.add(firstPass);
    spanning.set(id, {
      livesOn: role === 'target' || passes.size > 1 || passes.has(undefined),
      before: Math.max(steps.before, keepOf(buffer)),
      descends: uses.writersOf(id).some((section) => program.sections[section]?.direction === 'descending'),
    });
  }
  return spanning;
}
