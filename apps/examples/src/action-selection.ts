/** @file Basal ganglia and thalamus choose, in spikes, the most useful of three actions, while what is useful changes. */
import { terminalPlot, traces } from '@ndl/plots';
import { BasalGanglia, Connection, Network, Node, Probe, Simulator, Thalamus } from 'ndl';
import { PICTURE, type ExampleResult } from './example-result.ts';

const ACTIONS = ['left', 'right', 'wait'] as const;

/** How useful each action is, for a stretch of time each. */
const USEFUL: readonly (readonly number[])[] = [
  [0.8, 0.4, 0.3],
  [0.3, 0.7, 0.5],
  [0.2, 0.5, 0.9],
  [0.8, 0.6, 0.4],
];

/** Seconds of a stretch, and those of them in which a choice is made: they are not counted. */
const [STRETCH, SETTLING] = [0.4, 0.15];

/** The example, with the fraction of steps in which the action that is on is the most useful one, and no other is on. */
export interface SelectionResult extends ExampleResult {
  readonly share: number;
}

/** Runs the example. */
export async function actionSelection(): Promise<SelectionResult> {
  const dimensions = ACTIONS.length;
  const net = new Network({ seed: 2 });
  const actions = net.within(() => {
    const useful = new Node((t) => [...USEFUL[stretchAt(t)]!]);
    const ganglia = new BasalGanglia({ dimensions });
    const thalamus = new Thalamus({ dimensions });
    new Connection(useful, ganglia.input, { synapse: null });
    new Connection(ganglia.output, thalamus.input);
    return new Probe(thalamus.output, { synapse: 0.02 });
  });

  await using sim = await Simulator.create(net);
  await sim.run(USEFUL.length * STRETCH);
  const times = Array.from(sim.trange());
  const { data } = sim.data.get(actions);
  const rows = times.map((_, step) => Array.from(data.subarray(step * dimensions, (step + 1) * dimensions)));
  let [counted, right] = [0, 0];
  rows.forEach((row, step) => {
    const stretch = stretchAt(times[step]!);
    if (times[step]! - stretch * STRETCH < SETTLING) return;
    counted += 1;
    const best = indexOfMost(USEFUL[stretch]!);
    if (row.every((value, action) => (action === best ? value > 0.5 : value < 0.5))) right += 1;
  });
  const share = right / counted;

  const drawn = rows.map((_, step) => step).filter((step) => step % 5 === 0);
  const picture = traces(
    drawn.map((step) => times[step]!),
    drawn.map((step) => rows[step]!),
    { ...PICTURE, title: 'Which of three actions the thalamus lets through', names: ACTIONS, label: 'action' },
  );
  const text = [
    `Which of three actions is on, as another becomes the most useful every ${STRETCH} s:`,
    terminalPlot(rows, { names: ACTIONS, times }),
    `The most useful one is on, and alone, in ${(100 * share).toFixed(1)} % of the steps, from ${SETTLING} s after a change.`,
  ].join('\n');
  return { text, picture, share };
}

/** Which stretch a time is in: a step belongs to what it ends. */
function stretchAt(time: number): number {
  return Math.min(USEFUL.length - 1, Math.max(0, Math.ceil(time / STRETCH - 1e-6) - 1));
}

function indexOfMost(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
