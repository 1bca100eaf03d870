/** @file What a run or a training took, part by part: as data, and as a table. */
import type { PartTiming, SectionTiming } from '@ndl/core';
import type { MeasuredPart, MeasuredSection, ProfileFigures } from './profile-figures.ts';
import { profileTable } from './profile-table.ts';

/** A section as it is counted; what takes no time was not measured. */
export interface CountedSection extends Pick<SectionTiming, 'kind' | 'direction'> {
  readonly goal: string;
  readonly parts: readonly (Omit<PartTiming, 'calls' | 'milliseconds'> &
    Pick<MeasuredPart, 'calls' | 'milliseconds'>)[];
}

/** What a profile is made of. */
export interface ProfileContents {
  readonly backend: string;
  readonly milliseconds: number;
  readonly clock: number;
  readonly note: string;
  readonly sections: readonly CountedSection[];
}

/** What a call took. JSON of it holds all that it says; as a string it is a table. */
export class MeasuredProfile implements ProfileFigures {
  readonly backend: string;
  readonly milliseconds: number;
  readonly clock: number;
  readonly note: string;
  readonly sections: readonly MeasuredSection[];
  readonly parts: readonly MeasuredPart[];

  constructor({ backend, milliseconds, clock, note, sections }: ProfileContents) {
    this.backend = backend;
    this.milliseconds = milliseconds;
    this.clock = clock;
    this.note = note;
    const all = sections.flatMap(({ parts }) => parts);
    const total = sumOf(all, (part) => part.milliseconds ?? 0);
    this.sections = sections.map(({ parts, ...section }, number): MeasuredSection => {
      const own = parts.filter(({ calls }) => calls !== 0).map((part) => measured(part, number, total));
      return {
        ...section,
        milliseconds: own.some((part) => part.milliseconds !== null)
          ? sumOf(own, (part) => part.milliseconds ?? 0)
          : null,
        operations: sumOf(own, ({ operations }) => operations),
        bytes: sumOf(own, ({ bytes }) => bytes),
        parts: own,
      };
    });
    this.parts = this.sections
      .flatMap(({ parts }) => parts)
      .toSorted((a, b) => (b.milliseconds ?? 0) - (a.milliseconds ?? 0) || b.operations - a.operations);
  }

  /** A table of the parts, those that took longest first. */
  toString(): string {
    return profileTable(this);
  }
}

function measured(part: CountedSection['parts'][number], section: number, total: number): MeasuredPart {
  const { labels, milliseconds, operations, bytes } = part;
  const rate = (count: number): number | null =>
    milliseconds === null || milliseconds === 0 || count === 0 ? null : count / milliseconds / 1e6;
  return {
    ...part,
    label: labels.join('; '),
    section,
    share: milliseconds === null || total === 0 ? null : milliseconds / total,
    gigaflops: rate(operations),
    gigabytesPerSecond: rate(bytes),
  };
}

function sumOf<Value>(values: readonly Value[], numberOf: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + numberOf(value), 0);
}
