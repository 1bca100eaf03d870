/** @file Every diagnostic of `@ndl/convert`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showValue, suggest, withHint } from '@ndl/numerics';

/** An option that is not known. */
export function unknownOption(subject: string, option: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${subject}: unknown option '${option}'. ${suggest(option, known)}`, { known });
}

/** A value of the wrong type or outside its range. `where` is subject and option: `convert: synapse`. */
export function invalidOption(where: string, requirement: string, actual: unknown, hint = ''): NdlError {
  return new NdlError('INVALID_OPTION', withHint(`${where} must be ${requirement}; got ${showValue(actual)}.`, hint));
}

/** A layer, an output or an input that there is not. */
export function unknownLayer(where: string, name: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_LAYER', `${where}: there is no layer '${name}'. ${suggest(name, known)}`, { known });
}

/** Shapes that do not chain. */
export function shapesDiffer(layer: string, problem: string): NdlError {
  return new NdlError('SHAPE_MISMATCH', `${layer}: ${problem}.`);
}

/** A layer that ndl has no counterpart of, where none may stand for it. */
export function layerUnsupported(layer: string, problem: string, hint = ''): NdlError {
  return new NdlError('LAYER_UNSUPPORTED', withHint(`${layer} ${problem}.`, hint));
}

/** A file or model that is not what it should be. `what`: "the HDF5 file", "model.json". */
export function sourceInvalid(what: string, problem: string, cause?: unknown): NdlError {
  return new NdlError('MODEL_INVALID', `convert: ${what} cannot be read: ${problem}.`, { cause });
}

/** Something that is none of what can be converted. */
export function sourceUnknown(given: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    'convert takes a model of tf.layers, the bytes of a Keras file (.h5 or .keras) or of an ONNX file (.onnx), as a Uint8Array or ' +
      `ArrayBuffer; got ${showValue(given)}.`,
  );
}

/** Two networks that part. */
export function networksDiffer(problem: string): NdlError {
  return new NdlError('NETWORKS_DIFFER', problem);
}
