/**
 * @file Distribution: a loop over steps is taken apart. What stands in a cycle through time stays a loop; products that feed it, or
 * follow it, become products over whole blocks of steps, and what is elementwise goes with its neighbours.
 *
 * Kennedy and McKinley, "Maximizing loop parallelism and improving data locality via loop fusion and distribution" (1993), where the
 * loop is time.
 */
import { complete, Heap, type Pieces } from '@ndl/numerics';
import type { ProgramPass } from '../passes/program-pass.ts';
import { writesOf } from '../program/instruction-access.ts';
import type { Instruction, ReduceAxis } from '../program/instructions.ts';
import type { Buffer, Program, Section } from '../program/program.ts';
import { isRepeatedAxis, viewSize } from '../program/views.ts';
import { partsOf } from './cuts.ts';
import { dependenciesOf, type Edge } from './dependencies.ts';
import { orderSections, type Need, type SectionOrder } from './section-order.ts';
import { stronglyConnected } from './strongly-connected.ts';
import { instructionsOfParts, type Part, unitsOf, usesOfUnit } from './units.ts';

/**
 * Exact: no bit of a run or of a gradient changes, whatever the length of blocks. Takes each loop of a program in lag form apart. A
 * program that acts on the world runs step by step anyway, and is left alone.
 */
export const distribute: ProgramPass = {
  name: 'distribute',
  apply: (program) => complete(distributeInPieces(program)),
  applyInPieces: distributeInPieces,
};

function* distributeInPieces(program: Program): Pieces<Program> {
  if (program.hosts.some(({ acts }) => acts)) return program;
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  const limit = program.maximumBlock ?? Infinity;
  const sections: Section[] = [];
  for (const section of program.sections) {
    if (section.kind === 'steps') sections.push(...(yield* takeApart(section, buffers, limit)));
    else sections.push(section);
  }
  return { ...program, sections };
}

/**
 * Multiplications, per item and step, that products must have to be worth a section of their own: the first with which the
 * sections are few.
 */
const LEAST_GAINS = [0, 2 ** 8, 2 ** 12, 2 ** 16, Infinity];

const MOST_SECTIONS = 64;

function* takeApart(section: Section, buffers: ReadonlyMap<string, Buffer>, limit: number): Pieces<readonly Section[]> {
  const { instructions, direction } = section;
  const written = new Set(instructions.flatMap((each) => writesOf(each).map(({ target }) => target.buffer)));
  const { parts, cuts } = yield* partsOf(unitsOf(instructions), (id) => written.has(id));
  const edges = yield* dependenciesOf(parts, cuts, buffers, limit);
  const { component, count } = stronglyConnected(edges);
  const after = Array.from({ length: count }, () => new Set<number>());
  edges.forEach((list, from) => {
    for (const { to } of list) if (component[from] !== component[to]) after[component[from]!]!.add(component[to]!);
  });
  const needs = needsOf(parts, edges, component, count, buffers);
  const gains = gainsOf(parts, component, count, buffers);
  const orders = LEAST_GAINS.map((least) => () => {
    const wished = needs.map((need, own): Need => (need === 'either' && gains[own]! > least ? 'block' : need));
    return orderSections(wished, after);
  });
  const areFew = ({ kinds, sectionOf }: SectionOrder): boolean => {
    const inLoops = new Set(
      parts.flatMap(({ unit }, index) => {
        const number = sectionOf[component[index]!]!;
        return kinds[number] === 'steps' ? [number * instructions.length + unit.home] : [];
      }),
    );
    // What a planner merged for fewer calls at each step is not worth taking apart for a few products.
    return kinds.length <= MOST_SECTIONS && inLoops.size <= 2 * instructions.length + MOST_SECTIONS;
  };
  const { kinds, sectionOf } = firstThat(orders, areFew);
  if (kinds.length === 1 && kinds[0] === 'steps') return [section];
  const members = kinds.map((): number[] => []);
  parts.forEach((_, index) => members[sectionOf[component[index]!]!]!.push(index));
  return kinds.map((kind, number) => {
    const mine = members[number]!;
    const order = kind === 'steps' ? mine : writersFirst(mine, parts, edges);
    const taken = together(order.map((index) => parts[index]!));
    return {
      kind,
      direction,
      instructions: kind === 'steps' ? taken : taken.map((each) => overBlocks(each, buffers)),
    };
  });
}

/** The first that is as it should be, else the last. */
function firstThat<Value>(made: readonly (() => Value)[], isGood: (value: Value) => boolean): Value {
  for (const make of made.slice(0, -1)) {
    const value = make();
    if (isGood(value)) return value;
  }
  return made.at(-1)!();
}

