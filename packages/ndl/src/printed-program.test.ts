/** @file The program that `docs/architecture.md` shows is the one that is made. */
import { readFileSync } from 'node:fs';
import { printProgram } from '@ndl/ir';
import { expect, test } from 'vitest';
import { Connection, Ensemble, Network, Node, Probe } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

test('one ensemble of spiking neurons, driven by a node and probed', async () => {
  const net = new Network({ seed: 0 }, () => {
    const stimulus = new Node((t) => Math.sin(6 * t), { label: 'stimulus' });
    const ensemble = new Ensemble({ nNeurons: 50, dimensions: 1, label: 'a' });
    new Connection(stimulus, ensemble);
    new Probe(ensemble, { synapse: 0.01, sampleEvery: 0.005 });
  });
  await using sim = await simulate(net, { dtype: 'float32' });
  const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');
  const { program } = sim.compiled.forwardProgram('run', new Set());
  const [, shown] = /```text\n(program [\s\S]*?)```/.exec(page) ?? [];
  expect(shown).toBe(printProgram(program));
});
