/** @file A layer of Keras as it is called once, and what all readers of layers begin with. */
import type { NdArray } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import type { Activation, Layer } from '../layer-graph.ts';
import {
  activationLayer,
  foreignLayer,
  requireFinite,
  reshapeLayer,
  type Named,
  type Weights,
} from '../layer-shapes.ts';

import { activationIn } from './activations.ts';
import type { LayerConfig } from './layer-config.ts';

/** A layer as it is called once. */
export interface LayerCall extends Named {
  readonly className: string;
  readonly config: LayerConfig;
  /** Arrays in Keras's order. */
  readonly arrays: readonly NdArray[];
  /** What comes in. */
  readonly from: readonly Layer[];
  /** The first number of the version that wrote it: what some names mean has changed. That of tf.layers is 2. */
  readonly kerasVersion: number;
  /** Whether it is an operation on tensors, `x + y`, and no layer. */
  readonly isOperation: boolean;
  /** Whether the first axis of what comes in is time, and is not there: each step is one by itself. */
  readonly isTemporal: boolean;
  /** The layer itself, and the shape of what it puts out, where it is one of tf.layers. */
  readonly layer?: { readonly object: object; readonly shape: readonly number[] } | undefined;
}

/** The layers that a layer becomes; the last has its name. */
export type Reader = (call: LayerCall) => readonly Layer[];

/** One of tf.layers can stand for itself; others have no more than a name. */
export function foreign(call: LayerCall, problem: string): Layer {
  const { layer, from } = call;
  const options = { problem, ...(layer !== undefined && { layer: layer.object }) };
  return foreignLayer(call, from, layer?.shape ?? from[0]?.shape ?? [], options);
}

/** What comes in, where one array is wanted. @throws NdlError MODEL_INVALID */
export function only({ from, title }: LayerCall): Layer {
  if (from.length !== 1) throw sourceInvalid(title, `${from.length} arrays come in where one is wanted`);
  return from[0]!;
}

/** An array of the layer, of finite numbers. @throws NdlError MODEL_INVALID */
export function array(call: LayerCall, at: number, what: string): NdArray {
  return requireFinite(call, call.arrays[at], what);
}

/** A kernel, and a bias at `at` where the layer has one. */
export function weights(call: LayerCall, kernel: NdArray = array(call, 0, 'kernel'), at = 1): Weights {
  return { kernel, bias: call.config.flag('use_bias', true) ? array(call, at, 'bias') : null };
}

/** What a layer computes, and its activation after it. */
export function activated(call: LayerCall, make: (named: Named) => Layer): readonly Layer[] {
  const activation = activationIn(call.config, call.kerasVersion);
  if (activation === undefined) return [foreign(call, 'has an activation that ndl does not know')];
  if (activation === null) return [make(call)];
  const linear = make({ name: `${call.name}/linear`, title: call.title });
  return [linear, activationLayer(call, linear, activation)];
}

export function activation(call: LayerCall, known: Activation | null | undefined): readonly Layer[] {
  if (known === undefined) return [foreign(call, 'has an activation that ndl does not know')];
  return known === null ? same(call) : [activationLayer(call, only(call), known)];
}

/** What comes in goes out. */
export const same: Reader = (call) => [reshapeLayer(call, only(call), only(call).shape)];
