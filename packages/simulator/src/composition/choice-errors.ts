/** @file What is said of what settings choose: backends, their configuration, gradients. */
import { NdlError, showValue, suggest } from '@ndl/numerics';

/** The chosen backend cannot do the job. */
export function backendRefused(
  name: string,
  reason: string,
  alternatives: readonly string[],
  job: 'run' | 'train' = 'run',
): NdlError {
  const others =
    alternatives.length === 0 ? 'No other loaded backend can.' : `Backends that can: ${alternatives.join(', ')}.`;
  return new NdlError('BACKEND_REFUSED', `Backend ${name} cannot ${job} this network: ${reason} ${others}`, {
    known: alternatives,
  });
}

/** A `sessionConfig` name that no backend declares. */
export function unknownSessionConfig(name: string, backend: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_SESSION_CONFIG',
    `sessionConfig: backend ${backend} has no '${name}', nor has any other. ${suggest(name, known)}`,
    { known },
  );
}

/** A value in `sessionConfig` of the wrong type or range. */
export function invalidSessionConfig(name: string, expects: string, value: unknown): NdlError {
  return new NdlError('INVALID_SESSION_CONFIG', `sessionConfig "${name}" must be ${expects}, got ${showValue(value)}.`);
}

/** What a setting asked for, and was refused. The code stays that of the refusal. */
export function settingRefused(name: string, site: string, refusal: NdlError): NdlError {
  return new NdlError(refusal.code, `Setting '${name}', set at ${site}: ${refusal.message}`, {
    known: refusal.known,
    cause: refusal,
  });
}

/** A kind of neuron in the setting `gradient` that nobody defines. */
export function unknownNeuronKind(kind: string, known: readonly string[]): NdlError {
  const untrained =
    "direct() ensembles have no neurons, and nothing in them is trained: leave 'direct' out of `gradient`.";
  if (kind === 'direct') return new NdlError('GRADIENT_UNSUPPORTED', untrained);
  return new NdlError('UNKNOWN_KIND', `No loaded plugin defines neurons of kind '${kind}'. ${suggest(kind, known)}`, {
    known,
  });
}

/** A gradient approximation chosen for a kind that it is not for. `known`: kinds that it is for. */
export function gradientCannotTrain(name: string, kind: string, known: readonly string[]): NdlError {
  return new NdlError(
    'GRADIENT_UNSUPPORTED',
    `The gradient approximation "${name}" cannot train ${kind} neurons. It can train: ${known.join(', ') || 'none of the loaded kinds'}. Kinds that are left out keep the default.`,
    { known },
  );
}

/** A gradient approximation that was asked whether it can train a kind, and did not say. `did`: `threw`, `returned`. */
export function gradientInvalid(name: string, kind: string, did: 'threw' | 'returned', what: unknown): NdlError {
  const shown = what instanceof Error ? what.message : showValue(what);
  return new NdlError(
    'GRADIENT_INVALID',
    `The gradient approximation "${name}" ${did} ${shown} in supports(), asked about ${kind} neurons; it must return true or false. ` +
      'Repair the plugin.',
    { cause: did === 'threw' ? what : undefined },
  );
}
