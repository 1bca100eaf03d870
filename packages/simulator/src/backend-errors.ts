/** @file What backends of plugins do that they may not: said of the backend, by its name. */
import { NdlError, showValue } from '@ndl/numerics';

/** A backend that threw, or rejected, something that is no error of ndl. `what` it was asked for: `supports()`. */
export function backendFailed(name: string, what: string, cause: unknown): NdlError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NdlError(
    'BACKEND_FAILED',
    `The backend "${name}" failed in ${what}: ${reason.replace(/\.+$/, '')}. Repair it, or choose another in the setting backend.`,
    { cause },
  );
}

/** A backend that gave something else than what is wanted. */
export function backendInvalid(name: string, what: string, wanted: string, given: unknown): NdlError {
  return new NdlError(
    'BACKEND_INVALID',
    `The backend "${name}" gave ${showValue(given)} in ${what}, where ${wanted} is wanted. Repair it, or choose another in the ` +
      'setting backend.',
  );
}
