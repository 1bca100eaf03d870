/** @file `Statement`: work of a loop. */
import type { Elementwise } from './elementwise.ts';
import type { KernelValues } from './kernel-values.ts';

/** Work with what is known of its kernel. */
export interface Statement {
  readonly work: Elementwise;
  readonly values: KernelValues;
}
