/** @file The seeds that generators of processes had. */
import { runProcessSteps } from '@ndl/builder';
import { processFrom, type GoldenData, type GoldenFile, type Matrix } from '@ndl/networks/nengo';
import { isNdlError, RandomState } from '@ndl/numerics';
import { relativeError } from './compare.ts';

/** Draws of the simulator's generator that are tried: one for each process and synapse, as Nengo makes them. */
const MOST_DRAWS = 256;

/**
 * The seed of a process that has none, in a file that does not record it either: Nengo draws one for each process of the simulation, in
 * an order of its own, and this is the first that gives what the process gave. Undefined where none does.
 */
export function findProcessSeed(
  file: Pick<GoldenFile, 'dt' | 'sim_seed'>,
  data: GoldenData,
  samples: Matrix,
): number | undefined {
  const random = new RandomState(file.sim_seed);
  const [first] = samples;
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const seed = random.randint(2 ** 31 - 1);
    const process = processFrom(data, { seed });
    try {
      const { data: got } = runProcessSteps(process, 1, { dt: file.dt, sizeOut: first!.length });
      if (relativeError(got, first!) < 1e-9) return seed;
    } catch (error) {
      if (!isNdlError(error)) throw error;
      return undefined;
    }
  }
  return undefined;
}
