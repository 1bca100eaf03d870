/**
 * @file Lowering of filters of finite response: the inputs are kept for as many steps as there are taps, and the output is one product
 * of the taps and an axis of lags. Filters of all lengths merge as members of one contract.
 */
import type { FiniteResponse, LoweringContext, SimSynapseOperator } from '@ndl/core';
import { insertAxis, wantsLanes, type View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { emitSums, type LongSum } from './long-sums.ts';

export interface FiniteResponseOperator extends SimSynapseOperator {
  readonly system: FiniteResponse;
}

export function isFiniteResponse(operator: SimSynapseOperator): operator is FiniteResponseOperator {
  return operator.system.form === 'finiteResponse';
}

/** `output = Σ taps[k] · inputs`, k steps before. */
export function lowerFiniteResponses(group: readonly FiniteResponseOperator[], context: LoweringContext): void {
  const { label } = group[0]!;
  const sums = familiesOf(group).map((family): LongSum => {
    const { taps } = family[0]!.system;
    const inputs = context.concatenated(family.map(({ states }) => states[0]!));
    context.emit({
      kind: 'copy',
      source: context.concatenated(family.map(({ input }) => input)),
      target: inputs,
      mode: 'set',
    });
    const weights = context.constant(`taps of ${label}`, taps.data, [taps.size]);
    const member = {
      left: insertAxis(weights, 0, inputs.shape[0]),
      right: lookingBack(inputs, taps.size),
      target: insertAxis(context.concatenated(family.map(({ output }) => output)), 1, taps.size),
    };
    return { member, axis: 1, inLanes: isInLanes(family[0]!) };
  });
  emitSums(sums, label, context);
}

/** A vector as a matrix, [size, steps], of which column k shows it k steps before; what is only present keeps no steps. */
function lookingBack(view: View, steps: number): View {
  const matrix = insertAxis(view, 1, steps);
  return steps === 1 ? matrix : { ...matrix, lag: { base: 0, perAxis: [0, 1] } };
}

function isInLanes({ output, system }: FiniteResponseOperator): boolean {
  return wantsLanes(sizeOf(output.shape), system.taps.size);
}

/** Filters of the same taps, which are one member; how each of them is summed does not depend on the others. */
function familiesOf(group: readonly FiniteResponseOperator[]): readonly (readonly FiniteResponseOperator[])[] {
  const families = new Map<string, FiniteResponseOperator[]>();
  for (const operator of group) {
    const key = `${operator.system.taps.data.join()} ${isInLanes(operator)}`;
    const family = families.get(key);
    if (family === undefined) families.set(key, [operator]);
    else family.push(operator);
  }
  return [...families.values()];
}
