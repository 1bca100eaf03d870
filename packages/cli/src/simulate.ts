/** @file A simulator for a command: its options, its progress, and its errors with the line of the model. */
import { lineOfModel, type ReadModel } from '@ndl/model-source';
import { REFERENCE_BACKEND, Simulator, TFJS_BACKEND, WASM_BACKEND } from 'ndl';
import type { Progress, Settings, SimulatorOptions } from 'ndl';
import { loadParameters } from 'ndl/node';
import type { Arguments, OptionHelp } from './command.ts';
import { badValue, modelFailed } from './errors.ts';
import type { OptionHost } from './open-model.ts';
import { numberOf } from './read-arguments.ts';
import type { Terminal } from './terminal.ts';

/** Names that options give backends. */
export type BackendName = 'reference' | 'wasm' | 'tfjs';

export const BACKENDS: Readonly<Record<BackendName, NonNullable<Settings['backend']>>> = {
  reference: REFERENCE_BACKEND,
  wasm: WASM_BACKEND,
  tfjs: TFJS_BACKEND,
};

/** @throws NdlError USAGE */
export function backendOf(name: string): BackendName {
  if (!Object.hasOwn(BACKENDS, name)) throw badValue('backend', `one of ${Object.keys(BACKENDS).join(', ')}`, name);
  return name as BackendName;
}

/** Options of each command that simulates. */
export const SIMULATOR_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  backend: { value: 'NAME', help: 'reference, wasm or tfjs; default: as estimated to be quickest' },
  dt: { value: 'SECONDS', help: 'length of a step; default 0.001' },
  parameters: { value: 'FILE', help: 'begin with the parameters of an .npz file, as `ndl train` writes them' },
  data: { value: 'NAME=FILE', help: 'the .npz file of data that the model loads; default NAME.npz beside the model' },
  json: { help: 'one JSON document on standard output, and nothing else there' },
};

/** Builds a model. @throws NdlError MODEL_FAILED, USAGE */
export async function simulatorOf(model: ReadModel, given: Arguments, terminal: Terminal): Promise<Simulator> {
  const name = given.options.get('backend');
  const settings = name === undefined ? {} : { backend: BACKENDS[backendOf(name)] };
  const options: SimulatorOptions = {
    dt: numberOf(given, 'dt'),
    settings,
    onProgress: progressOf(terminal, given),
    onWarning: (message) => terminal.tell(`warning: ${message}\n`),
    signal: terminal.signal,
  };
  const simulator = await Simulator.create(model.network, options);
  const parameters = given.options.get('parameters');
  if (parameters !== undefined) await loadParameters(simulator, parameters);
  return simulator;
}

/** A line on standard error, where a person watches. */
export function progressOf(
  terminal: Terminal,
  given: Arguments,
): ((progress: Progress) => void) | 'terminal' | undefined {
  return terminal.isWatched && !given.options.has('json') ? 'terminal' : undefined;
}

/** Tells of `--data` that the model did not ask for. */
export function complain(host: OptionHost, { tell }: Terminal): void {
  const complaint = host.complaint();
  if (complaint !== undefined) tell(`warning: ${complaint}\n`);
}

/** Does what may run functions of the model, and tells the line of what they throw. @throws NdlError MODEL_FAILED */
export async function blamingModel<Result>(path: string, file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const line = lineOfModel(error, file) ?? lineOfModel((error as { cause?: unknown } | null)?.cause, file);
    throw line === undefined ? error : modelFailed(path, line, error);
  }
}
