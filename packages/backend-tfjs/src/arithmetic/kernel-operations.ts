/** @file A scalar kernel as tfjs operations over whole tensors, one per node of its expression graph. */
import { topologicalOrder, type BinaryOperation, type Expression, type Kernel, type UnaryOperation } from '@ndl/ir';
import { extentsOf, sameExtents, type Extents, type Tensor, type TensorFlow } from '../engines/tensors.ts';

/** A new tensor of shape `extents` per output. Operands: inputs, then parameters. `scalarOf` makes numbers tensors. */
export function mapByOperations(
  tf: TensorFlow,
  kernel: Kernel,
  operands: readonly (Tensor | number)[],
  extents: Extents,
  scalarOf: (value: number) => Tensor,
): readonly Tensor[] {
  return tf.tidy(() =>
    applyKernel(tf, kernel, operands, scalarOf).map((value) =>
      isNew(value, operands, extents) ? value : tf.broadcastTo(value, [...extents]),
    ),
  );
}

function isNew(value: Tensor, operands: readonly (Tensor | number)[], extents: Extents): boolean {
  return sameExtents(extentsOf(value), extents) && !operands.includes(value);
}

/** The values of all outputs; each broadcasts to what the operands broadcast to. */
function applyKernel(
  tf: TensorFlow,
  kernel: Kernel,
  operands: readonly (Tensor | number)[],
  scalarOf: (value: number) => Tensor,
): readonly Tensor[] {
  const tensors = operands.map((operand) => (typeof operand === 'number' ? scalarOf(operand) : operand));
  const values = new Map<Expression, Tensor>();
  const conditions = new Map<Expression, Tensor>();
  const at = (node: Expression): Tensor => values.get(node)!;
  const valueOf = (node: Expression): Tensor => {
    switch (node.kind) {
      case 'constant':
        return scalarOf(node.value);
      case 'input':
        return tensors[kernel.inputs.indexOf(node.name)]!;
      case 'parameter':
        return tensors[kernel.inputs.length + kernel.parameters.indexOf(node.name)]!;
      case 'withDerivativeOf':
        return at(node.value);
      case 'unary':
        return applyUnary(tf, node.operation, at(node.operand));
      case 'binary': {
        const value = applyBinary(tf, node.operation, at(node.left), at(node.right));
        if (value.dtype !== 'bool') return value;
        conditions.set(node, value);
        return tf.cast(value, 'float32');
      }
      case 'select': {
        const condition = conditions.get(node.condition) ?? tf.notEqual(at(node.condition), scalarOf(0));
        return tf.where(condition, at(node.whenTrue), at(node.whenFalse));
      }
    }
  };
  const results = kernel.outputs.map((output) => output.expression);
  for (const node of topologicalOrder(results, 'values')) values.set(node, valueOf(node));
  return results.map(at);
}

// prettier-ignore
function applyUnary(tf: TensorFlow, operation: UnaryOperation, x: Tensor): Tensor {
  switch (operation) {
    case 'negate': return tf.neg(x);
    case 'isNan': return tf.cast(tf.isNaN(x), 'float32');
    default: return tf[operation](x);
  }
}

// prettier-ignore
function applyBinary(tf: TensorFlow, operation: BinaryOperation, x: Tensor, y: Tensor): Tensor {
  switch (operation) {
    case 'add': return tf.add(x, y);
    case 'subtract': return tf.sub(x, y);
    case 'multiply': return tf.mul(x, y);
    case 'divide': return tf.div(x, y);
    case 'min': return tf.minimum(x, y);
    case 'max': return tf.maximum(x, y);
    default: return tf[operation](x, y);
  }
}
