/** @file The public names of `@acme/ndl-backend-counting`. */
export { countingEntry } from './entry.ts';
export { OUTPUTS } from './emit.ts';
export { COUNTING_BACKEND, countingBackend } from './plugin.ts';
export { countsByObject, countsTable } from './report.ts';
export { type Counts, Tally, UNLABELLED } from './tally.ts';
