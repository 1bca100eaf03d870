/** @file Three kinds of neuron meet the same step of current: one fires on, one tires, one settles after a first spike. */
import { terminalPlot, traces } from '@ndl/plots';
import { adaptiveLif, Ensemble, izhikevich, lif, Network, Probe, Simulator, type NeuronType } from 'ndl';
import { PICTURE, type ExampleResult } from './example-result.ts';

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

/** The example, with mean firing rates of each kind in Hz, filtered over 20 ms, at each step. */
export interface AdaptationResult extends ExampleResult {
  readonly rates: Readonly<Record<keyof typeof KINDS, readonly number[]>>;
}

/** Runs populations of each kind at a constant current, from the same state. */
export async function adaptation(): Promise<AdaptationResult> {
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
  await using sim = await Simulator.create(net);
  await sim.run(SECONDS);
  const times = Array.from(sim.trange());
  const ratesOf = (name: keyof typeof KINDS): readonly number[] => {
    const { data } = sim.data.get(probes[names.indexOf(name)]!);
    return times.map((_, step) => mean(data.subarray(step * NEURONS, (step + 1) * NEURONS)));
  };
  const rates = { lif: ratesOf('lif'), adaptiveLif: ratesOf('adaptiveLif'), izhikevich: ratesOf('izhikevich') };

  const drawn = times.map((_, step) => step).filter((step) => step % 4 === 0);
  const picture = traces(
    drawn.map((step) => times[step]!),
    drawn.map((step) => names.map((name) => rates[name][step]!)),
    { ...PICTURE, title: 'Mean rates of three kinds of neuron after a step of current', label: 'mean rate, Hz', names },
  );
  const charts = names.map((name) => `${name}, mean rate in Hz:\n${terminalPlot(rates[name])}`);
  const ends = names.map((name) => `${name} ${mean(rates[name].slice(-200)).toFixed(0)} Hz`);
  const text = [
    `The same step of current for ${NEURONS} neurons of each of three kinds, over ${SECONDS} s.`,
    ...charts,
    `In the last 0.2 s: ${ends.join(', ')}.`,
  ].join('\n\n');
  return { text, picture, rates };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
