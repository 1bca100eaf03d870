/** @file Nodes for layers that ndl has no counterpart of: TensorFlow.js computes them, and differentiates them. */
import type { Tensor, withTensors } from '@ndl/backend-tfjs/tensor-node';
import type { Node } from 'ndl';
import { sizeOf } from '@ndl/numerics';
import { layerUnsupported } from './errors.ts';
import type { Activation, CombinationLayer, Layer, LayerGraph } from './layer-graph.ts';

/** Makes the node of a layer, fed by what comes from these, one after the other. */
export type Fallback = (layer: Layer, from: readonly Layer[]) => Node;

/** Layers that need a node of tensors, with what is said of them where none may stand for them. */
export interface Unsupported {
  readonly layer: Layer;
  readonly problem: string;
}

type Tensors = Parameters<Parameters<typeof withTensors>[0]>[0];

/**
 * What makes nodes for these layers; loads TensorFlow.js. A layer of which there is no more than a name has none.
 * @throws NdlError LAYER_UNSUPPORTED
 */
export async function fallbackFor(
  graph: LayerGraph,
  unsupported: readonly Unsupported[],
  choice: 'tensorNode' | 'refuse',
): Promise<Fallback | undefined> {
  if (unsupported.length === 0) return undefined;
  for (const { layer, problem } of unsupported) {
    if (choice === 'refuse')
      throw layerUnsupported(layer.title, problem, "With fallback: 'tensorNode' TensorFlow.js would compute it.");
    if (layer.kind === 'recurrent' || (layer.kind === 'foreign' && layer.layer === undefined))
      throw layerUnsupported(
        layer.title,
        problem,
        'Convert a model of tf.layers, whose layers can stand for themselves.',
      );
  }
  const loaded = await import('@ndl/backend-tfjs/tensor-node');
  const { tensorNode } = loaded;
  const tensors: Tensors = loaded.withTensors((tf) => tf);
  return (layer, from) => {
    const options = { label: layer.name, shapeOut: layer.shape };
    const shapeIn = from[0]!.shape;
    if (layer.kind === 'activation')
      return tensorNode(tensorActivation(layer.activation, tensors), { ...options, shapeIn });
    if (layer.kind === 'foreign' && from.length === 1) return tensorNode(layer.layer as never, { ...options, shapeIn });
    const sizes = from.map(({ shape }) => sizeOf(shape));
    const parts = (x: Tensor): Tensor[] =>
      tensors.split(x, sizes, 1).map((part, index) => tensors.reshape(part, [x.shape[0]!, ...from[index]!.shape]));
    const whole = { ...options, shapeIn: sizes.reduce((sum, size) => sum + size, 0) };
    if (layer.kind === 'foreign') {
      const own = layer.layer as { apply(inputs: readonly Tensor[], options: object): Tensor };
      return tensorNode((x: Tensor) => own.apply(parts(x), { training: false }), whole);
    }
    const join = JOIN[(layer as CombinationLayer).operation]!(tensors);
    // Items are the first axis of all; missing axes stand behind it.
    const spread = (part: Tensor): Tensor => {
      const [items, ...shape] = part.shape as [number, ...number[]];
      return tensors.reshape(part, [items, ...new Array<number>(layer.shape.length - shape.length).fill(1), ...shape]);
    };
    return tensorNode((x: Tensor) => parts(x).map(spread).reduce(join), whole);
  };
}

const JOIN: Readonly<Record<string, (tf: Tensors) => (a: Tensor, b: Tensor) => Tensor>> = {
  multiply: (tf) => (a, b) => tf.mul(a, b),
  divide: (tf) => (a, b) => tf.div(a, b),
  maximum: (tf) => (a, b) => tf.maximum(a, b),
  minimum: (tf) => (a, b) => tf.minimum(a, b),
};

/** By the operations of tfjs, which knows their derivatives. */
function tensorActivation({ name, parameters }: Activation, tf: Tensors): (x: Tensor) => Tensor {
  const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    softmax: (x) => tf.softmax(x),
    logSoftmax: (x) => tf.logSoftmax(x),
    relu: (x) => tf.relu(x),
    leakyRelu: (x) => tf.leakyRelu(x, parameters['slope']!),
    boundedRelu: (x) => {
      const { slope, threshold, maximum } = parameters as Readonly<Record<'slope' | 'threshold' | 'maximum', number>>;
      const below = tf.mul(tf.sub(x, threshold), slope);
      const bounded = tf.where(tf.greater(x, threshold), x, below);
      return Number.isFinite(maximum) ? tf.minimum(bounded, maximum) : bounded;
    },
    sigmoid: (x) => tf.sigmoid(x),
    tanh: (x) => tf.tanh(x),
    softplus: (x) => tf.softplus(x),
    softsign: (x) => tf.div(x, tf.add(1, tf.abs(x))),
    elu: (x) => {
      const below = tf.mul(tf.expm1(tf.minimum(x, 0)), parameters['alpha']!);
      return tf.where(tf.greater(x, 0), x, below);
    },
    selu: (x) => {
      const { alpha, scale } = parameters;
      if (alpha === undefined || scale === undefined) return tf.selu(x);
      return tf.mul(scale, tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(tf.minimum(x, 0)), alpha)));
    },
    silu: (x) => tf.mul(x, tf.sigmoid(x)),
    mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
    gelu: (x) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
    geluTanh: (x) =>
      tf.mul(
        tf.mul(0.5, x),
        tf.add(1, tf.tanh(tf.mul(0.7978845608028654, tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x))))))),
      ),
    hardSigmoid: (x) => tf.clipByValue(tf.add(tf.mul(x, parameters['slope']!), parameters['offset']!), 0, 1),
    hardSilu: (x) => tf.mul(x, tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1)),
    // Bounds that are infinite or the wrong way round are no range to tfjs.
    clip: (x) => tf.minimum(tf.maximum(x, parameters['minimum']!), parameters['maximum']!),
    logSigmoid: (x) => tf.neg(tf.softplus(tf.neg(x))),
    exponential: (x) => tf.exp(x),
  };
  return functions[name]!;
}