/** Cycles, and what means something else over blocks, need loops. */
function needsOf(
  parts: readonly Part[],
  edges: readonly (readonly Edge[])[],
  component: Int32Array,
  count: number,
  buffers: ReadonlyMap<string, Buffer>,
): readonly Need[] {
  const size = new Int32Array(count);
  for (const each of component) size[each]!++;
  const needs: Need[] = Array.from({ length: count }, () => 'either');
  parts.forEach((part, index) => {
    const own = component[index]!;
    const isCycle = size[own]! > 1 || edges[index]!.some(({ to }) => to === index);
    if (isCycle || !fitsBlocks(part, buffers)) needs[own] = 'steps';
  });
  return needs;
}

/**
 * Multiplications of the products of each component that sum: they use their larger factor for all steps of a block at once. Others are
 * elementwise.
 */
function gainsOf(
  parts: readonly Part[],
  component: Int32Array,
  count: number,
  buffers: ReadonlyMap<string, Buffer>,
): Float64Array {
  const gains = new Float64Array(count);
  parts.forEach(({ unit, start, end }, index) => {
    const { instruction, member, length } = unit;
    if (instruction.kind !== 'contract') return;
    const { target } = instruction.members[member]!;
    const sums =
      buffers.get(target.buffer)!.steps === 'one' ||
      target.shape.some((extent, axis) => extent > 1 && isRepeatedAxis(target, axis));
    if (sums) gains[component[index]!]! += (viewSize(target) * (end - start)) / length;
  });
  return gains;
}

/** Whether a part means the same over all steps of a block at once: sums do, where each step has its terms. */
function fitsBlocks(part: Part, buffers: ReadonlyMap<string, Buffer>): boolean {
  const hasSteps = (id: string): boolean => buffers.get(id)!.steps !== 'one';
  const { instruction } = part.unit;
  const { reads, writes, mode } = usesOfUnit(part.unit);
  if (instruction.kind === 'reduce' && !hasSteps(instruction.source.buffer)) return false;
  if (writes.every(({ buffer }) => hasSteps(buffer))) return true;
  const isSum = instruction.kind === 'contract' || instruction.kind === 'copy' || instruction.kind === 'reduce';
  return isSum && mode === 'add' && reads.some(({ buffer }) => hasSteps(buffer));
}

/**
 * In a section over blocks, what is read at a lag is written before, too. Parts of one instruction stay together where they can, and
 * earlier instructions come first.
 */
function writersFirst(
  mine: readonly number[],
  parts: readonly Part[],
  edges: readonly (readonly Edge[])[],
): readonly number[] {
  const waitsFor = new Map(mine.map((index) => [index, 0]));
  const later = (index: number): readonly number[] =>
    edges[index]!.map(({ to }) => to).filter((to) => waitsFor.has(to));
  for (const index of mine) for (const to of later(index)) waitsFor.set(to, waitsFor.get(to)! + 1);
  const homes = new HomeQueue();
  for (const index of mine) if (waitsFor.get(index) === 0) homes.offer(parts[index]!.unit.home, index);
  const order: number[] = [];
  for (let batch = homes.next(); batch !== undefined; batch = homes.next()) {
    for (const index of batch.sort((a, b) => a - b)) {
      order.push(index);
      for (const to of later(index)) {
        waitsFor.set(to, waitsFor.get(to)! - 1);
        if (waitsFor.get(to) === 0) homes.offer(parts[to]!.unit.home, to);
      }
    }
  }
  return order;
}

/** Parts that are ready, by the instruction that they are of; the earliest instruction first. */
class HomeQueue {
  readonly #ready = new Map<number, number[]>();
  readonly #homes = new Heap<number>((a, b) => a < b);

  offer(home: number, part: number): void {
    const batch = this.#ready.get(home);
    if (batch !== undefined) {
      batch.push(part);
      return;
    }
    this.#ready.set(home, [part]);
    this.#homes.add(home);
  }

  next(): number[] | undefined {
    const home = this.#homes.first;
    if (home === undefined) return undefined;
    this.#homes.removeFirst();
    const batch = this.#ready.get(home)!;
    this.#ready.delete(home);
    return batch;
  }
}

/** Neighbours of one instruction merge again. */
function together(parts: readonly Part[]): readonly Instruction[] {
  const groups: Part[][] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    if (last?.[0]!.unit.home === part.unit.home) last.push(part);
    else groups.push([part]);
  }
  return groups.flatMap(instructionsOfParts);
}

/** What adds in each step to what has one value sums over the steps of a block. */
function overBlocks(instruction: Instruction, buffers: ReadonlyMap<string, Buffer>): Instruction {
  if (instruction.kind !== 'copy' && instruction.kind !== 'reduce') return instruction;
  const { source, target, mode } = instruction;
  const sumsSteps = buffers.get(source.buffer)!.steps !== 'one' && buffers.get(target.buffer)!.steps === 'one';
  if (!sumsSteps) return instruction;
  const axes: readonly ReduceAxis[] = instruction.kind === 'reduce' ? [...instruction.axes, 'steps'] : ['steps'];
  const { label } = instruction;
  return { kind: 'reduce', operation: 'sum', ...(label !== undefined && { label }), source, axes, target, mode };
}
