/** @file Three kinds of neuron meet the same step of current: one fires on, one tires, one settles after a first spike. */
import { terminalPlot } from '@ndl/plots';
import {
  adaptiveLif,
  Ensemble,
  izhikevich,
  lif,
  Network,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  type NeuronType,
} from 'ndl';

/** The kinds, by the names that they are shown under. */
const KINDS: Readonly<Record<'lif' | 'adaptiveLif' | 'izhikevich', NeuronType>> = {
  lif: lif(),
  adaptiveLif: adaptiveLif({ tauN: 0.3, incN: 0.05 }),
  izhikevich: izhikevich(),
};

/** The smallest current of each population: enough for some 30 to 60 Hz. */
const CURRENT: Readonly<Record<keyof typeof KINDS, number>> = { lif: 1.6, adaptiveLif: 1.6, izhikevich: 14 };

const NEURONS = 200;
const SECONDS = 1;

/** Mean firing rates of each kind in Hz, filtered over 20 ms, and the times that they belong to. */
export interface AdaptedRates {
  readonly times: readonly number[];
  readonly rates: Readonly<Record<keyof typeof KINDS, readonly number[]>>;
}

/** Runs populations of each kind at a constant current, from states that are spread out. */
export async function adaptedRates(): Promise<AdaptedRates> {
  const names = Object.keys(KINDS) as (keyof typeof KINDS)[];
  const net = new Network({ seed: 3 });
  const probes = net.within(() =>
    names.map((name) => {
      // Every neuron a little different, so that their spikes fall at different times.
      const currents = Array.from({ length: NEURONS }, (_, neuron) => CURRENT[name] * (1 + 0.4 * (neuron / NEURONS)));
      const gain = currents.map(() => 1);
      const options = { nNeurons: NEURONS, dimensions: 1, neuronType: KINDS[name], gain, bias: currents };
      return new Probe(new Ensemble({ ...options, label: name }).neurons, { synapse: 0.02 });
    }),
  );
  await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND } });
  await sim.run(SECONDS);
  const times = Array.from(sim.trange());
  const ratesOf = (name: keyof typeof KINDS): readonly number[] => {
    const { data } = sim.data.get(probes[names.indexOf(name)]!);
    return times.map((_, step) => mean(data.subarray(step * NEURONS, (step + 1) * NEURONS)));
  };
  return {
    times,
    rates: { lif: ratesOf('lif'), adaptiveLif: ratesOf('adaptiveLif'), izhikevich: ratesOf('izhikevich') },
  };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Runs the example. @returns what to print. */
export async function adaptation(): Promise<string> {
  const { rates } = await adaptedRates();
  const charts = Object.entries(rates).map(([name, series]) => `${name}, mean rate in Hz:\n${terminalPlot(series)}`);
  return `The same step of current for ${NEURONS} neurons of each of three kinds, over ${SECONDS} s.\n\n${charts.join('\n\n')}`;
}
