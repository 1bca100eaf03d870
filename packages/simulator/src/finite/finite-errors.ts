/** @file Numbers that the dtype of a simulation cannot hold. */
import { describeInfinite, type Dtype } from '@ndl/ir';
import { NdlError } from '@ndl/numerics';

/** A number that came with the network, and that the dtype cannot hold. */
export function arrayNotFinite(
  owner: string,
  part: `${string} ${'holds' | 'hold'}`,
  value: number,
  dtype: Dtype,
): NdlError {
  return new NdlError('NOT_FINITE', `${owner}: its ${part} ${describeInfinite(dtype, value)}.`);
}

/** A number among the options, settings or parameters that the dtype cannot hold, or takes as 0. */
export function numberNotFinite(what: string, value: number, dtype: Dtype): NdlError {
  return new NdlError('NOT_FINITE', `${what} is ${describeInfinite(dtype, value)}.`);
}

/** A divisor that the dtype cannot tell from 0. */
export function divisorTooSmall(what: string, value: number, least: number, dtype: Dtype): NdlError {
  return new NdlError(
    'NOT_FINITE',
    `${what} is ${value}, and divisions by it overflow in ${dtype}, whose numbers below ${least.toPrecision(3)} lose digits or become 0: ` +
      "raise it, or simulate with the setting dtype: 'float64'.",
  );
}

/** What a function or process gave in a run, and the dtype cannot hold. `what`: `the function`, `the process 'whiteNoise'`. */
export function outputNotFinite(owner: string, what: string, time: number, value: number, dtype: Dtype): NdlError {
  return new NdlError(
    'NODE_OUTPUT_INVALID',
    `${owner}: at time ${Number(time.toPrecision(9))} s, ${what} returned ${describeInfinite(dtype, value)}.`,
  );
}
