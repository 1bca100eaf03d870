/**
 * @file How far the outputs of a spiking network move when its spikes fall at other times: the bound for engines of lower
 * precision. In float32 a spike may fall a step early or late, and in recurrent networks every later one may follow; at worst the
 * network is one of the same tuning whose spikes are elsewhere. Other initial voltages make such a network; of neurons that draw their spikes and
 * have no voltage, what they drew stays.
 */
import { relativeRootMeanSquare } from './compare.ts';
import { neuronTypeFrom, type GoldenFile } from '@ndl/networks/nengo';
import { replayGolden, type CreateSimulator } from './replay.ts';

/** Whether any population of the network spikes, so that spike times matter. */
export function isSpiking({ ensembles }: GoldenFile): boolean {
  return ensembles.some(({ neuron_type: type }) => neuronTypeFrom(type).spiking);
}

/**
 * Relative root mean square by which each probe (by id) moves when every neuron begins at voltage 1 - v in place of v.
 * `createSimulator` should be exact (float64).
 */
export async function spikeTimeBounds(
  file: GoldenFile,
  createSimulator: CreateSimulator,
): Promise<ReadonlyMap<string, number>> {
  const result = await replayGolden(withOtherVoltages(file), createSimulator);
  if (result.outcome === 'skipped') return new Map();
  return new Map(result.probes.map(({ id, got, expected }) => [id, relativeRootMeanSquare(got, expected)]));
}

function withOtherVoltages(file: GoldenFile): GoldenFile {
  const ensembles = file.ensembles.map((ensemble) => {
    const { voltage, ...others } = ensemble.initial_state;
    if (voltage === undefined) return ensemble;
    const states = { ...others, voltage: voltage.map((value) => 1 - value) };
    return { ...ensemble, neuron_type: { ...ensemble.neuron_type, initial_state: states } };
  });
  return { ...file, ensembles };
}
