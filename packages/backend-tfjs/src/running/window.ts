/** @file One window of steps: its frame, and the way through it. */
import type { BlockPace } from '@ndl/backend-kit';
import type { Asked, Feeder } from './feeds.ts';
import { TurnClock, type Work } from '../engines/fetch.ts';
import { Frame } from './frame.ts';
import type { LoweredProgram, LoweredSection } from '../lowering/lowered-program.ts';
import type { Action } from '../lowering/lowering.ts';
import { Operations } from '../arithmetic/operations.ts';
import type { Segment } from '../lowering/segments.ts';
import type { PassStage } from '../lowering/stages.ts';
import { carriedSteps, partOf, storedParameter, storedState, type Storage } from './stored-values.ts';
import type { Tape } from '../arithmetic/tape.ts';
import type { Extents, Tensor } from '../engines/tensors.ts';

/** Where a window takes place. */
export interface WindowPlace extends Storage {
  readonly lowered: LoweredProgram;
  readonly steps: number;
  readonly scalars: ReadonlyMap<string, number>;
}

/** A frame over parameters, constants and carried state. */
export function frameAt(place: WindowPlace, tape?: Tape): Frame {
  const { engine, lowered, state, steps, scalars } = place;
  const { arithmetic, tf, kernelGradients } = engine;
  const { segments, program, hosts, job } = lowered;
  const untaped = new Operations(arithmetic, kernelGradients);
  const initial = (segment: Segment, extents: Extents): Tensor => lowered.initial(arithmetic, segment, extents);
  const beginning = (segment: Segment): Tensor => {
    const { buffer, length } = segment;
    if (buffer.role === 'constant') return lowered.constant(segment, () => initial(segment, [1, 1, length]));
    if (buffer.role === 'parameter' || buffer.role === 'optimizer')
      return partOf(untaped, storedParameter(buffer, job, place), segment);
    const kept = carriedSteps(buffer, lowered);
    if (kept > 0) return partOf(untaped, storedState(buffer, kept, job, place), segment);
    return initial(segment, [1, buffer.items ? state.items : 1, length]);
  };
  return new Frame(
    {
      tf,
      segments,
      items: state.items,
      stepsBefore: state.step,
      dt: program.dt,
      scalars,
      clock: new TurnClock(),
      instancesOf: (id) => state.hosts.instancesOf(hosts.get(id)!, job.tables),
      initial,
      beginning,
      beyond: ({ before, buffer, length }) => arithmetic.filled(0, [before, buffer.items ? state.items : 1, length]),
    },
    new Operations(arithmetic, kernelGradients, tape),
    steps,
  );
}

/** What happens on the way through a window. */
interface WindowEvents {
  /** The last instruction of a step of a section is done. */
  afterStep?(section: number): void;
  /** A pass is done with a block: with `count` steps of the window from `first` on. */
  afterBlock?(pass: number, first: number, count: number): void;
  /** A source has failed, and the window ends before that step. What this throws ends the work. */
  onFailure(reason: unknown): void;
}

/** The way through a window. */
export interface WindowRoute {
  readonly place: WindowPlace;
  readonly frame: Frame;
  readonly feeder: Feeder;
  readonly pace: Pick<BlockPace, 'next' | 'begin'>;
  readonly events: WindowEvents;
}

/** Runs all sections of a program over a window. Others may get their turn before each stage and block, and between instructions. */
export function* throughWindow(route: WindowRoute): Work {
  const { frame, feeder, place } = route;
  const { stages, sections } = place.lowered;
  frame.stand('window', 0, frame.steps);
  yield* frame.through([() => feeder.writeHeld(frame), ...beginnings(place)]);
  let isFed = false;
  for (const [number, stage] of stages.entries()) {
    yield undefined;
    if (stage.kind === 'window') {
      frame.stand('window', 0, frame.steps);
      yield* frame.through(sections[stage.section]!.actions);
    } else {
      yield* throughPass(route, stage, number, isFed);
      isFed = true;
    }
    if (frame.steps === 0) return;
  }
}

/** State that begins as a parameter does so in the first window: on a tape, its gradient flows there. */
function beginnings({ lowered, state }: WindowPlace): readonly Action[] {
  return lowered.beginnings.flatMap(({ buffer, segment, read }) => {
    const kept = carriedSteps(buffer, lowered);
    if (kept === 0 || state.tensors.find(buffer) !== undefined) return [];
    return (frame: Frame) => {
      const extents: Extents = [kept, state.items, segment.length];
      frame.begin(segment, frame.operations.expand(frame.ownedOrCopy(read(frame)), extents));
    };
  });
}

function* throughPass(route: WindowRoute, pass: PassStage, number: number, isFed: boolean): Work {
  const { frame, feeder, pace, events, place } = route;
  const { lowered } = place;
  const isDescending = pass.direction === 'descending';
  const isKept = !lowered.isStepwise;
  const ask = (first: number, count: number): number => {
    const { steps, failure }: Asked = feeder.ask(frame, first, count, isKept);
    if (failure !== undefined) {
      frame.steps = first + steps;
      events.onFailure(failure.reason);
    }
    return steps;
  };
  if (isDescending && !isFed) ask(0, frame.steps);
  for (let done = 0; done < frame.steps;) {
    yield undefined;
    const isDone = pace.begin();
    const wanted = pace.next(frame.steps - done, feeder.isLive);
    const first = isDescending ? frame.steps - done - wanted : done;
    const count = isDescending || isFed ? wanted : ask(first, wanted);
    if (count === 0) return;
    for (const section of pass.sections) yield* throughSection(route, section, first, count, isDescending);
    done += count;
    frame.joinSteps(first, count);
    isDone(count);
    events.afterBlock?.(number, first, count);
  }
  yield undefined;
}

function* throughSection(
  { frame, feeder, events, place }: WindowRoute,
  number: number,
  first: number,
  count: number,
  isDescending: boolean,
): Work {
  const { kind, actions, homes }: LoweredSection = place.lowered.sections[number]!;
  if (kind === 'block') {
    frame.stand('block', first, count, isDescending);
    yield* frame.through(actions);
    return;
  }
  const afterStep = (): void => events.afterStep?.(number);
  const step: readonly Action[] = [() => feeder.writeStep(frame, homes), ...actions, afterStep];
  for (let index = 0; index < count; index++) {
    frame.stand('steps', isDescending ? first + count - 1 - index : first + index, 1, isDescending);
    yield* frame.through(step);
  }
}

/** Numbers, of all items and steps, that a block may take up, unless a single step has more. */
const MOST_NUMBERS = 1 << 22;
const MOST_STEPS = 1024;

/** The most steps that a block has. */
export function mostSteps({ longestBlock, numbersPerStep }: LoweredProgram, items: number): number {
  const fitting = Math.floor(MOST_NUMBERS / Math.max(1, numbersPerStep * items));
  return Math.max(1, Math.min(longestBlock, fitting, MOST_STEPS));
}
