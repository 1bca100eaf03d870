/** @file What lowering gives: a program, or a training, and the tables that it names. */
import type { Program, Tables, Training } from '@ndl/ir';

/** A program, and the arrays and host functions that it names. */
export interface LoweredProgram {
  readonly program: Program;
  readonly tables: Tables;
}

/** A training, and the arrays and host functions that it names. */
export interface LoweredTraining {
  readonly training: Training;
  readonly tables: Tables;
}
