/**
 * @file What a product is, so that a backend can choose a routine for it. The name says which plain loop computes it; the axes
 * say over what. Names are hints about speed: a backend that knows none of them loops over the iteration space.
 */
import { simplifyMember } from './contraction-axes.ts';
import type {
  AxisPace,
  Contraction,
  ContractionAxis,
  ContractionKind,
  ContractionWindow,
  MemberLayouts,
} from './contraction.ts';
import type { ContractMember } from './instructions.ts';
import type { View } from './view.ts';
import { dropAxes, withoutRepeatedAxes } from './view-axes.ts';
import { hasRepeats } from './view-elements.ts';
import { indicesOf, lagAlong } from './views.ts';

const NO_LAYOUTS: MemberLayouts = {
  left: { items: false, steps: false },
  right: { items: false, steps: false },
  target: { items: false, steps: false },
};

/** Names a member of a contract. The law of sums holds for every routine: the order of terms is that of the axes. */
export function classifyContraction(member: ContractMember, layouts: MemberLayouts = NO_LAYOUTS): Contraction {
  const simple = simplifyMember(member);
  const axes = [...impliedAxes(layouts), ...ownAxes(simple)];
  const unnamed: Contraction = { ...listed(axes), kind: 'none', isSwapped: false, member: simple, windows: [] };
  if (SIDES.some((side) => hasLagAxis(simple[side]))) return unnamed;
  return asConvolution(simple, axes) ?? asSparse(simple, axes) ?? asProduct(simple, axes) ?? unnamed;
}

/** Whether positions of the view stand at different steps. */
function hasLagAxis(view: View): boolean {
  return view.shape.some((_, axis) => lagAlong(view, axis) !== 0);
}

type Side = 'left' | 'right' | 'target';

const SIDES: readonly Side[] = ['left', 'right', 'target'];

function impliedAxes(layouts: MemberLayouts): ContractionAxis[] {
  return (['steps', 'items'] as const).flatMap((implied) => {
    const [left, right, target] = SIDES.map((side) => (layouts[side][implied] ? 1 : 0)) as [number, number, number];
    return left + right + target === 0 ? [] : [{ implied, length: 0, left, right, target }];
  });
}

function ownAxes({ left, right, target }: ContractMember): ContractionAxis[] {
  const pace = (view: View, axis: number): AxisPace => indicesOf(view, axis) ?? view.strides[axis]!;
  return target.shape.map((length, axis) => {
    return { length, left: pace(left, axis), right: pace(right, axis), target: pace(target, axis) };
  });
}

function has(axis: ContractionAxis, side: Side): boolean {
  return axis[side] !== 0;
}

/** Axes by the views that have them: exactly these. */
function those(axes: readonly ContractionAxis[], ...sides: readonly Side[]): ContractionAxis[] {
  return axes.filter((axis) => SIDES.every((side) => has(axis, side) === sides.includes(side)));
}

function listed(axes: readonly ContractionAxis[]): Pick<Contraction, 'groups' | 'rows' | 'columns' | 'summed'> {
  return {
    groups: those(axes, 'left', 'right', 'target'),
    rows: those(axes, 'left', 'target'),
    columns: those(axes, 'right', 'target'),
    summed: those(axes, 'left', 'right'),
  };
}

/** Whether each axis is one of the four kinds of `listed`. */
function isMultilinear(axes: readonly ContractionAxis[]): boolean {
  return axes.every((axis) => SIDES.filter((side) => has(axis, side)).length >= 2);
}

function asProduct(member: ContractMember, axes: readonly ContractionAxis[]): Contraction | undefined {
  if (!isMultilinear(axes) || hasRepeats(withoutRepeatedAxes(member.target))) return undefined;
  const { rows, columns } = listed(axes);
  const isSwapped = rows.length === 0 && columns.length > 0;
  const ordered = isSwapped ? axes.map(swapAxis) : axes;
  const lists = listed(ordered);
  const hasRows = lists.rows.length > 0;
  const hasColumns = lists.columns.length > 0;
  const hasSums = lists.summed.length > 0;
  const kind =
    hasRows && hasColumns
      ? hasSums
        ? 'matrixMatrix'
        : 'outer'
      : hasRows
        ? 'matrixVector'
        : hasSums
          ? 'inner'
          : 'elementwise';
  return { kind, isSwapped, member: isSwapped ? swapped(member) : member, ...lists, windows: [] };
}

