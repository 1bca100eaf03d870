/**
 * @file `@ndl/backend-tfjs/tensor-node`: functions of tensors, layers and models of TensorFlow.js as nodes of a network, and `layer`, which
 * chains them with neurons. Loads TensorFlow.js; nothing else of ndl does, unless a network runs on it.
 */
import {
  batchFunction,
  Connection,
  Ensemble,
  Node,
  type ConnectionEnd,
  type ConnectionOptions,
  type EnsembleOptions,
  type Neurons,
  type NeuronType,
} from '@ndl/model';
import { isNdlError, refuseSurplus, showThrown, showValue, sizeOf } from '@ndl/numerics';
import { checkOptionNames } from './plugin.ts';
import { tensorFunctionFailed, tensorFunctionInvalid, tensorNodeOption, tensorResultInvalid } from './errors.ts';
import { isTensor, withTensors } from './engines/tensor-engine.ts';
import type { Tensor } from './engines/tensors.ts';

/** Computes [items, ...shape out] of [items, ...shape in]. */
export type TensorFunction = (x: Tensor) => Tensor;
/** The same, which also takes the time in seconds. */
export type TimedTensorFunction = (time: number, x: Tensor) => Tensor;

/** What is used of a layer or a model of tf.layers. */
export interface TensorLayer {
  apply(inputs: never, options?: never): unknown;
}

/** Options of `tensorNode`. */
export interface TensorNodeOptions {
  /** Of what comes in, without the axis of items; a number for a vector. */
  readonly shapeIn: number | readonly number[];
  /** Of what goes out. Default: found by calling the function once, with zeros. */
  readonly shapeOut?: number | readonly number[] | undefined;
  /** Whether the function takes the time first. Default false. */
  readonly passTime?: boolean | undefined;
  readonly label?: string | undefined;
}

/** What runs in place of the host, for the tfjs backend: rows, [rows, size in], to [rows, size out]. */
export interface NativeTensorFunction {
  (rows: Tensor): Tensor;
}

const OPTIONS = ['shapeIn', 'shapeOut', 'passTime', 'label'] as const;

/**
 * A node that computes by TensorFlow.js: by a function of tensors, or a layer or model of tf.layers, with the weights that it has. All items of
 * a minibatch are one call. Gradients pass it, as tfjs differentiates it; its own weights stay as they are. On the tfjs backend it runs
 * within the program, elsewhere as a host.
 * @throws NdlError NETWORK_CONTEXT outside a network; INVALID_OPTION, UNKNOWN_OPTION, TENSOR_FUNCTION, TENSOR_RESULT
 */
export function tensorNode(
  computed: TensorFunction | TimedTensorFunction | TensorLayer,
  options: TensorNodeOptions,
): Node {
  refuseSurplus('tensorNode', arguments, 2);
  checkOptionNames('tensorNode', options, OPTIONS);
  const { passTime = false, label = null } = options;
  if (typeof passTime !== 'boolean') throw tensorNodeOption('passTime', 'true or false', passTime);
  if (label !== null && typeof label !== 'string') throw tensorNodeOption('label', 'a text', label);
  const shapeIn = shapeOf(options.shapeIn, 'shapeIn');
  const call = callOf(computed, passTime);
  const shapeOut = options.shapeOut === undefined ? trialShape(call, shapeIn) : shapeOf(options.shapeOut, 'shapeOut');
  const [sizeIn, sizeOut] = [sizeOf(shapeIn), sizeOf(shapeOut)];
  const onRows = (time: number, rows: Tensor, count: number): Tensor =>
    withTensors((tf) => {
      const result = call(time, tf.reshape(rows, [count, ...shapeIn]));
      return tf.reshape(checkedResult(result, count, shapeOut), [count, sizeOut]);
    });
  const native: NativeTensorFunction = (rows) => onRows(0, rows, rows.shape[0]!);
  return new Node(
    batchFunction({
      sizeIn,
      sizeOut,
      call: (time, input, items) =>
        withTensors((tf) =>
          onRows(time, tf.tensor2d(Float32Array.from(input), [items, sizeIn]), items)
            .dataSync<'float32'>()
            .slice(),
        ),
      derivative: (time, input, outputGradient, items) =>
        withTensors((tf) =>
          gradientOf(
            (rows) => onRows(time, rows, items),
            tf.tensor2d(Float32Array.from(input), [items, sizeIn]),
            tf.tensor2d(Float32Array.from(outputGradient), [items, sizeOut]),
          )
            .dataSync<'float32'>()
            .slice(),
        ),
      // A function of the time has another value at each step of a block.
      native: passTime ? {} : { tfjs: native },
    }),
    { label },
  );
}

/** The gradient of the input of `call`; zeros where the output does not depend on it. */
export function gradientOf(call: (x: Tensor) => Tensor, x: Tensor, gradient: Tensor): Tensor {
  refuseSurplus('gradientOf', arguments, 3);
  return withTensors((tf) => {
    try {
      return tf.grad(call)(x, gradient);
    } catch (error) {
      if (isNdlError(error) || !/does not depend|independent|Cannot compute gradient/i.test(showThrown(error)))
        throw error;
      return tf.zerosLike(x);
    }
  });
}

type Call = (time: number, x: Tensor) => unknown;

