/** @file The short table that a person reads, and the JSON document that a program reads. */
import type { ExperimentResult } from './experiment.ts';

/** Name and value of each line of the summary. */
export function summaryRows({
  rateAccuracy,
  spikingAccuracy,
  meanFiringRate,
  seconds,
  backend,
}: ExperimentResult): readonly (readonly [string, string])[] {
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
  const time = (value: number): string => `${value.toFixed(1)} s`;
  return [
    ['Accuracy in rates', percent(rateAccuracy)],
    ['Accuracy in spikes', percent(spikingAccuracy)],
    ['Mean firing rate, hidden', `${meanFiringRate.toFixed(1)} Hz`],
    ['Time to read the data', time(seconds.read)],
    ['Time to build', time(seconds.build)],
    ['Time to train', time(seconds.train)],
    ['Time to test', time(seconds.test)],
    ['Time in all', time(seconds.total)],
    ['Backend', `${backend.name}, ${backend.description}`],
    ['Chosen because', backend.reason],
  ];
}

/** The summary for a terminal. */
export function summaryTable(result: ExperimentResult): string {
  const rows = summaryRows(result);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** The summary for programs. */
export function summaryDocument({
  rateAccuracy,
  spikingAccuracy,
  meanFiringRate,
  seconds,
  backend,
  bestEpoch,
}: ExperimentResult): string {
  return JSON.stringify({ rateAccuracy, spikingAccuracy, meanFiringRate, seconds, backend, bestEpoch }, null, 2);
}
