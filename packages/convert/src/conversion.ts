/** @file `Conversion`: the network that a trained one has become, and what can be asked of it. */
import type { Network, Neurons, Node, Probe, Simulator } from 'ndl';
import { refuseSurplus } from '@ndl/numerics';
import type { ConversionParts } from './conversion-parts.ts';
import { unknownLayer } from './errors.ts';
import { toLayersModel, type BuiltModel, type TensorFlowLayers } from './to-layers-model.ts';
import { verifyConversion, type Verification, type VerifyOptions } from './verify-conversion.ts';

/** A trained network as one of ndl. */
export class Conversion {
  /** To be simulated, trained, or looked at. */
  readonly network: Network;
  /** One node for each input of the model, in its order; they take vectors, in row-major order. */
  readonly inputs: readonly Node[];
  /** One probe for each output of the model, in its order. */
  readonly outputs: readonly Probe[];
  /** How much more often the neurons of each layer fire than its numbers say; layers that are not named: as often. */
  readonly scales: ReadonlyMap<string, number>;
  /** Names of layers that TensorFlow.js computes. */
  readonly tensorNodes: readonly string[];
  readonly #parts: ConversionParts;

  constructor(parts: ConversionParts) {
    this.network = parts.network;
    this.inputs = parts.written.inputs;
    this.outputs = parts.written.outputs;
    this.scales = parts.plan.scales;
    this.tensorNodes = parts.tensorNodes;
    this.#parts = parts;
  }

  /** Names of layers whose output can be found in the network. */
  get layers(): readonly string[] {
    return [...this.#parts.written.places.keys(), ...this.#parts.dropped.keys()];
  }

  /** The node or the neurons that have the output of a layer: a source of connections, a target of probes. @throws NdlError UNKNOWN_LAYER */
  layer(name: string): Node | Neurons {
    refuseSurplus('layer', arguments, 1);
    const { written, dropped } = this.#parts;
    const found = written.places.get(dropped.get(name) ?? name);
    if (found === undefined) throw unknownLayer('layer', String(name), this.layers);
    return found;
  }

  /**
   * Runs the model and the network side by side, in rates and layer by layer, and says where they part. Layers come from the model itself
   * where it is one of tf.layers, else from a plain evaluation of what was read.
   * @param inputs [items, …] for the model's input, or a list of such for several
   * @throws NdlError NETWORKS_DIFFER by the name of the first layer that differs, unless `report` is asked for; SHAPE_MISMATCH
   */
  verify(inputs: unknown, options: VerifyOptions = {}): Promise<Verification> {
    refuseSurplus('verify', arguments, 2);
    return verifyConversion(this.#parts, inputs, options);
  }

  /**
   * Back again: a model of tf.layers with the weights that the network has, or those that a simulator of it has learnt.
   * @param tf what `@tensorflow/tfjs` or `@tensorflow/tfjs-layers` exports, with `@tensorflow/tfjs-core`
   * @throws NdlError LAYER_UNSUPPORTED for what tf.layers does not have
   */
  toLayersModel<Tf extends TensorFlowLayers>(tf: Tf, simulator?: Simulator): Promise<BuiltModel<Tf>> {
    refuseSurplus('toLayersModel', arguments, 2);
    return toLayersModel(this.#parts, tf, simulator);
  }
}
