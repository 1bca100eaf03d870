/** @file What a measured profile tells: the time of a call, its sections, and their parts. */
import type { PartTiming, SectionTiming } from '@ndl/core';

/** What a part of the program took in all. */
export interface MeasuredPart extends Omit<PartTiming, 'calls' | 'milliseconds'> {
  /** Labels of the objects that it is for, as one text. */
  readonly label: string;
  /** Position of its section in `sections`. */
  readonly section: number;
  /** Calls, one for each step where steps are walked; `null` where nothing is measured. */
  readonly calls: number | null;
  readonly milliseconds: number | null;
  /** Of the time of all parts, from 0 to 1. */
  readonly share: number | null;
  /** Billions of operations a second. */
  readonly gigaflops: number | null;
  /** Billions of bytes a second. */
  readonly gigabytesPerSecond: number | null;
}

/** What a section took: its parts together. */
export interface MeasuredSection {
  /** `run`; of a training `update`, of validation `evaluate`. */
  readonly goal: string;
  readonly kind: SectionTiming['kind'];
  readonly direction: SectionTiming['direction'];
  readonly milliseconds: number | null;
  readonly operations: number;
  readonly bytes: number;
  /** In the order in which they run. */
  readonly parts: readonly MeasuredPart[];
}

export interface ProfileFigures {
  /** The backend that was measured, and what it runs on. */
  readonly backend: string;
  /** The wall's time of the call, with all that is outside of programs: functions of nodes, data, probes. */
  readonly milliseconds: number;
  /** Of these, what asking for the time took, roughly: parts do not contain it. */
  readonly clock: number;
  /** What was measured, in a sentence. */
  readonly note: string;
  /** In the order in which they run. */
  readonly sections: readonly MeasuredSection[];
  /** The parts of all sections, those that took longest first; where nothing was measured, those of most operations. */
  readonly parts: readonly MeasuredPart[];
}
