/** @file What fast arithmetic gains against the exact one, measured in turns: in a page, as Node 20 has it not. */
import { integrator } from './benchmark-networks.ts';
import { median } from './median.ts';
import { learning, running, timed, type Work } from './repeated-work.ts';

/** Pairs of measurements that count. */
const TURNS = 7;

/** Pairs before them: engines compile what they run for long once more. */
const WARMING = 15;

const WORKS: readonly Work[] = [
  running('integrator(128, 100), 64 items', () => integrator(128, 100), { items: 64, steps: 40 }),
  learning('held'),
];

/** What is measured, in order. */
export const FAST_WORKS: readonly string[] = WORKS.map(({ what }) => what);

/** How many times as quick fast arithmetic is on one thread: the median of pairs. `index` is that of {@link FAST_WORKS}. */
export async function gainOfFastArithmetic(index: number): Promise<number> {
  const prepared = (arithmetic: 'exact' | 'fast') =>
    WORKS[index]!.prepare({ sessionConfig: { intra_op_parallelism_threads: 1, arithmetic } });
  await using exact = await prepared('exact');
  await using fast = await prepared('fast');
  const ratios: number[] = [];
  for (let turn = -WARMING; turn < TURNS; turn++) {
    const ratio = (await timed(exact)) / (await timed(fast));
    if (turn >= 0) ratios.push(ratio);
  }
  return median(ratios);
}
