/** @file How busy ensembles are: spikes of their neurons, counted while the model runs. */
import { Probe, type Ensemble, type Network } from 'ndl';
import type { DescribedNetwork } from './describe-network.ts';

/** Neurons that are counted in all: more would cost more than they tell. */
const MOST_COUNTED = 4000;
/** Seconds over which rates are averaged. */
const MEMORY = 0.2;

/** What a piece of a run recorded of a probe. */
interface Recorded {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

export interface CountedEnsemble {
  readonly id: string;
  readonly ensemble: Ensemble;
  readonly probe: Probe;
  /** Hz, [neurons]: running means. */
  readonly rates: Float32Array;
  /** What a spike counts for: neurons may give more or less than one. */
  readonly amplitude: number;
}

/** Counts spikes of the ensembles that come first, as far as that is cheap. */
export class Activity {
  readonly counted: readonly CountedEnsemble[];

  constructor(network: Network, { byId }: DescribedNetwork) {
    const counted: CountedEnsemble[] = [];
    let left = MOST_COUNTED;
    for (const [id, ensemble] of byId) {
      if (ensemble.kind !== 'ensemble' || ensemble.neurons.sizeOut === 0 || ensemble.nNeurons > left) continue;
      left -= ensemble.nNeurons;
      const probe = network.within(() => new Probe(ensemble.neurons, { label: `activity of ${id}` }));
      counted.push({
        id,
        ensemble,
        probe,
        rates: new Float32Array(ensemble.nNeurons),
        amplitude: amplitudeOf(ensemble),
      });
    }
    this.counted = counted;
  }

  /** Takes in what a piece of so many seconds recorded. @returns the mean rate of each ensemble, in Hz */
  takeIn(recorded: (probe: Probe) => Recorded, dt: number): Float32Array {
    return Float32Array.from(this.counted, ({ probe, rates, amplitude }) => {
      const { data } = recorded(probe);
      const neurons = rates.length;
      const steps = data.length / neurons;
      if (steps === 0) return mean(rates);
      const part = Math.min(1, (steps * dt) / MEMORY);
      for (let neuron = 0; neuron < neurons; neuron++) {
        let sum = 0;
        for (let at = neuron; at < data.length; at += neurons) sum += data[at]!;
        rates[neuron]! += part * (sum / steps / amplitude - rates[neuron]!);
      }
      return mean(rates);
    });
  }

  /** Mean rates of the neurons of an ensemble lately; empty where they are not counted. */
  ratesOf(id: string): Float32Array {
    return this.counted.find((each) => each.id === id)?.rates.slice() ?? new Float32Array();
  }
}

/** What a spike of its neurons counts for. */
export function amplitudeOf({ neuronType }: Ensemble): number {
  const { amplitude = 1 } = neuronType as { readonly amplitude?: number };
  return amplitude === 0 ? 1 : amplitude;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
