/** @file What backends of plugins give that is not what is wanted: said of the backend, by its name. */
import { NdlError, withoutStop } from '@ndl/numerics';

/** What is told where the network runs on another backend than it would by default. @param refusals of those that come before it */
export function slowerBackend(name: string, refusals: readonly string[]): string {
  return `Backend ${name} is used, which may be slower. ${refusals.map((refusal) => `${withoutStop(refusal)}.`).join(' ')}`;
}

/** A backend that gave something else than what is wanted. @param given in words */
export function backendInvalid(name: string, what: string, wanted: string, given: string): NdlError {
  return new NdlError(
    'BACKEND_INVALID',
    `The backend "${name}" gave ${given} in ${what}, where ${wanted} is wanted. Repair it, or choose another in the ` +
      'setting backend.',
  );
}
