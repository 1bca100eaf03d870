/** @file What parts of programs took: told by executables that were made to keep account of it. */
import type { Section, TrainingGoal } from '@ndl/ir';

/** What a part does. An `instruction` is one of the program, timed by itself; `call` is what is done before a section begins. */
export type TimedPartKind = 'loop' | 'product' | 'sum' | 'host' | 'samples' | 'call' | 'instruction';

/** What a part of a section took, in all of its calls. */
export interface PartTiming {
  readonly kind: TimedPartKind;
  /** Labels of the instructions that are done in it, in order; of none, what it does. */
  readonly labels: readonly string[];
  /** Where steps are walked, one for each step. */
  readonly calls: number;
  /** What asking for the time takes is taken off, as far as it is known; 0 at least. */
  readonly milliseconds: number;
  /** Multiplications, additions, and functions as one each; products count the terms of zeros, too. */
  readonly operations: number;
  /** Bytes read from and written to memory: each element of a view once a call, what a loop keeps in registers not. */
  readonly bytes: number;
}

/** What a section of a program took. */
export interface SectionTiming extends Pick<Section, 'kind' | 'direction'> {
  readonly parts: readonly PartTiming[];
}

/** What the sections of a program, or of a training, took, in their order. */
export interface ProgramTiming {
  /** The name under which it was added. */
  readonly program: string;
  /** Whether it ran, or what of a training was done. */
  readonly goal: 'run' | TrainingGoal;
  readonly sections: readonly SectionTiming[];
  /** Milliseconds that asking for the time took in all, which parts do not contain: an estimate. */
  readonly clock: number;
}
