/** @file What is said of calls that want more memory than there is, or longer arrays than there can be. */
import { NdlError } from '@ndl/numerics';
import { describeBytes } from './describe-bytes.ts';

/** A call that needs more memory than there is. */
export function notEnoughMemory(
  call: string,
  bytes: number,
  available: number,
  parts: readonly string[],
  fix: string,
): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${call} needs ${describeBytes(bytes)} of memory, and ${describeBytes(available)} are to be had. ${parts.join('; ')}. ${fix}.`,
  );
}

/** A call that needs an array longer than arrays can be. */
export function tooManyNumbers(call: string, part: string, most: number, fix: string): NdlError {
  return new NdlError(
    'TOO_LARGE',
    `${call} needs an array of more than ${most.toLocaleString('en-US')} numbers, the most that one holds. ${part}. ${fix}.`,
  );
}
