/** @file An executable that keeps account of what parts of its programs take. */
import type { Executable, ProgramTiming } from '@ndl/core';
import type { CheckedEngine } from '../calls/checked-engine.ts';
import { KitExecutable } from '../calls/executable.ts';
import { Timings } from './timings.ts';

export class TimedExecutable<Store> extends KitExecutable<Store> implements Executable {
  readonly #timings: Timings;

  constructor(engine: CheckedEngine<Store>) {
    const timings = new Timings(engine.now);
    super(engine, timings);
    this.#timings = timings;
  }

  takeTimings(): readonly ProgramTiming[] {
    return this.#timings.take();
  }
}
