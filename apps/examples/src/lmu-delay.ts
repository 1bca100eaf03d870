/** @file A Legendre memory gives back, later, what a changing signal was: exactly, and in spiking neurons. */
import { terminalPlot, traces } from '@ndl/plots';
import { Connection, LegendreMemory, Network, Node, Probe, Simulator, whiteSignal } from 'ndl';
import { PICTURE, rootMeanSquare, type ExampleResult } from './example-result.ts';

/** Seconds by which the signal is late. */
const DELAY = 0.1;

/** The signal has no frequency above this, in Hz. */
const HIGHEST = 5;

const [SECONDS, PERIOD] = [3, 0.005];

/** The example, with root mean square errors as fractions of the signal's own root mean square, from the delay on. */
export interface DelayResult extends ExampleResult {
  readonly errors: Readonly<Record<'exact' | 'spiking', number>>;
}

/** Runs the example. */
export async function lmuDelay(): Promise<DelayResult> {
  const net = new Network({ seed: 4 });
  const probes = net.within(() => {
    const signal = new Node(whiteSignal(SECONDS, HIGHEST, { rms: 0.4, seed: 1 }));
    const delayed = (nNeurons: number | null): Node => {
      const memory = new LegendreMemory({ order: 6, theta: DELAY, nNeurons });
      new Connection(signal, memory.input, { synapse: null });
      return memory.addDelayedOutput(DELAY);
    };
    // What one filters, one has later: the exact answer goes through the same filter.
    const synapse = 0.01;
    return {
      signal: new Probe(signal, { synapse }),
      exact: new Probe(delayed(null), { synapse }),
      spiking: new Probe(delayed(400), { synapse }),
    };
  });

  await using sim = await Simulator.create(net);
  await sim.run(SECONDS);
  const [signal, exact, spiking] = [probes.signal, probes.exact, probes.spiking].map((probe) =>
    Array.from(sim.data.get(probe).data),
  ) as [number[], number[], number[]];
  const late = Math.round(DELAY / sim.dt);
  const meant = signal.map((_, step) => (step < late ? 0 : signal[step - late]!));
  const errorOf = (output: readonly number[]): number =>
    rootMeanSquare(output.slice(late).map((value, index) => value - meant[late + index]!)) /
    rootMeanSquare(meant.slice(late));
  const errors = { exact: errorOf(exact), spiking: errorOf(spiking) };

  const every = Math.round(PERIOD / sim.dt);
  const rows = Array.from({ length: Math.floor(signal.length / every) }, (_, row) => row * every);
  const picture = traces(
    rows.map((step) => (step + 1) * sim.dt),
    rows.map((step) => [signal[step]!, exact[step]!, spiking[step]!]),
    {
      ...PICTURE,
      title: `A white signal, and what Legendre memories say that it was ${DELAY} s ago`,
      names: ['signal', 'exact', 'in spikes'],
      meant: rows.map((step) => [NaN, meant[step]!, NaN]),
    },
  );
  const text = [
    `What a white signal up to ${HIGHEST} Hz was ${DELAY} s ago, by a Legendre memory of order 6 in spiking neurons, and what it was:`,
    terminalPlot(
      signal.map((_, step) => [spiking[step]!, meant[step]!]),
      { names: ['in spikes', 'meant'], times: Array.from(sim.trange()) },
    ),
    `Error, of the signal's root mean square: ${errors.exact.toFixed(4)} exact, ${errors.spiking.toFixed(4)} in spikes.`,
  ].join('\n');
  return { text, picture, errors };
}
