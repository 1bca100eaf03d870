/** @file The clock of single-threaded work: unlike the wall's, it does not go on while others have the processor. */

/** Milliseconds that the processors have worked for this process, all its threads together. */
export function workedMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
