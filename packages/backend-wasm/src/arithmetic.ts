/**
 * @file `arithmeticOf`: which arithmetic `sessionConfig` asks for - the exact one, whose bits are the same everywhere, or a fast one
 * that fuses multiplications and additions where the host can.
 */
import type { SessionOption } from '@ndl/core';
import { arithmeticUnavailable } from './errors.ts';

/** `fast`: what is multiplied and added at once is rounded once, so that its bits depend on the host. */
export type ArithmeticMode = 'exact' | 'fast';

const NAME = 'arithmetic';
const MODES: readonly unknown[] = ['exact', 'fast'] satisfies readonly ArithmeticMode[];

/** The name in `sessionConfig`. */
export const ARITHMETIC_OPTION: SessionOption = {
  name: NAME,
  expects: "'exact' or 'fast'",
  accepts: (value) => MODES.includes(value),
};

/** Default: `exact`. @throws NdlError ARITHMETIC_UNAVAILABLE where it is fast and the host cannot */
export function arithmeticOf(sessionConfig: Readonly<Record<string, unknown>>): ArithmeticMode {
  const mode = (sessionConfig[NAME] as ArithmeticMode | undefined) ?? 'exact';
  if (mode === 'fast' && !hasRelaxedVectors()) throw arithmeticUnavailable();
  return mode;
}

/** A function that leaves the sum of a vector and a product of two, of the relaxed instructions, and drops it. */
// prettier-ignore
const SMALLEST = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 26, 11,
];

function hasRelaxedVectors(): boolean {
  return WebAssembly.validate(Uint8Array.from(SMALLEST));
}
