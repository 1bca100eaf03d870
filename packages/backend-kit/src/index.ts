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
export { inTurns } from './calls/in-turns.ts';
export { BlockPace, type Clock } from './calls/block-pace.ts';
export { GeneratedStreams } from './feeds/generated-streams.ts';
export { completeFeed, Generators } from './feeds/generators.ts';
export type { PositionedStreams } from './feeds/positioned-streams.ts';
export { stepsNotKept } from './errors.ts';
export { checkFeed, type Declared } from './feeds/feed-checks.ts';
export type { Job } from './calls/job.ts';
export { JobList } from './calls/job-list.ts';
export { RunHosts } from './memory/run-hosts.ts';
export type { StateOwner } from './memory/run-state.ts';
export { initialState, isInitialState, lastSteps, refuseMismatch } from './memory/saved-state.ts';
export { isCarried, type NamedView } from './memory/symbol-table.ts';
export { workOfStep } from './programs/work-estimate.ts';
