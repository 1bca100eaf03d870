/** @file Every diagnostic of `@ndl/backend-tfjs` alone; what all executables say is `executableErrors` of `@ndl/core`. */
import { NdlError, suggest } from '@ndl/core';

/** An option of `tfjs(…)` that is not among its values. */
export function optionInvalid(name: string, known: readonly string[], actual: unknown): NdlError {
  return new NdlError(
    'TFJS_OPTION_INVALID',
    `Option ${name} of the tfjs backend must be one of ${known.join(', ')}, got ${String(actual)}.`,
    { known },
  );
}

/** An engine of tfjs that does not start here. */
export function engineUnavailable(engine: string, problem: string, others: readonly string[]): NdlError {
  return new NdlError(
    'TFJS_ENGINE_UNAVAILABLE',
    `The tfjs engine ${engine} does not start here: ${problem}. Engines that run anywhere: ${others.join(', ')}.`,
    { known: others },
  );
}

/** `tfjsNodeGpu` without the package that it stands on. */
export function nodeGpuMissing(cause: unknown): NdlError {
  return new NdlError(
    'TFJS_NODE_GPU_MISSING',
    'The package @tensorflow/tfjs-node-gpu could not be loaded. Install it beside @ndl/backend-tfjs, and allow its install script.',
    { cause },
  );
}

/** A module given to `tfjsNodeGpu` that is not tfjs, or has no engine of its own. */
export function nodeGpuInvalid(problem: string): NdlError {
  return new NdlError(
    'TFJS_NODE_GPU_INVALID',
    `The module given to tfjsNodeGpu ${problem}. Give what import('@tensorflow/tfjs-node-gpu') resolves to.`,
  );
}

/** A name in `sessionConfig` that the backend does not know. */
export function sessionConfigUnknown(name: string, known: readonly string[]): NdlError {
  return new NdlError(
    'SESSION_CONFIG_UNKNOWN',
    `The tfjs backend knows no sessionConfig "${name}". ${suggest(name, known)}`,
    {
      known,
    },
  );
}

/** A value in `sessionConfig` of the wrong type or range. */
export function sessionConfigInvalid(name: string, expected: string, actual: unknown): NdlError {
  return new NdlError('SESSION_CONFIG_INVALID', `sessionConfig "${name}" must be ${expected}, got ${String(actual)}.`);
}

/** A value in `sessionConfig` that would have no effect here. */
export function sessionConfigUnsupported(name: string, value: unknown, reason: string): NdlError {
  return new NdlError(
    'SESSION_CONFIG_UNSUPPORTED',
    `sessionConfig "${name}" cannot be ${String(value)} here: ${reason}.`,
  );
}

/** Two names, or two live backends, that want the process-wide settings of tfjs to differ. */
export function sessionConfigConflict(name: string, asked: unknown, present: unknown, holder: string): NdlError {
  return new NdlError(
    'SESSION_CONFIG_CONFLICT',
    `sessionConfig "${name}" is to be ${String(asked)}, but ${holder} has it at ${String(present)}, and settings of tfjs hold for the whole process. ` +
      'Dispose of the other first, or give both the same value.',
  );
}
