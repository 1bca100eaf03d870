/** @file Whether a replay is near enough to what Nengo recorded. */
import { checkedNengoFile, type GoldenFile } from '@ndl/networks/nengo';
import { relativeRootMeanSquare } from './compare.ts';
import { replayGolden, type CreateSimulator, type ReplayErrors, type ReplayResult } from './replay.ts';
import { isSpiking, spikeTimeBounds } from './spike-times.ts';

/** Largest accepted error of what the build makes and, in float64, of what a run records. */
const EXACT = 1e-9;
/** In float32: of rate cases, and of what spike times do not reach. */
const SINGLE = 1e-4;
/** What a run records; all else is made by the build, in float64. */
const RECORDED = ['nodes', 'probes'];

/** What came of one network. */
export interface GoldenVerdict {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Worst error by quantity; empty where nothing was compared. */
  readonly errors: ReplayErrors;
  /** Why it failed or was skipped, and what was left out, as sentences. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** How networks are run: `create` under judgement, in `dtype`; `createExact`, in float64, tells how far spike times matter. */
export interface GoldenBench {
  readonly dtype: 'float32' | 'float64';
  readonly create: CreateSimulator;
  readonly createExact: CreateSimulator;
}

/** Replays a network and judges what came of it. @throws NdlError NENGO_FILE for what is not of the format; what the simulator throws */
export async function judgeGolden(file: GoldenFile, bench: GoldenBench): Promise<GoldenVerdict> {
  const result = await replayGolden(checkedNengoFile(file), bench.create);
  if (result.outcome === 'skipped')
    return { outcome: 'skipped', errors: {}, problems: [`ndl has no ${result.missing} yet`], notes: [] };
  const problems = await problemsOf(file, result, bench);
  const notes = result.leftOut.map((missing) => `without ${missing}`);
  if (result.givenSeeds > 0) notes.push(`${result.givenSeeds} given seeds`);
  return { outcome: problems.length === 0 ? 'passed' : 'failed', errors: result.errors, problems, notes };
}

async function problemsOf(
  file: GoldenFile,
  { errors, probes }: Extract<ReplayResult, { outcome: 'replayed' }>,
  { dtype, createExact }: GoldenBench,
): Promise<string[]> {
  const allowsForSpikeTimes = dtype === 'float32' && isSpiking(file);
  const isNear = ([quantity, error]: readonly [string, number]): boolean => {
    if (quantity === 'probes' && allowsForSpikeTimes) return true;
    return error <= (dtype === 'float32' && RECORDED.includes(quantity) ? SINGLE : EXACT);
  };
  const problems = Object.entries(errors)
    .filter((entry) => !isNear(entry))
    .map(([quantity]) => `${quantity} TOO FAR`);
  if (!allowsForSpikeTimes) return problems;
  const bounds = await spikeTimeBounds(file, createExact);
  for (const { id, got, expected } of probes.filter(({ isOfNeurons }) => !isOfNeurons)) {
    const error = relativeRootMeanSquare(got, expected);
    const bound = Math.max(bounds.get(id) ?? 0, SINGLE);
    if (!(error <= bound))
      problems.push(`${id} RMSE ${error.toExponential(1)} TOO FAR (bound ${bound.toExponential(1)})`);
  }
  return problems;
}
