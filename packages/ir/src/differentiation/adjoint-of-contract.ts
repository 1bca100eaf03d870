/**
 * @file The adjoint of a product: with g the target's gradient, left gains g · right and right gains g · left. These are the
 * same views over the same iteration space, so nothing is transposed: what the factor was broadcast over is what its
 * gradient is summed over, items and steps included.
 */
import type { AdjointContext } from './adjoint-context.ts';
import type { ContractInstruction, ContractMember, WriteMode } from '../program/instructions.ts';
import { splitIntoLanes, wantsLanes, type SplitProduct } from '../program/lanes.ts';
import type { Layout } from '../program/layout.ts';
import type { View } from '../program/view.ts';
import { withoutRepeatedAxes } from '../program/view-axes.ts';
import { isRepeatedAxis, viewSize } from '../program/views.ts';
import type { AdjointWriter } from './adjoint-writer.ts';

export function adjointOfContract(instruction: ContractInstruction, context: AdjointContext): void {
  addProducts(instruction, 'left', context);
  addProducts(instruction, 'right', context);
}

/** Adds to the gradients of one factor of each member. */
function addProducts({ members, events }: ContractInstruction, factor: Factor, context: AdjointContext): void {
  const { gradients, valueOf, writer } = context;
  const products: Record<WriteMode, Contribution[]> = { set: [], add: [] };
  const sums: (() => void)[] = [];
  for (const member of members) {
    const gradient = gradients.gradientAt(member.target);
    if (gradient === undefined || !gradients.isWanted(member[factor])) continue;
    const [view, other] = [member[factor], member[OTHER[factor]]];
    if (gradients.sumsOverLags(view, other, member.target)) {
      gradients.addOverLags(view, gradient, valueOf(other));
      continue;
    }
    const { target, mode, isApart } = gradients.productTarget(view);
    const layout = gradients.layoutOf(view);
    products[mode].push({ product: { left: gradient, right: valueOf(other), target }, layout });
    if (isApart) sums.push(() => gradients.addFrom(withoutRepeatedAxes(view), withoutRepeatedAxes(target), layout));
  }
  // The factor that is spikes is one here, too, unless it is the one that is differentiated.
  const marked = events === OTHER[factor] ? { events: 'right' as const } : {};
  for (const mode of ['set', 'add'] as const) emitProducts(products[mode], marked, mode, writer);
  for (const add of sums) add();
}

/** What a factor's gradient gains, and the items and steps that the gradient has. */
interface Contribution {
  readonly product: ContractMember;
  readonly layout: Layout;
}

/** Adds up products in one instruction; long sums for few elements in lanes. */
function emitProducts(
  contributions: readonly Contribution[],
  marked: Pick<ContractInstruction, 'events'>,
  mode: WriteMode,
  writer: AdjointWriter,
): void {
  const plain: ContractMember[] = [];
  const split: SplitProduct[] = [];
  for (const { product, layout } of contributions) {
    // What sums over the steps of a pass has one accumulator.
    const isSummedOverSteps = writer.isInPass && !layout.steps;
    const lanes = isSummedOverSteps ? undefined : laneProduct(product, (shape) => writer.temporary(shape, layout));
    if (lanes === undefined) plain.push(product);
    else split.push(lanes);
  }
  const emit = (all: readonly ContractMember[], how: WriteMode): void => {
    if (all.length > 0) writer.emit({ kind: 'contract', members: all, ...marked, mode: how });
  };
  emit(plain, mode);
  emit(
    split.map(({ lanes }) => lanes),
    'set',
  );
  emit(
    split.flatMap(({ rest }) => rest ?? []),
    'add',
  );
  for (const { sum } of split) writer.emit({ kind: 'reduce', operation: 'sum', ...sum, mode });
}

/** The product in lanes, where its innermost sum is long and what it gives is little. */
function laneProduct(member: ContractMember, temporary: (shape: readonly number[]) => View): SplitProduct | undefined {
  const { target } = member;
  const summed = [...target.shape.keys()].filter((axis) => isRepeatedAxis(target, axis) && target.shape[axis]! > 1);
  const innermost = summed.at(-1);
  if (innermost === undefined) return undefined;
  const outputs = viewSize(withoutRepeatedAxes(target));
  return wantsLanes(outputs, target.shape[innermost]!) ? splitIntoLanes(member, innermost, temporary) : undefined;
}

type Factor = 'left' | 'right';

const OTHER: Readonly<Record<Factor, Factor>> = { left: 'right', right: 'left' };
