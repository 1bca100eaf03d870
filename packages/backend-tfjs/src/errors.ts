/** @file Every diagnostic of `@ndl/backend-tfjs` alone; what all executables say is `executableErrors` of `@ndl/core`. */
import { NdlError, showThrown, showValue, suggest } from '@ndl/core';

/** An option of `tfjs(…)` that is not among its values. */
export function optionInvalid(name: string, known: readonly string[], actual: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `Option ${name} of the tfjs backend must be one of ${known.join(', ')}, got ${showValue(actual)}.`,
    { known },
  );
}

/** An option that `tfjs` or `tfjsNodeGpu` does not have. */
export function optionUnknown(factory: string, name: string, known: readonly string[]): NdlError {
  return new NdlError('UNKNOWN_OPTION', `${factory} has no option '${name}'. ${suggest(name, known)}`, { known });
}

/** Something in the place of the options of a plugin. */
export function optionsInvalid(factory: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `${factory} takes an object of options, got ${showValue(actual)}.`);
}

/** Fused maps on an engine whose tensors lie elsewhere. */
export function fusedElsewhere(engine: string, known: readonly string[]): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `Option maps of the tfjs backend cannot be fused on the engine ${engine}: one pass over typed arrays needs tensors that lie in ` +
      `the host's memory, as those of ${known.join(' and ')} do. Leave maps out, or give 'operations'.`,
    { known },
  );
}

/** Places of .wasm files that say nothing. */
export function wasmPathsInvalid(problem: string): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `Option wasmPaths of the tfjs backend must be the URL of the folder of the .wasm files, or the URL of each by its name; ${problem}.`,
  );
}

/** An engine of tfjs that did not start. */
export interface EngineFailure {
  readonly engine: string;
  /** What was in the way, without its stop. */
  readonly problem: string;
  readonly cause: unknown;
  /** What to do about it. */
  readonly remedy: string | undefined;
}

/** What to do about an engine that needs something of its host. */
export const REMEDIES: Readonly<Record<string, string>> = {
  webgl: 'webgl needs a browser with WebGL; Node has none.',
  webgpu:
    'webgpu needs navigator.gpu, and an adapter of it: a browser that has WebGPU, on a page of https or localhost.',
};

/** Where a page takes the WebAssembly that this package carries. */
export const POLICY_FOR_CARRIED: string =
  "A page's Content-Security-Policy must allow it connect-src blob: and script-src 'wasm-unsafe-eval'; without blob:, serve the .wasm files of " +
  "@tensorflow/tfjs-backend-wasm, and say where: tfjs({ wasmPaths: '/their/folder/' }).";

/** Where a bundler has moved the code of tfjs away from its files. */
export const FILES_IN_NODE: string =
  'In Node its .wasm files lie beside its module; where a bundler has moved that, pass tfjs({ wasmPaths: wasmFolder() }), from @ndl/backend-tfjs/node.';

/** Files of the user's that did not come, or not as WebAssembly. */
export function filesNotServed(wasmPaths: string | Readonly<Record<string, string>>): string {
  const file = 'tfjs-backend-wasm-simd.wasm';
  const address = typeof wasmPaths === 'string' ? `${wasmPaths}${file}` : wasmPaths[file];
  return (
    `wasmPaths says that they are at ${address} and the like: see that they are served there, and that the page's Content-Security-Policy allows ` +
    "script-src 'wasm-unsafe-eval'. Without wasmPaths, @ndl/backend-tfjs takes what it carries, once the page is loaded anew."
  );
}

/** `wasmPaths` for an engine that has begun without. */
export function carriedAlready(): string {
  return 'wasmPaths comes too late: the engine has started with what @ndl/backend-tfjs carries, and stays with it until the page is loaded anew';
}

/** A program that tfjs does not run; its entry says so before. */
export function programUnsupported(name: string, reason: string): NdlError {
  return new NdlError(
    'TFJS_PROGRAM_UNSUPPORTED',
    `The tfjs backend does not run the program "${name}": ${reason}. Choose another backend.`,
    { about: 'program' },
  );
}

/** Why an engine is used that others are preferred to. */
export function slowerEngine(engine: string, failures: readonly EngineFailure[]): string {
  return `${engine} is used, which is slower. ${problemsAndRemedies(failures).replace(/\.$/, '')}`;
}

function problemsAndRemedies(failures: readonly EngineFailure[]): string {
  const problems = failures.map(({ engine, problem }) => `${engine}: ${problem}.`);
  return [...problems, ...failures.flatMap(({ remedy }) => remedy ?? [])].join(' ');
}

/** No engine of those that were asked for starts here. `others`: engines that run anywhere and have not been tried. */
export function engineUnavailable(failures: readonly EngineFailure[], others: readonly string[]): NdlError {
  const alternative =
    others.length > 0
      ? `Engines that run anywhere: ${others.join(', ')}.`
      : 'The backend of referenceBackend() runs anywhere, without tfjs.';
  const names = failures.map(({ engine }) => engine);
  return new NdlError(
    'TFJS_ENGINE_UNAVAILABLE',
    `${names.length === 1 ? `The tfjs engine ${names[0]} does` : `The tfjs engines ${names.join(', ')} do`} not start here. ` +
      `${problemsAndRemedies(failures)} ${alternative}`,
    { known: others, cause: failures[0]?.cause },
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
    'UNKNOWN_SESSION_CONFIG',
    `The tfjs backend knows no sessionConfig "${name}". ${suggest(name, known)}`,
    {
      known,
    },
  );
}

/** A value in `sessionConfig` of the wrong type or range. */
export function sessionConfigInvalid(name: string, expected: string, actual: unknown): NdlError {
  return new NdlError(
    'INVALID_SESSION_CONFIG',
    `sessionConfig "${name}" must be ${expected}, got ${showValue(actual)}.`,
  );
}

/** Two names, or two live backends, that want the process-wide settings of tfjs to differ. */
export function sessionConfigConflict(name: string, asked: unknown, present: unknown, holder: string): NdlError {
  return new NdlError(
    'SESSION_CONFIG_CONFLICT',
    `sessionConfig "${name}" is to be ${showValue(asked)}, but ${holder} has it at ${showValue(present)}, and settings of tfjs hold for the whole process. ` +
      'Dispose of the other first, or give both the same value.',
  );
}

/** An option of `tensorNode`. */
export function tensorNodeOption(name: string, requirement: string, actual: unknown): NdlError {
  return new NdlError('INVALID_OPTION', `tensorNode: ${name} must be ${requirement}; got ${showValue(actual)}.`);
}

/** Something that computes no tensors. */
export function tensorFunctionInvalid(given: string, also = ''): NdlError {
  return new NdlError(
    'TENSOR_FUNCTION',
    `A function of tensors, or a layer or model of tf.layers${also}, is wanted; got ${given}.`,
  );
}

/** A function of tensors that throws. */
export function tensorFunctionFailed(shape: readonly number[], cause: unknown): NdlError {
  return new NdlError(
    'TENSOR_FUNCTION',
    `The function of tensors threw "${showThrown(cause)}", called with a tensor of shape [${shape.join(', ')}].`,
    { cause },
  );
}

/** A function of tensors that gives something else than it should. */
export function tensorResultInvalid(problem: string): NdlError {
  return new NdlError(
    'TENSOR_RESULT',
    `The function of tensors must make [items, ...shape out] of [items, ...shape in]: ${problem}.`,
  );
}
