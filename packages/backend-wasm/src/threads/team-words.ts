/** @file Numbers at the start of the memory, by which threads wait for each other: their addresses, each in a line of a cache of its own. */

interface TeamWords {
  /** How often all threads of a team have met. */
  readonly meetings: number;
  /** How many have arrived at the next meeting. */
  readonly arrived: number;
  /** How many of these sleep. */
  readonly sleepers: number;
  /** Whether some thread has failed, so that nobody waits for it: 0 or 1. */
  readonly failed: number;
}

/** Below all pieces of an `AddressSpace`. */
export const TEAM_WORDS: TeamWords = { meetings: 64, arrived: 128, sleepers: 192, failed: 256 };

/** As if no thread had done anything. */
export function clearTeamWords(memory: WebAssembly.Memory): void {
  const words = new Int32Array(memory.buffer);
  for (const address of Object.values(TEAM_WORDS) as number[]) Atomics.store(words, address / 4, 0);
}

/** What changes while threads meet. */
export function wordsOfTeam(memory: WebAssembly.Memory): string {
  const words = new Int32Array(memory.buffer);
  return `${Atomics.load(words, TEAM_WORDS.meetings / 4)} ${Atomics.load(words, TEAM_WORDS.arrived / 4)}`;
}

/** Wakes those who wait for a thread that is gone. */
export function tellTeamOfFailure(memory: WebAssembly.Memory): void {
  const words = new Int32Array(memory.buffer);
  Atomics.store(words, TEAM_WORDS.failed / 4, 1);
  Atomics.notify(words, TEAM_WORDS.meetings / 4);
}
