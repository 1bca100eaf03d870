/** @file What lowering gives: a program, or a training, and the tables that it names. */
import type { Program, Tables, Training } from '@ndl/ir';

export interface LoweredProgram {
  readonly program: Program;
  readonly tables: Tables;
}

export interface LoweredTraining {
  readonly training: Training;
  readonly tables: Tables;
}
