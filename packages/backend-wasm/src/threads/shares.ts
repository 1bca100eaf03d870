/**
 * @file How work is shared out among threads: each has some items, or some positions of an axis, of what is written. Nobody has part of a
 * sum, so that no bit depends on how many threads there are.
 */
import {
  type ContractInstruction,
  hasRepeats,
  type Instruction,
  isRepeatedAxis,
  type ReduceInstruction,
  withoutRepeatedAxes,
} from '@ndl/ir';
import { onViews } from '../loops/elementwise.ts';
import type { Unit } from '../sections/schedule.ts';
import type { ItemRange, SectionContext } from '../sections/section-context.ts';
import { cutView, type Piece, piecesOf } from './cut-view.ts';

/** What one thread does of a unit; nothing where there is too little to do. */
export interface Share {
  readonly unit: Unit;
  /** Default: all items. */
  readonly range?: ItemRange;
}

/** How a unit is cut: who does which items, or which positions of an axis. */
export interface Cut {
  readonly axis: 'items' | number;
  readonly pieces: readonly Piece[];
}

/** The longest piece may be so much longer than an equal share, for an axis to be taken because it stands further out. */
const UNEVENNESS = 1.1;

/** Elements of a line of a cache, and of the panels of products: where axes are cut that stand in vectors. */
const GRAIN = 32;

/** How a unit is shared out among so many threads; undefined where one has to do it. */
export function cutOf(context: SectionContext, unit: Unit, threads: number): Cut | undefined {
  const { items, axes, length } =
    unit.kind === 'loop' ? ofLoop(context, unit.group) : ofInstruction(context, unit.instruction);
  const candidates: Cut[] = [
    ...(items ? [{ axis: 'items' as const, pieces: piecesOf(context.items, threads, 1) }] : []),
    ...axes.map((axis) => ({ axis, pieces: piecesOf(length(axis), threads, grainOf(length(axis), threads)) })),
  ];
  const longest = ({ pieces }: Cut): number =>
    Math.max(...pieces.map(([start, end]) => end - start)) / pieces.at(-1)![1];
  const even = candidates.find((cut) => longest(cut) <= UNEVENNESS / threads);
  if (even !== undefined) return even;
  const [best] = candidates.toSorted((a, b) => longest(a) - longest(b));
  return best !== undefined && longest(best) < 1 ? best : undefined;
}

/** The share of each thread. */
export function sharesOf(context: SectionContext, unit: Unit, { axis, pieces }: Cut): readonly (Share | undefined)[] {
  return pieces.map((piece) => {
    const [start, end] = piece;
    if (start === end) return undefined;
    if (axis === 'items') return { unit, range: { first: start, count: end - start } };
    if (unit.kind === 'instruction')
      return { unit: { kind: 'instruction', instruction: part(unit.instruction, axis, piece) } };
    const group = unit.group.map((work) =>
      onViews(work, work.shape.with(axis, end - start), (view) => cutView(view, axis, piece))!,
    );
    return { unit: { kind: 'loop', group } };
  });
}

/** Along what something can be cut: items, and axes, the outermost first. */
interface Candidates {
  readonly items: boolean;
  readonly axes: readonly number[];
  length(axis: number): number;
}

type Group = Extract<Unit, { readonly kind: 'loop' }>['group'];

function ofLoop(context: SectionContext, group: Group): Candidates {
  const { shape } = group[0]!;
  const repeats = group.some((work) => work.repeats);
  return {
    items: group.every(({ outputs }) => outputs.every(({ target }) => context.access(target).hasItems)),
    axes: repeats ? [] : [...shape.keys()].filter((axis) => shape[axis]! > 1),
    length: (axis) => shape[axis]!,
  };
}

function ofInstruction(context: SectionContext, instruction: Instruction): Candidates {
  if (instruction.kind === 'contract') return ofContract(context, instruction);
  if (instruction.kind === 'reduce') return ofReduce(context, instruction);
  return { items: false, axes: [], length: () => 0 };
}

function ofContract(context: SectionContext, { members }: ContractInstruction): Candidates {
  const [{ target }] = members as readonly [ContractInstruction['members'][number]];
  const { shape } = target;
  const scatters = hasRepeats(withoutRepeatedAxes(target));
  const kept = [...shape.keys()].filter((axis) => shape[axis]! > 1 && !isRepeatedAxis(target, axis));
  return {
    items: context.access(target).hasItems,
    // The longest first: what is short stands in vectors, or is not worth it.
    axes: scatters ? [] : kept.toSorted((a, b) => shape[b]! - shape[a]!),
    length: (axis) => shape[axis]!,
  };
}

/** Axes are those of the source. */
function ofReduce(context: SectionContext, { source, axes, target }: ReduceInstruction): Candidates {
  const { shape } = source;
  return {
    items: context.access(target).hasItems,
    axes: hasRepeats(target) ? [] : [...shape.keys()].filter((axis) => shape[axis]! > 1 && !axes.includes(axis)),
    length: (axis) => shape[axis]!,
  };
}

function part(instruction: Instruction, axis: number, piece: Piece): Instruction {
  if (instruction.kind === 'contract') {
    const members = instruction.members.map(({ left, right, target }) => ({
      left: cutView(left, axis, piece),
      right: cutView(right, axis, piece),
      target: cutView(target, axis, piece),
    }));
    return { ...instruction, members };
  }
  const { source, axes, target, ...rest } = instruction as ReduceInstruction;
  const own = axis - axes.filter((other) => typeof other === 'number' && other < axis).length;
  return { ...rest, axes, source: cutView(source, axis, piece), target: cutView(target, own, piece) };
}

function grainOf(length: number, threads: number): number {
  return length >= 2 * GRAIN * threads ? GRAIN : 1;
}
