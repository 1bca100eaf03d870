/** @file What is done element by element - fills, copies, maps, products without sums - as one kind of thing. */
import type { ContractInstruction, ContractMember, Expression, Instruction, Operand, View, WriteMode } from '@ndl/ir';
import { broadcastView, isView } from '@ndl/ir';

/** A kernel over the elements of views of one shape. */
export interface Elementwise {
  readonly label: string;
  readonly shape: readonly number[];
  operandOf(leaf: Expression): Operand;
  readonly outputs: readonly { readonly target: View; readonly mode: WriteMode; readonly expression: Expression }[];
}

type Leaf = Extract<Expression, { readonly kind: 'input' | 'parameter' }>;

const leafNamed = (name: string): Leaf => ({ kind: 'input', name });
const X = leafNamed('x');
const Y = leafNamed('y');

/** The instruction as elementwise work; undefined where it is none. */
export function asElementwise(instruction: Instruction): Elementwise | undefined {
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
      return {
        label: `map ${kernel.name} ${label}`,
        shape,
        operandOf: (leaf) => (leaf.kind === 'input' ? byInput : byParameter).get((leaf as Leaf).name)!,
        outputs: outputs.map((output, index) => ({ ...output, expression: kernel.outputs[index]!.expression })),
      };
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
  return {
    label,
    shape: target.shape,
    operandOf: (leaf) => byName.get((leaf as Leaf).name)!,
    outputs: [{ target, mode, expression }],
  };
}
