/**
 * @file The adjoint of each instruction: what its operands' gradients gain from its target's, within the same set of
 * instructions.
 *
 * | instruction | gradient of its operands, g being the target's |
 * |---|---|
 * | fill | – |
 * | copy | source: g (a gather's adjoint is a scatter that adds, and the other way round) |
 * | map | each input: the kernel's derivative times g, by a map of the derivative kernel |
 * | contract | left: g · right; right: g · left - the same views in another order |
 * | reduce sum | source: g, repeated |
 * | reduce max | source: g where the source is the maximum, shared equally among equals |
 * | host | the declared derivative, by a host of its own |
 *
 * A contribution is summed over all that its operand was repeated over: axes, items and steps. As each element is set once, then
 * added to, then read, nothing asks for the gradient of a target once the adjoint of what set it is written.
 */
import { adjointOfHost } from './adjoint-of-host.ts';
import { adjointOfMap } from './adjoint-of-map.ts';
import type { AdjointContext } from './adjoint-context.ts';
import { adjointOfContract } from './adjoint-of-contract.ts';
import type { CopyInstruction, Instruction, ReduceInstruction } from '../program/instructions.ts';
import { kernel } from '../kernel/kernel-builder.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { View } from '../program/view.ts';
import { insertAxis } from '../program/view-axes.ts';

/** Writes the adjoint of one instruction. */
export function writeAdjoint(instruction: Instruction, context: AdjointContext): void {
  switch (instruction.kind) {
    case 'map':
      return adjointOfMap(instruction, context);
    case 'host':
      return adjointOfHost(instruction, context);
    case 'contract':
      return adjointOfContract(instruction, context);
    case 'fill':
      return;
    case 'copy':
      return adjointOfCopy(instruction, context);
    case 'reduce':
      return instruction.operation === 'sum' ? adjointOfSum(instruction, context) : adjointOfMax(instruction, context);
  }
}

function adjointOfCopy({ source, target }: CopyInstruction, { gradients }: AdjointContext): void {
  const g = gradients.gradientAt(target);
  if (g !== undefined && gradients.isWanted(source)) gradients.addFrom(source, g, gradients.layoutOf(target));
}

function adjointOfSum({ source, target, axes }: ReduceInstruction, { gradients }: AdjointContext): void {
  const g = gradients.gradientAt(target);
  if (g === undefined || !gradients.isWanted(source)) return;
  const layout = gradients.layoutOf(target);
  gradients.addFrom(source, repeated(g, source.shape, axes), layout);
}

const IS_GREATEST: Kernel = kernel({ name: 'isGreatest', inputs: ['x', 'greatest'] }, (k) => ({
  share: k.equal(k.inputs.x, k.inputs.greatest),
}));

const SHARE_AMONG_GREATEST: Kernel = kernel(
  { name: 'shareAmongGreatest', inputs: ['gradient', 'x', 'greatest', 'count'] },
  (k) => ({
    share: k.select(k.equal(k.inputs.x, k.inputs.greatest), k.divide(k.inputs.gradient, k.inputs.count), 0),
  }),
);

function adjointOfMax(
  { source, target, axes }: ReduceInstruction,
  { gradients, valueOf, writer }: AdjointContext,
): void {
  const g = gradients.gradientAt(target);
  if (g === undefined || !gradients.isWanted(source)) return;
  const x = valueOf(source);
  const [reduced, whole] = [gradients.layoutOf(target), gradients.layoutOf(source)];
  const greatest = writer.temporary(target.shape, reduced);
  const isGreatest = writer.temporary(source.shape, whole);
  const count = writer.temporary(target.shape, reduced);
  const spread = (view: View): View => repeated(view, source.shape, axes);
  writer.emit({ kind: 'reduce', operation: 'max', source: x, axes, target: greatest, mode: 'set' });
  writer.emit({
    kind: 'map',
    kernel: IS_GREATEST,
    inputs: [x, spread(greatest)],
    parameters: [],
    outputs: [{ target: isGreatest, mode: 'set' }],
  });
  writer.emit({ kind: 'reduce', operation: 'sum', source: isGreatest, axes, target: count, mode: 'set' });
  const inputs = [spread(g), x, spread(greatest), spread(count)];
  gradients.add(source, source.shape, whole, (into, mode) => ({
    kind: 'map',
    kernel: SHARE_AMONG_GREATEST,
    inputs,
    parameters: [],
    outputs: [{ target: into, mode }],
  }));
}

/** A reduced view, repeated over the axes that it was reduced over. */
function repeated(view: View, shape: readonly number[], axes: ReduceInstruction['axes']): View {
  return [...shape.keys()].reduce(
    (result, axis) => (axes.includes(axis) ? insertAxis(result, axis, shape[axis]) : result),
    view,
  );
}
