/**
 * @file The public names of `@ndl/backend-kit`: what a backend is made of, and how; and the parts by which backends that bring a
 * memory and derivatives of their own do the rest as all others do.
 */
export { createBackend, type BackendDescription, type BackendOptions } from './backend.ts';
export type {
  Block,
  BlockFunction,
  EmittedSection,
  Emission,
  Engine,
  Frame,
  Memory,
  PartClock,
  Place,
  RandomStreams,
  Sample,
  StoreNeed,
  StoreShape,
  TimedPart,
} from './engine.ts';
export { inTurns } from './in-turns.ts';
export { BlockPace, type Clock } from './block-pace.ts';
export { GeneratedStreams } from './generated-streams.ts';
export { completeFeed, Generators } from './generators.ts';
export type { PositionedStreams } from './positioned-streams.ts';
export { stepsNotKept } from './errors.ts';
export { checkFeed, type Declared } from './feed-checks.ts';
export type { Job } from './job.ts';
export { JobList } from './job-list.ts';
export type { StateOwner } from './run-state.ts';
export { initialState, isInitialState, lastSteps, refuseMismatch } from './saved-state.ts';
export { isCarried, type NamedView } from './symbol-table.ts';
export { workOfStep } from './work-estimate.ts';
