/** @file What the programs of an executable took: of each that was bound, and, of one that was bound more than once, all together. */
import type { PartTiming, ProgramTiming, SectionTiming } from '@ndl/core';
import type { Clock } from '../calls/block-pace.ts';
import type { RunnableProgram } from '../calls/job.ts';
import { PartTimes } from './part-times.ts';

export class Timings {
  readonly #now: Clock;
  readonly #bound: (Pick<RunnableProgram, 'name' | 'goal'> & { readonly times: PartTimes })[] = [];

  constructor(now: Clock) {
    this.#now = now;
  }

  /** Of a program that is about to be bound. */
  of({ name, goal, prepared }: RunnableProgram): PartTimes {
    const times = new PartTimes(prepared.program, this.#now);
    this.#bound.push({ name, goal, times });
    return times;
  }

  /** What was counted since this was last asked. */
  take(): readonly ProgramTiming[] {
    const byKey = new Map<string, ProgramTiming>();
    for (const { name, goal, times } of this.#bound) {
      const { sections, clock } = times.take();
      if (sections.every(({ parts }) => parts.every(({ calls }) => calls === 0))) continue;
      const key = JSON.stringify([name, goal]);
      const known = byKey.get(key);
      byKey.set(key, known === undefined ? { program: name, goal, sections, clock } : both(known, sections, clock));
    }
    return [...byKey.values()];
  }
}

function both(known: ProgramTiming, more: readonly SectionTiming[], clock: number): ProgramTiming {
  const length = Math.max(known.sections.length, more.length);
  const sections = Array.from({ length }, (_, number): SectionTiming => {
    const [a, b] = [known.sections[number], more[number]];
    return { ...(a ?? b)!, parts: merged([...(a?.parts ?? []), ...(b?.parts ?? [])]) };
  });
  return { ...known, sections, clock: known.clock + clock };
}

/** Parts that do the same for the same as one. */
function merged(parts: readonly PartTiming[]): readonly PartTiming[] {
  const byKey = new Map<string, PartTiming>();
  for (const part of parts) {
    const key = JSON.stringify([part.kind, part.labels]);
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? part : sumOf(known, part));
  }
  return [...byKey.values()];
}

function sumOf(a: PartTiming, b: PartTiming): PartTiming {
  return {
    ...a,
    calls: a.calls + b.calls,
    milliseconds: a.milliseconds + b.milliseconds,
    operations: a.operations + b.operations,
    bytes: a.bytes + b.bytes,
  };
}
