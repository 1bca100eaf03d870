/** @file What is said of learning rules that do not go with their connections. */
import { NdlError } from '@ndl/core';

/** A learning rule that is told of another number of errors than its connection has outputs. */
export function ruleInputMisfit(connection: string, kind: string, size: number, rows: number): NdlError {
  return new NdlError(
    'CANNOT_LEARN',
    `${connection}: ${kind} takes an error of ${size} dimensions, and would change weights to ${rows} outputs, of which each has an ` +
      'error of its own. Connect to the ensemble instead of its neurons, or learn by pes, which spreads errors by the encoders.',
  );
}