/** Entries of a sparse matrix: one axis that all views have, with lists in two of them at least. */
function asSparse(member: ContractMember, axes: readonly ContractionAxis[]): Contraction | undefined {
  const entries = axes.filter((axis) => SIDES.some((side) => typeof axis[side] === 'object'));
  const [only] = entries;
  if (entries.length !== 1 || !isMultilinear(axes) || !SIDES.every((side) => has(only!, side))) return undefined;
  const lists = SIDES.filter((side) => typeof only![side] === 'object');
  // The values, which are not listed, stand left; in the adjoint that sums for them, they are the target.
  const isSwapped = lists.length === 2 && typeof only!.left === 'object' && typeof only!.right === 'number';
  const ordered = isSwapped ? axes.map(swapAxis) : axes;
  const { groups, rows, columns, summed } = listed(ordered);
  const isProduct = rows.length === 0 && summed.length === 0;
  const isSampled = rows.length === 0 && columns.length === 0;
  const inner = member.target.shape.flatMap((_, axis) => (indicesOf(member.target, axis) ? [axis] : []));
  const repeatsElsewhere = hasRepeats(withoutRepeatedAxes(dropAxes(member.target, inner)));
  if (lists.length < 2 || groups.length !== 1 || !(isProduct || isSampled) || repeatsElsewhere) return undefined;
  return {
    kind: 'sparse',
    isSwapped,
    member: isSwapped ? swapped(member) : member,
    groups,
    rows,
    columns,
    summed,
    windows: [],
  };
}

function asConvolution(member: ContractMember, axes: readonly ContractionAxis[]): Contraction | undefined {
  if (!isMultilinear(axes)) return undefined;
  const inTarget = windowsIn(axes, 'target');
  if (inTarget.length > 0) {
    // The kernel is what is smaller, and never what differs from item to item.
    const isSwapped = !isKernel(inTarget, axes, 'left');
    return named('convolutionInputGradient', member, axes, inTarget, isSwapped);
  }
  const side = (['right', 'left'] as const).find((factor) => windowsIn(axes, factor).length > 0);
  if (side === undefined) return undefined;
  const windows = windowsIn(axes, side);
  const isGradient = !isForward(windows, axes);
  const kind = isGradient ? 'convolutionKernelGradient' : 'convolution';
  return named(kind, member, axes, windows, side === 'left');
}

/** Two axes along which one view shows the same pixels. */
type Pair = readonly [ContractionAxis, ContractionAxis];

/** Pairs of axes along which a view overlaps itself: one is shared with each of the other two views. */
function windowsIn(axes: readonly ContractionAxis[], windowed: Side): readonly Pair[] {
  const others = SIDES.filter((side) => side !== windowed) as [Side, Side];
  const first = those(axes, windowed, others[0]);
  const left = new Set(those(axes, windowed, others[1]));
  return first.flatMap((axis): Pair[] => {
    const candidates = [...left].filter((other) => overlap(axis, other, windowed));
    const partner = candidates.sort((a, b) => distance(axis, a, windowed) - distance(axis, b, windowed))[0];
    if (partner === undefined) return [];
    left.delete(partner);
    return [[axis, partner]];
  });
}

function overlap(a: ContractionAxis, b: ContractionAxis, side: Side): boolean {
  const [x, y] = [a[side], b[side]];
  if (typeof x !== 'number' || typeof y !== 'number' || a.implied || b.implied) return false;
  // Windows that run against each other are flipped: no plain convolution.
  if (Math.sign(x) !== Math.sign(y)) return false;
  const pixel = greatestCommonDivisor(Math.abs(x), Math.abs(y));
  return Math.abs(x) / pixel < b.length && Math.abs(y) / pixel < a.length;
}

/** The smaller, the likelier it is that two axes are one dimension of an image. */
function distance(a: ContractionAxis, b: ContractionAxis, side: Side): number {
  const [x, y] = [Math.abs(a[side] as number), Math.abs(b[side] as number)];
  const common = greatestCommonDivisor(x, y);
  return (x / common) * (y / common);
}

