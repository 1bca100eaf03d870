/** @file Operands that are no views: numbers, scalars by name, and the clock. */
import type { Frame } from '@ndl/backend-kit';
import { isClock, type ScalarOperand } from '@ndl/ir';
import type { Moment } from './workshop.ts';

/** The value of an operand at a step of a block, in float64. */
export function scalarReader(
  operand: ScalarOperand,
  { program, scalars }: Pick<Frame<unknown>, 'program' | 'scalars'>,
): (moment: Moment, step: number) => number {
  if (typeof operand === 'number') return () => operand;
  if (!isClock(operand)) return () => scalars.get(operand.scalar)!;
  const numberOf = ({ stepsBefore }: Moment, step: number): number => stepsBefore + step + 1;
  if (operand.clock === 'time') return (moment, step) => numberOf(moment, step) * program.dt;
  return (moment, step) => numberOf(moment, step) % operand.modulus;
}
