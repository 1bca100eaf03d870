/** @file What is done element by element - fills, copies, maps, products without sums - as one kind of thing. */
import {
  broadcastView,
  type ContractInstruction,
  type ContractMember,
  type Expression,
  hasRepeats,
  type Instruction,
  isView,
  type Operand,
  topologicalOrder,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { evenPart, evenPieces, splitView } from '../views/shapes.ts';

/** A kernel over the elements of views of one shape. */
export interface Elementwise {
  readonly label: string;
  readonly shape: readonly number[];
  operandOf(leaf: Expression): Operand;
  readonly outputs: readonly Output[];
  /** Views that are read; what is added to as well. */
  readonly reads: readonly View[];
  /** Whether something is added to elements that may be shown more than once. */
  readonly repeats: boolean;
}

interface Output {
  readonly target: View;
  readonly mode: WriteMode;
  readonly expression: Expression;
}

type Leaf = Extract<Expression, { readonly kind: 'input' | 'parameter' }>;

const leafNamed = (name: string): Leaf => ({ kind: 'input', name });
const X = leafNamed('x');
const Y = leafNamed('y');

/** The instruction as elementwise work, in pieces that need no lists where that is possible; undefined where it is none. */
export function asElementwise(instruction: Instruction): readonly Elementwise[] | undefined {
  const whole = wholeOf(instruction);
  return whole === undefined ? undefined : withoutLists(whole);
}

function wholeOf(instruction: Instruction): Elementwise | undefined {
  const label = instruction.label ?? '';
  switch (instruction.kind) {
    case 'fill': {
      const { target, value, mode } = instruction;
      return simple(`fill ${label}`, target, mode, X, [[X, value]]);
    }
    case 'copy': {
      const { source, target, mode } = instruction;
      return simple(`copy ${label}`, target, mode, X, [[X, source]]);
    }
    case 'map': {
      const { kernel, inputs, parameters, outputs } = instruction;
      const { shape } = outputs[0]!.target;
      const shown = (operand: Operand): Operand => (isView(operand) ? broadcastView(operand, shape) : operand);
      const named = (names: readonly string[], operands: readonly Operand[]): ReadonlyMap<string, Operand> =>
        new Map(names.map((name, index) => [name, shown(operands[index]!)]));
      const [byInput, byParameter] = [named(kernel.inputs, inputs), named(kernel.parameters, parameters)];
      const written = outputs.map((output, index) => ({ ...output, expression: kernel.outputs[index]!.expression }));
      const operandOf = (leaf: Expression): Operand =>
        (leaf.kind === 'input' ? byInput : byParameter).get((leaf as Leaf).name)!;
      return made(`map ${kernel.name} ${label}`, shape, operandOf, written);
    }
    default:
      return undefined;
  }
}

/** A product without a sum: a term for each element. */
export function productOfTerms({ left, right, target }: ContractMember, contract: ContractInstruction): Elementwise {
  const product: Expression = { kind: 'binary', operation: 'multiply', left: X, right: Y };
  const zero: Expression = { kind: 'constant', value: 0 };
  // A sum begins at +0, so that a term of -0 becomes +0.
  const sum: Expression = { kind: 'binary', operation: 'add', left: zero, right: product };
  const { mode } = contract;
  return simple(`product ${contract.label ?? ''}`, target, mode, mode === 'set' ? sum : product, [
    [X, left],
    [Y, right],
  ]);
}

function simple(
  label: string,
  target: View,
  mode: WriteMode,
  expression: Expression,
  operands: readonly (readonly [Leaf, Operand])[],
): Elementwise {
  const byName = new Map(operands.map(([{ name }, operand]) => [name, operand]));
  return made(label, target.shape, (leaf) => byName.get((leaf as Leaf).name)!, [{ target, mode, expression }]);
}

function made(
  label: string,
  shape: readonly number[],
  operandOf: (leaf: Expression) => Operand,
  outputs: readonly Output[],
): Elementwise {
  const roots = outputs.map(({ expression }) => expression);
  const leaves = topologicalOrder(roots, 'values').filter(({ kind }) => kind === 'input' || kind === 'parameter');
  const added = outputs.filter(({ mode }) => mode === 'add').map(({ target }) => target);
  return {
    label,
    shape,
    operandOf,
    outputs,
    reads: [...leaves.map(operandOf).filter(isView), ...added],
    repeats: added.some((target) => hasRepeats(target)),
  };
}

/** The same work under another shape, of as many elements; undefined where a view cannot be shown so. */
export function withShape(work: Elementwise, shape: readonly number[]): Elementwise | undefined {
  if (shape.length === work.shape.length && shape.every((length, axis) => length === work.shape[axis])) return work;
  return onViews(work, shape, (view) => splitView(view, shape));
}

/** The same work on other views of a shape; undefined where there is none for one of its views. */
export function onViews(
  { label, operandOf, outputs, reads }: Elementwise,
  shape: readonly number[],
  change: (view: View) => View | undefined,
): Elementwise | undefined {
  const views = new Map(
    [...reads, ...outputs.map(({ target }) => target)].map((view) => [view, change(view)] as const),
  );
  if ([...views.values()].includes(undefined)) return undefined;
  const shown = (operand: Operand): Operand => (isView(operand) ? views.get(operand)! : operand);
  const written = outputs.map((output) => ({ ...output, target: views.get(output.target)! }));
  return made(label, shape, (leaf) => shown(operandOf(leaf)), written);
}

/** Work along one axis in pieces, where lists are then strides. */
function withoutLists(work: Elementwise): readonly Elementwise[] {
  const axis = work.shape.findIndex((length) => length !== 1);
  if (axis < 0 || work.shape.some((length, other) => other !== axis && length !== 1)) return [work];
  const views = [...work.reads, ...work.outputs.map(({ target }) => target)];
  const pieces = evenPieces(views, axis);
  if (pieces === undefined) return [work];
  return pieces.map((piece) => {
    return onViews(work, work.shape.with(axis, piece[1] - piece[0]), (view) => evenPart(view, axis, piece))!;
  });
}
