/** @file `@ndl/convert`: trained networks of tf.layers, Keras and ONNX become networks of ndl, in rates or spikes, and go back. */
export { convert, type ConvertSource } from './convert.ts';
export { Conversion } from './conversion.ts';
export type { ConvertOptions, RatesFromData } from './convert-options.ts';
export type { LayersModelLike } from './keras/tf-layers-model.ts';
export type { LayerComparison, Verification, VerifyOptions } from './verify-conversion.ts';
export type { TensorFlowLayers } from './to-layers-model.ts';
