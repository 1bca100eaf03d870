/** @file `checkGradients` as a call: aborts, progress, turns of the event loop, memory. */
import { expect, it } from 'vitest';
import {
  Connection,
  defaultPlugins,
  Ensemble,
  filteredNoise,
  Network,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  Node,
  type Progress,
  type SimulatorOptions,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

function create(options: SimulatorOptions = {}): Promise<Simulator> {
  const net = new Network({ seed: 0 }, () => {
    const input = new Node([0.5]);
    const ensemble = new Ensemble({ nNeurons: 8, dimensions: 1 });
    new Connection(input, ensemble, { synapse: null });
    new Probe(ensemble);
  });
  return Simulator.create(net, {
    plugins: defaultPlugins(),
    settings: { backend: REFERENCE_BACKEND, dtype: 'float64' },
    ...options,
  });
}

it('rejects with the reason of a signal that was aborted before', async () => {
  await using sim = await create();
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(sim.checkGradients({ signal })).rejects.toThrow('enough');
});

it('rejects with the reason of the signal of its simulator, and leaves the parameters as they were', async () => {
  const controller = new AbortController();
  await using sim = await create({ signal: controller.signal });
  const before = sim.encodeParameters();
  const onProgress = ({ done }: Progress): void => {
    if (done === 2) controller.abort(new Error('enough'));
  };
  await expect(sim.checkGradients({ onProgress })).rejects.toThrow('enough');
  expect(sim.encodeParameters()).toEqual(before);
});

it('reports each element, up to all', async () => {
  await using sim = await create();
  const reports: Progress[] = [];
  const { elementsChecked, elementsUndecided } = await sim.checkGradients({
    onProgress: (progress) => reports.push(progress),
  });
  const total = elementsChecked + elementsUndecided;
  expect(reports.map(({ done }) => done)).toEqual(Array.from({ length: total + 1 }, (_, done) => done));
  expect(new Set(reports.map((report) => `${report.phase} ${report.total}`))).toEqual(
    new Set([`checkGradients ${total}`]),
  );
});

it('lets a timer abort it', async () => {
  await using sim = await create();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('late')), 1);
  await expect(sim.checkGradients({ steps: 400, signal: controller.signal })).rejects.toThrow('late');
});

it('refuses steps that there is no memory for, counted in float64', async () => {
  await using sim = await create({ settings: { backend: REFERENCE_BACKEND } });
  await expect(sim.checkGradients({ steps: 1e10 })).rejects.toEqual(failing('TOO_LARGE', '× 8 bytes'));
});

it('compares calls that hear the same noise: processes of nodes begin anew in each', async () => {
  const net = new Network({ seed: 0 }, () => {
    const ensemble = new Ensemble({ nNeurons: 8, dimensions: 1 });
    new Connection(new Node(filteredNoise({ scale: false, seed: 1 })), ensemble, { synapse: null });
    new Probe(ensemble);
  });
  await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } });
  const { elementsChecked } = await sim.checkGradients();
  expect(elementsChecked).toBeGreaterThan(0);
});
