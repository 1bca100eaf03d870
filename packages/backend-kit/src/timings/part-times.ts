/** @file The time that the parts of a bound program take: told by what the engine emitted, or taken by the kit around each part. */
import type { PartTiming, SectionTiming } from '@ndl/core';
import type { Amount, CallCost, Program } from '@ndl/ir';
import type { Clock } from '../calls/block-pace.ts';
import type { Block, PartClock, TimedPart } from '../engine.ts';

/** How often the time is asked for to know what that takes, and how often this is repeated: the least counts. */
const CALIBRATION_CALLS = 4000;
const CALIBRATIONS = 5;

const NOTHING: Amount = { once: 0, perStep: 0 };

/** Costs of what is not counted. */
export const UNCOUNTED: CallCost = { operations: NOTHING, bytes: NOTHING };

/** A part, with the section of the program that it belongs to. */
interface KnownPart extends TimedPart {
  readonly section: number;
}

/** Number 0 is no part: what is counted there tells what asking for the time takes. */
const CALIBRATION: KnownPart = { section: -1, kind: 'call', labels: [], cost: UNCOUNTED };

export class PartTimes implements PartClock {
  readonly #program: Program;
  readonly #now: Clock;
  readonly #parts: KnownPart[] = [CALIBRATION];
  readonly #milliseconds: number[] = [0];
  readonly #calls: number[] = [0];
  /** Steps of the blocks that it was called for. */
  readonly #steps: number[] = [0];
  /** The section of the program that each emitted one is, or is a part of. */
  #sections: readonly number[] = [];
  #last = 0;
  #blockSteps = 0;
  #callDone = (times: number): void => {
    for (let call = 0; call < times; call++) {
      this.#last = this.#now();
      this.done(0);
    }
  };

  constructor(program: Program, now: Clock) {
    this.#program = program;
    this.#now = now;
  }

  /** To be called before sections are emitted. @param sections of the program, for each that is */
  beginEmission(sections: readonly number[]): void {
    this.#sections = sections;
  }

  part(section: number, part: TimedPart): number {
    this.#milliseconds.push(0);
    this.#calls.push(0);
    this.#steps.push(0);
    return this.#parts.push({ ...part, section: this.#sections[section]! }) - 1;
  }

  /** A function over a block is about to be called. */
  begin({ steps }: Block): void {
    this.#blockSteps = steps;
    this.#last = this.#now();
  }

  readonly done = (part: number): void => {
    const now = this.#now();
    this.#milliseconds[part]! += now - this.#last;
    this.#calls[part]!++;
    this.#steps[part]! += this.#blockSteps;
    this.#last = now;
  };

  calibrateBy(callDone: (times: number) => void): void {
    this.#callDone = callDone;
  }

  /** What was counted since this was last asked, by section, and what asking for the time took in all. */
  take(): { readonly sections: readonly SectionTiming[]; readonly clock: number } {
    const each = this.#calibrate();
    const calls = this.#calls.reduce((sum, count) => sum + count, 0);
    const sections = this.#program.sections.map(({ kind, direction }, section): SectionTiming => {
      const own = this.#parts.flatMap((part, number) => (part.section === section ? [number] : []));
      return { kind, direction, parts: own.map((number) => this.#timing(number, each)) };
    });
    for (const counts of [this.#milliseconds, this.#calls, this.#steps]) counts.fill(0);
    return { sections, clock: each * calls };
  }

  #timing(number: number, each: number): PartTiming {
    const { kind, labels, cost } = this.#parts[number]!;
    const [calls, steps] = [this.#calls[number]!, this.#steps[number]!];
    const total = ({ once, perStep }: Amount): number => once * calls + perStep * steps;
    return {
      kind,
      labels,
      calls,
      milliseconds: Math.max(0, this.#milliseconds[number]! - each * calls),
      operations: total(cost.operations),
      bytes: total(cost.bytes),
    };
  }

  /** Milliseconds that asking for the time takes. */
  #calibrate(): number {
    const tries = Array.from({ length: CALIBRATIONS }, () => {
      this.#milliseconds[0] = 0;
      this.#last = this.#now();
      this.#callDone(CALIBRATION_CALLS);
      return this.#milliseconds[0] / CALIBRATION_CALLS;
    });
    this.#calls[0] = 0;
    return tries.reduce((least, time) => Math.min(least, time), Infinity);
  }
}
