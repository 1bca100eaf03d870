/**
 * @file How a section is shared out among threads: item by item, where each is worked on by itself, else unit by unit, as far as that saves more than
 * it takes to meet.
 */
import type { EmittedSection } from '@ndl/backend-kit';
import { type Amount, type Instruction, sumOfAmounts, writesOf } from '@ndl/ir';
import type { Store } from '../memory/memory.ts';
import type { Unit } from '../sections/schedule.ts';
import type { ItemRange, SectionContext } from '../sections/section-context.ts';
import { type Piece, piecesOf } from './cut-view.ts';
import { meetingsBefore, touchesOf, touchOf, type Touches } from './meetings.ts';
import { cutOf, type Share, sharesOf } from './shares.ts';
import { perBlock, timeOf, times, type WorkTime } from './work-time.ts';

/** A unit, and what each thread does of it; where it is not shared out, the first one does it all. */
export interface Planned {
  readonly unit: Unit;
  readonly shares: readonly (Share | undefined)[];
}

export interface SectionPlan {
  /** The items of each thread, where every item is worked on by itself. */
  readonly ranges: readonly ItemRange[] | undefined;
  readonly units: readonly Planned[];
  /** Nanoseconds of a block that are saved. */
  readonly saved: Amount;
}

/** The plan that saves most; undefined where it is not worth it. @param count how many threads there are */
export function planOf(
  context: SectionContext,
  section: EmittedSection<Store>,
  units: readonly Unit[],
  count: number,
  time: WorkTime,
): SectionPlan | undefined {
  const { kind, items } = context;
  const turns = units.map((unit) => time.of(unit, kind));
  const total = perBlock(sumOfAmounts(turns), kind);
  const byUnits = new UnitPlan(context, section, units, turns, count, time);
  const plans: SectionPlan[] = [{ ranges: undefined, units: byUnits.units, saved: byUnits.saved }];
  if (items > 1 && section.instructions.every((instruction) => writesItemsAlone(instruction, context))) {
    const pieces = piecesOf(items, count, 1);
    const ranges = pieces.map(([start, end]) => ({ first: start, count: end - start }));
    plans.unshift({ ranges, units: byUnits.units, saved: times(total, 1 - longestShare(pieces)) });
  }
  const [best] = plans.toSorted((a, b) => timeOf(b.saved, time.steps) - timeOf(a.saved, time.steps));
  return timeOf(best!.saved, time.steps) > time.thresholds.part * timeOf(total, time.steps) ? best : undefined;
}

/** For each unit of a plan, and for the samples behind the last, whether threads meet before it. @param all the items */
export function meetingsOf(
  units: readonly Planned[],
  section: EmittedSection<Store>,
  all: ItemRange,
): readonly boolean[] {
  const touches = [...units.map((planned) => touchesOfShares(planned, all)), ...touchesOfSamples(section, all)];
  return meetingsBefore(touches, section.kind === 'steps');
}

function touchesOfShares({ shares }: Planned, all: ItemRange): Touches {
  return shares.map((share) => (share === undefined ? [] : touchesOf(share.unit, share.range ?? all)));
}

/** What the first thread looks at behind the last unit. */
function touchesOfSamples({ samples }: EmittedSection<Store>, all: ItemRange): readonly Touches[] {
  return samples.length === 0 ? [] : [[samples.map(({ view }) => touchOf(view, false, all))]];
}

/** Units of a section that are tried, at most: each is held against all others. */
const MOST_TRIED = 32;

/** Units shared out one by one. */
class UnitPlan {
  readonly units: Planned[];
  readonly saved: Amount;

  constructor(
    context: SectionContext,
    section: EmittedSection<Store>,
    units: readonly Unit[],
    turns: readonly Amount[],
    threads: number,
    time: WorkTime,
  ) {
    const { kind } = context;
    const meetings = { once: -2 * time.thresholds.meeting, perStep: 0 };
    const together = units.map((unit, index) => {
      const cut = cutOf(context, unit, threads);
      if (cut === undefined) return undefined;
      const gain = times(turns[index]!, 1 - longestShare(cut.pieces));
      return { planned: { unit, shares: sharesOf(context, unit, cut) }, gain, saved: sumOfAmounts([gain, meetings]) };
    });
    const saved: Amount[] = [];
    this.units = units.map((unit, index) => {
      const shared = together[index];
      if (shared === undefined || time.inTurn(shared.saved, kind) <= 0) return { unit, shares: [{ unit }] };
      saved.push(shared.saved);
      return shared.planned;
    });
    const alone = together.flatMap((shared, index) => {
      if (shared === undefined || this.units[index] === shared.planned) return [];
      return time.inTurn(turns[index]!, kind) < time.thresholds.meeting ? [] : [{ ...shared, index }];
    });
    if (alone.length > 0 && saved.length > 0) {
      const all = { first: 0, count: context.items };
      const touches = [
        ...this.units.map((planned) => touchesOfShares(planned, all)),
        ...touchesOfSamples(section, all),
      ];
      const count = (): number => meetingsBefore(touches, kind === 'steps').filter(Boolean).length;
      let fewest = count();
      // What takes no meeting more is shared out as well: what each thread has computed itself is in its own cache.
      for (const { index, planned, gain } of alone.slice(0, MOST_TRIED)) {
        const before = touches[index]!;
        touches[index] = touchesOfShares(planned, all);
        const now = count();
        if (now > fewest) touches[index] = before;
        else {
          fewest = now;
          this.units[index] = planned;
          saved.push(gain);
        }
      }
    }
    this.saved = perBlock(sumOfAmounts(saved), kind);
  }
}

function longestShare(pieces: readonly Piece[]): number {
  return Math.max(...pieces.map(([start, end]) => end - start)) / pieces.at(-1)![1];
}

/** Whether each item is worked on by itself. */
function writesItemsAlone(instruction: Instruction, context: SectionContext): boolean {
  return instruction.kind !== 'host' && writesOf(instruction).every(({ target }) => context.access(target).hasItems);
}
