/** @file Long runs take no more memory than short ones, but for the samples that are kept. */
import { expect, test } from 'vitest';
import { engineBackend } from './engine-backend.test-helper.ts';
import { Connection, defaultPlugins, Ensemble, Network, Node, Probe, Simulator, triangle } from './index.ts';

test('a hundred thousand steps are given no memory that two thousand were not given', async () => {
  const net = new Network({ seed: 1 }, () => {
    const source = new Node((t) => [Math.sin(t)], { sizeOut: 1 });
    const ensemble = new Ensemble({ nNeurons: 4, dimensions: 1 });
    new Connection(source, ensemble, { synapse: triangle(0.05) });
    new Connection(ensemble, ensemble, { synapse: 0.01 });
    const bent = new Node((_time, [x]) => [x * x], { sizeIn: 1, sizeOut: 1, inert: true });
    new Connection(ensemble, bent);
    new Probe(bent, { sampleEvery: 1 });
  });
  const allocated: number[] = [];
  const { plugin, key } = engineBackend({
    memory: {
      allocate({ slices, copies, size }) {
        allocated.push(slices * copies * size);
        return {};
      },
      free() {},
      write() {},
      fill() {},
      copy() {},
      read() {},
    },
    blockSteps: () => 64,
    emit(sections, frame) {
      for (const { id } of frame.program.buffers) frame.place(id);
      return sections.map(() => () => {});
    },
  });
  const plugins = [...defaultPlugins(), plugin];
  await using sim = await Simulator.create(net, { plugins, settings: { backend: key, dtype: 'float64' } });
  await sim.runSteps(2000);
  // What the triangle looks back at is among it.
  expect(Math.max(...allocated)).toBeGreaterThan(50);
  const count = allocated.length;
  await sim.runSteps(100_000);
  expect(sim.nSteps).toBe(102_000);
  expect(allocated.slice(count)).toEqual([]);
});
