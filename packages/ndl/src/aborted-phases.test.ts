/** @file Creating a simulator can be aborted in every phase: wherever it tells how far it is. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  Connection,
  Ensemble,
  Network,
  Node,
  nnls,
  pes,
  Probe,
  Simulator,
  whiteSignal,
  type Progress,
} from './index.ts';

/** A clock on which every look takes so long that it is somebody else's turn. */
beforeEach(() => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 100));
});
afterEach(() => void vi.restoreAllMocks());

const network = (): Network =>
  new Network({ seed: 0 }, () => {
    const input = new Node(whiteSignal(0.1, 20), { label: 'input' });
    const a = new Ensemble({ nNeurons: 8, dimensions: 1, label: 'a' });
    const b = new Ensemble({ nNeurons: 8, dimensions: 1, label: 'b' });
    new Connection(input, a);
    new Connection(a, b, { function: ([x]) => x! * x!, solver: nnls(), label: 'product' });
    new Connection(b, b, { learningRuleType: pes(), label: 'learnt' });
    new Probe(b, { label: 'probe' });
  });

const phaseOf = ({ stage, detail }: Progress): string => `${stage}: ${detail ?? ''}`;

/** Each phase that is told of, in order. */
async function phases(): Promise<readonly string[]> {
  const told = new Set<string>();
  // What comes when all is done names no stage.
  const onProgress = (report: Progress): unknown => report.stage !== undefined && told.add(phaseOf(report));
  const simulator = await Simulator.create(network(), { onProgress: (report) => void onProgress(report) });
  await simulator.dispose();
  return [...told];
}

test('an abort in any phase ends it there, with its reason', async () => {
  const all = await phases();
  const stages = new Set(all.map((phase) => phase.split(':')[0]));
  expect([...stages]).toEqual(['build', 'compile', 'load the backend']);
  for (const wanted of ["'a'", "'product'", "'learnt'", "'probe'", 'processes', 'check'])
    expect(all).toContainEqual(expect.stringContaining(wanted));
  for (const phase of all) {
    const controller = new AbortController();
    const reason = new Error(`in ${phase}`);
    const after: string[] = [];
    const creating = Simulator.create(network(), {
      signal: controller.signal,
      onProgress(report) {
        if (controller.signal.aborted) after.push(phaseOf(report));
        else if (phaseOf(report) === phase) controller.abort(reason);
      },
    });
    await expect(creating).rejects.toBe(reason);
    expect([phase, after]).toEqual([phase, []]);
  }
});
