/**
 * @file The adjoint of a product: with g the target's gradient, left gains g · right and right gains g · left. These are the
 * same views over the same iteration space, so nothing is transposed: what the factor was broadcast over is what its
 * gradient is summed over, items and steps included.
 */
import type { AdjointContext } from './adjoint-context.ts';
import type { ContractInstruction, ContractMember, WriteMode } from '../program/instructions.ts';
import { withoutRepeatedAxes } from '../program/views.ts';

export function adjointOfContract(instruction: ContractInstruction, context: AdjointContext): void {
  const { members, mode } = instruction;
  addProducts(instruction, 'left', context);
  addProducts(instruction, 'right', context);
  if (mode === 'set') for (const { target } of members) context.gradients.clear(withoutRepeatedAxes(target));
}

/** Adds to the gradients of one factor of each member. */
function addProducts({ members, events }: ContractInstruction, factor: Factor, context: AdjointContext): void {
  const { gradients, valueOf } = context;
  const products: Record<WriteMode, ContractMember[]> = { set: [], add: [] };
  for (const member of members) {
    const gradient = gradients.gradientAt(member.target);
    if (gradient === undefined || !gradients.isWanted(member[factor])) continue;
    const { target, mode } = gradients.direct(member[factor]);
    products[mode].push({ left: gradient, right: valueOf(member[OTHER[factor]]), target });
  }
  // The factor that is spikes is one here, too, unless it is the one that is differentiated.
  const marked = events === OTHER[factor] ? { events: 'right' as const } : {};
  for (const mode of ['set', 'add'] as const) {
    if (products[mode].length > 0) gradients.emit({ kind: 'contract', members: products[mode], ...marked, mode });
  }
}

type Factor = 'left' | 'right';

const OTHER: Readonly<Record<Factor, Factor>> = { left: 'right', right: 'left' };