function callOf(computed: unknown, passTime: boolean): Call {
  const guarded =
    (call: Call): Call =>
    (time, x) => {
      try {
        return call(time, x);
      } catch (error) {
        throw isNdlError(error) ? error : tensorFunctionFailed(x.shape, error);
      }
    };
  if (isLayer(computed)) {
    if (passTime) throw tensorNodeOption('passTime', 'false for a layer, which takes no time', passTime);
    return guarded((_time, x) => computed.apply(x as never, { training: false } as never));
  }
  if (typeof computed !== 'function') throw tensorFunctionInvalid(showValue(computed));
  return guarded(passTime ? (computed as Call) : (_time, x) => (computed as TensorFunction)(x));
}

function isLayer(value: unknown): value is TensorLayer {
  return typeof value === 'object' && value !== null && typeof (value as Partial<TensorLayer>).apply === 'function';
}

/** The shape that the function makes of one item of zeros. */
function trialShape(call: Call, shapeIn: readonly number[]): readonly number[] {
  return withTensors((tf) => {
    const result = call(0, tf.zeros([1, ...shapeIn]));
    if (!isTensor(result)) throw tensorResultInvalid(`it returned ${showValue(result)} in place of a tensor`);
    const [items, ...shape] = result.shape;
    if (items !== 1) throw tensorResultInvalid(`of one item it made the shape [${result.shape.join(', ')}]`);
    return shape;
  });
}

function checkedResult(result: unknown, items: number, shapeOut: readonly number[]): Tensor {
  if (!isTensor(result)) throw tensorResultInvalid(`it returned ${showValue(result)} in place of a tensor`);
  if (result.dtype === 'string' || result.dtype === 'complex64')
    throw tensorResultInvalid(`it returned a tensor of ${result.dtype}`);
  const wanted = [items, ...shapeOut];
  if (result.shape.join() !== wanted.join())
    throw tensorResultInvalid(`it returned the shape [${result.shape.join(', ')}] in place of [${wanted.join(', ')}]`);
  return withTensors((tf) => tf.cast(result, 'float32'));
}

function shapeOf(given: unknown, name: string): readonly number[] {
  const shape: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (!shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 1))
    throw tensorNodeOption(name, 'a whole number, at least 1, or a list of such', given);
  return shape as readonly number[];
}

/** How `layer` connects what comes in. */
export interface LayerOptions extends Pick<ConnectionOptions, 'transform' | 'synapse'> {
  /** Of what a function or a layer takes, without the axis of items. Default: a vector of what arrives. */
  readonly shapeIn?: readonly number[] | undefined;
  /** Whether the connection is given as well. Default false. */
  readonly returnConnection?: boolean | undefined;
  /** Of the ensemble, where the layer is neurons. Default: gain 1, bias 0. */
  readonly ensemble?: Omit<EnsembleOptions, 'nNeurons' | 'dimensions' | 'neuronType'> | undefined;
  readonly label?: string | undefined;
}

/** Takes an input, and gives what may be the input of the next. */
export type LayerCall = <const Options extends LayerOptions>(
  input: ConnectionEnd,
  options?: Options,
) => Options extends { readonly returnConnection: true }
  ? readonly [output: Node | Neurons, connection: Connection]
  : Node | Neurons;

const LAYER_OPTIONS = ['transform', 'synapse', 'shapeIn', 'returnConnection', 'ensemble', 'label'] as const;

/**
 * Chains functions of tensors, layers and models of tf.layers, and neuron types: `layer(rectifiedLinear())(layer(dense)(stimulus))`. Each call
 * makes a node, or neurons, and connects the input to it, without a synapse unless one is asked for.
 * @throws NdlError as `tensorNode`, `Ensemble` and `Connection`
 */
export function layer(computed: TensorFunction | TensorLayer | NeuronType): LayerCall {
  refuseSurplus('layer', arguments, 1);
  if (typeof computed !== 'function' && !isLayer(computed) && !isNeuronType(computed))
    throw tensorFunctionInvalid(showValue(computed), ', or a neuron type');
  const call = (input: ConnectionEnd, options: LayerOptions = {}): unknown => {
    refuseSurplus('layer(…)', arguments, 2);
    checkOptionNames('layer(…)', options, LAYER_OPTIONS);
    const { transform = null, synapse = null, returnConnection = false, label } = options;
    const arriving = arrivingSize(input, transform);
    const output = isNeuronType(computed)
      ? neuronsOf(computed, arriving, options)
      : tensorNode(computed, { shapeIn: options.shapeIn ?? [arriving], ...(label !== undefined && { label }) });
    const connection = new Connection(input, output, { transform, synapse });
    return returnConnection ? [output, connection] : output;
  };
  return call as LayerCall;
}

function neuronsOf(neuronType: NeuronType, nNeurons: number, { ensemble = {}, label }: LayerOptions): Neurons {
  const plain = { gain: new Float64Array(nNeurons).fill(1), bias: new Float64Array(nNeurons) };
  const named = label === undefined ? {} : { label };
  return new Ensemble({ ...plain, ...named, ...ensemble, nNeurons, dimensions: 1, neuronType }).neurons;
}

/** How many numbers come out of a transform. */
function arrivingSize(input: ConnectionEnd, transform: ConnectionOptions['transform']): number {
  if (typeof transform === 'object' && transform !== null && 'shape' in transform) {
    const { shape } = transform as { readonly shape: readonly number[] };
    if (shape.length === 2) return shape[0]!;
  }
  if (Array.isArray(transform) && Array.isArray(transform[0])) return transform.length;
  return input.sizeOut;
}

function isNeuronType(value: unknown): value is NeuronType {
  return typeof value === 'object' && value !== null && (value as { family?: unknown }).family === 'neuronType';
}

export { withTensors } from './engines/tensor-engine.ts';
export type { Tensor } from './engines/tensors.ts';