/**
 * Whether the sum runs over the taps of a kernel rather than over the outputs of a layer: items and steps that both factors
 * have tell, or else which axis of each pair is the longer one.
 */
function isForward(windows: readonly Pair[], axes: readonly ContractionAxis[]): boolean {
  const shared = axes.find((axis) => axis.implied && has(axis, 'left') && has(axis, 'right'));
  if (shared !== undefined) return has(shared, 'target');
  return windows.every((pair) => {
    const [summed, kept] = has(pair[0], 'target') ? [pair[1], pair[0]] : pair;
    return summed.length <= kept.length;
  });
}

/** Whether a factor is the kernel that spreads over the target: it has no items or steps, or else the shorter axes. */
function isKernel(windows: readonly Pair[], axes: readonly ContractionAxis[], factor: 'left' | 'right'): boolean {
  const other = factor === 'left' ? 'right' : 'left';
  const layer = axes.find((axis) => axis.implied && has(axis, factor) !== has(axis, other));
  if (layer !== undefined) return !has(layer, factor);
  return windows.every((pair) => {
    const [own, others] = has(pair[0], factor) ? pair : [pair[1], pair[0]];
    return own.length <= others.length;
  });
}

function named(
  kind: 'convolution' | 'convolutionKernelGradient' | 'convolutionInputGradient',
  member: ContractMember,
  given: readonly ContractionAxis[],
  pairs: readonly Pair[],
  isSwapped: boolean,
): Contraction | undefined {
  const change = (axis: ContractionAxis): ContractionAxis => (isSwapped ? swapAxis(axis) : axis);
  const paired = new Set(pairs.flat());
  const rest = given.filter((axis) => !paired.has(axis)).map(change);
  const windowed: Side = kind === 'convolutionInputGradient' ? 'target' : 'right';
  const windows = pairs.map(([a, b]) => windowOf(kind, change(a), change(b), windowed));
  if (windows.length > 3) return undefined;
  const ordered = isSwapped ? swapped(member) : member;
  // What repeats in the target beside the windows is written by no plain routine.
  if (kind !== 'convolutionInputGradient' && hasRepeats(withoutRepeatedAxes(ordered.target))) return undefined;
  if (kind === 'convolutionInputGradient' && !repeatsByWindowsAlone(rest, windows)) return undefined;
  return { kind, isSwapped, member: ordered, ...listed(rest), windows };
}

function windowOf(kind: ContractionKind, a: ContractionAxis, b: ContractionAxis, windowed: Side): ContractionWindow {
  // Taps are the axis of the kernel: of left where it is the kernel, of the target where that is the kernel's gradient.
  const kernelSide: Side = kind === 'convolutionKernelGradient' ? 'target' : 'left';
  const [taps, outputs] = has(a, kernelSide) ? [a, b] : [b, a];
  const [step, reach] = [outputs[windowed] as number, taps[windowed] as number];
  const pixel = greatestCommonDivisor(Math.abs(step), Math.abs(reach)) * Math.sign(step);
  return { outputs, taps, stride: step / pixel, dilation: reach / pixel, pixel };
}

/** Whether the pixels of a target, and its other axes, show no element twice. */
function repeatsByWindowsAlone(rest: readonly ContractionAxis[], windows: readonly ContractionWindow[]): boolean {
  const kept = rest.filter((axis) => has(axis, 'target') && !axis.implied);
  if (kept.some((axis) => typeof axis.target === 'object')) return false;
  const pixels = windows.map(({ outputs, taps, stride, dilation, pixel }) => {
    return { length: (outputs.length - 1) * stride + (taps.length - 1) * dilation + 1, stride: pixel };
  });
  const axes = [...kept.map(({ length, target }) => ({ length, stride: target as number })), ...pixels];
  return !hasRepeats({
    buffer: '',
    offset: 0,
    shape: axes.map(({ length }) => length),
    strides: axes.map(({ stride }) => stride),
  });
}

function swapAxis(axis: ContractionAxis): ContractionAxis {
  return { ...axis, left: axis.right, right: axis.left };
}

function swapped({ left, right, target }: ContractMember): ContractMember {
  return { left: right, right: left, target };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
