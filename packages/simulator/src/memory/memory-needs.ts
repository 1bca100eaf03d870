/** @file How much memory a call will need, told before anything is allocated: arithmetic that the refusal shows. */
import { describeBytes } from './describe-bytes.ts';
import { notEnoughMemory, tooManyNumbers } from './memory-errors.ts';

/** Numbers that are kept at one time. */
export interface MemoryNeed {
  /** What they are: `state`, `samples of probe speech`. */
  readonly what: string;
  /** Factors of their count, each with its unit: [[13, 'numbers per item'], [1000, 'items']]. */
  readonly factors: readonly (readonly [count: number, unit: string])[];
  readonly bytesPerNumber: number;
  /** How many of them lie in one array, at most. */
  readonly longestArray: number;
}

/** What a host says of its memory; a part of `globalThis`. */
export interface Host {
  readonly process?: { availableMemory?(): number };
  /** Gibibytes, rounded and capped for the sake of privacy. */
  readonly navigator?: { readonly deviceMemory?: number };
}

const GIBIBYTE = 2 ** 30;

/** Where the host says nothing. */
const ASSUMED_BYTES = 4 * GIBIBYTE;

/** Never taken to be less: hosts count memory as used that they would give back, such as caches of files. */
const LEAST_BYTES = GIBIBYTE;

/** Numbers in one array: indices into arrays are counted in 32 bits with a sign. */
const MOST_NUMBERS = 2 ** 31 - 1;

/**
 * The bytes that a call may take: what is free as Node tells it, the device's memory as browsers tell it, or 4 GiB; at least
 * 1 GiB.
 */
export function availableBytes(host: Host = globalThis as Host): number {
  const { process, navigator } = host;
  const free = typeof process?.availableMemory === 'function' ? process.availableMemory() : undefined;
  const installed = typeof navigator?.deviceMemory === 'number' ? navigator.deviceMemory * GIBIBYTE : undefined;
  return Math.max(LEAST_BYTES, free ?? installed ?? ASSUMED_BYTES);
}

/** `availableBytes`, where so many are needed: of what always fits the host is not asked, which takes longer than a hundred steps. */
export function availableFor(needed: number): number {
  return needed <= LEAST_BYTES ? LEAST_BYTES : availableBytes();
}

/** The bytes of all needs together. */
export function bytesOf(needs: readonly MemoryNeed[]): number {
  return needs.reduce((sum, need) => sum + numbersOf(need) * need.bytesPerNumber, 0);
}

/**
 * Refuses what cannot be had.
 * @param fix what to change, to follow the arithmetic.
 * @throws NdlError TOO_LARGE.
 */
export function requireMemory(
  call: string,
  needs: readonly MemoryNeed[],
  fix: string,
  available: number = availableBytes(),
): void {
  const bytes = bytesOf(needs);
  if (!(bytes <= available)) {
    const parts = [...needs].sort((a, b) => bytesOf([b]) - bytesOf([a])).filter((need) => bytesOf([need]) > 0);
    throw notEnoughMemory(call, bytes, available, parts.map(describeNeed), fix);
  }
  for (const need of needs) {
    if (need.longestArray > MOST_NUMBERS) throw tooManyNumbers(call, describeNeed(need), MOST_NUMBERS, fix);
  }
}

function numbersOf({ factors }: MemoryNeed): number {
  return factors.reduce((product, [count]) => product * count, 1);
}

/** `state: 13 numbers per item × 1,000 items × 4 bytes = 52.0 kB`. */
function describeNeed(need: MemoryNeed): string {
  const factors = need.factors.map(([count, unit]) => `${count.toLocaleString('en-US')} ${unit}`);
  return `${need.what}: ${[...factors, `${need.bytesPerNumber} bytes`].join(' × ')} = ${describeBytes(bytesOf([need]))}`;
}
