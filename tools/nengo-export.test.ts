/**
 * @file The exporter for Nengo's users, run on a stand-in for Nengo, which is not installed here: what it writes is a network that ndl reads and
 * runs. Needs python3; where there is none, the test is left out, and says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importNengo, Probe, REFERENCE_BACKEND, Simulator, type Node } from 'ndl';
import { ROOT } from './workspace.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

test('a network that the exporter wrote is read, and computes what its neurons and decoders say', async ({ skip }) => {
  if (!hasPython) skip('there is no python3 here');
  const folder = mkdtempSync(join(tmpdir(), 'ndl-nengo-export-'));
  try {
    const file = join(folder, 'network.json');
    const exporter = join(ROOT, 'tools/nengo-export');
    const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: exporter };
    const script = join(exporter, 'stand-in/example.py');
    const printed = execFileSync('python3', [script, file], { encoding: 'utf8', env: environment });
    expect(printed).toContain("connection 'conn9': name the formula of its function in `formulas`");
    expect(printed).toContain("ensemble 'ens': neuron_type: Oracle is no kind that the format has; known are ");

    const net = importNengo(readFileSync(file, 'utf8'));
    expect([net.label, net.networks[0]!.label, net.allEnsembles.map(({ nNeurons }) => nNeurons)]).toEqual([
      '<b>exported</b>',
      'inner',
      [5, 3],
    ]);
    expect(net.allNodes.find(({ label }) => label === 'own')!.output).toBeTypeOf('function');
    const [output, rates] = net.probes;
    const labelled = (label: string): Node => net.allNodes.find((node) => node.label === label)!;
    expect([labelled('sink').sizeIn, labelled('sink').sizeOut]).toEqual([1, 0]);
    const transformed = ['sparse', 'image', 'drawn'].map((label) => net.within(() => new Probe(labelled(label))));
    await using sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } });
    await sim.runSteps(1);
    // Of 0.5, 2 and -1: entries 0.25 and 4 of a sparse matrix, an image twice as bright, and a matrix that was drawn, 1 2 3.
    expect(transformed.map((probe) => [...sim.data.get(probe).data])).toEqual([[0.5, -4], [1, 4, -2], [1.5]]);
    const table = net.allConnections.find(
      (connection) => connection.function !== null && connection.evalPoints !== null,
    )!;
    expect([0.1, 0.3, 0.5].map((x) => (table.function as (x: readonly number[]) => unknown)([x]))).toEqual([
      [1],
      [3],
      [5],
    ]);
    // By hand: the ramp is at 0.01, rates are 1 / (tau_ref + tau_rc log(1 + 1 / (J - 1))), decoders as given, and 0.5, -0.5 swapped.
    const currents = [2 * 0.01 + 1.5, -3 * 0.01 + 1, 0.01 + 2];
    const expected = currents.map((j) => (j > 1 ? 1 / (0.002 + 0.02 * Math.log1p(1 / (j - 1))) : 0));
    const near = (values: ArrayLike<number>, wanted: readonly number[]): void =>
      wanted.forEach((value, index) => expect(values[index]).toBeCloseTo(value, 9));
    near(sim.data.get(rates!).data, expected);
    near(sim.data.get(output!).data, [
      0.01 * expected[0]! + 0.005 * expected[2]! - 0.5,
      0.02 * expected[1]! + 0.005 * expected[2]! + 0.5,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
