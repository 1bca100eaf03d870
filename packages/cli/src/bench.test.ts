/** @file `ndl bench`: what it measures and reports; how fast things are is nobody's promise. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ndl } from './ndl.test-helper.ts';

const folder = mkdtempSync(join(tmpdir(), 'ndl-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = join(folder, 'small.ts');
writeFileSync(
  model,
  `import { Connection, Ensemble, Network, Node } from 'ndl';
const net = new Network({ seed: 0 });
net.within(() => {
  const stimulus = new Node([0.5]);
  const a = new Ensemble({ nNeurons: 20, dimensions: 1 });
  new Connection(stimulus, a);
});
export default net;
`,
);

interface Result {
  readonly backend: string;
  readonly items: number;
  readonly threads?: number;
  readonly steps: number;
  readonly repetitions: number;
  readonly microsecondsAStep: number;
  readonly buildSeconds: Readonly<Record<string, number>>;
  readonly ratio: number;
}

test('times each backend, each number of items and of threads, and compares with the first', async () => {
  const args = ['bench', model, '--backend', 'reference,wasm', '--items', '1,2', '--threads', '1', '--steps', '5'];
  const { code, written } = await ndl([...args, '--json']);
  expect(code).toBe(0);
  const { results, refused } = JSON.parse(written) as { results: Result[]; refused: unknown[] };
  expect(refused).toEqual([]);
  expect(results.map(({ backend, items, threads }) => [backend, items, threads])).toEqual([
    ['reference', 1, undefined],
    ['reference', 2, undefined],
    ['wasm', 1, 1],
    ['wasm', 2, 1],
  ]);
  const [first] = results;
  expect(first!.ratio).toBe(1);
  for (const { steps, repetitions, microsecondsAStep, items, ratio, buildSeconds } of results) {
    expect([steps, repetitions]).toEqual([5, 5]);
    expect(Object.keys(buildSeconds)).toEqual(['build', 'compile', 'load']);
    expect(ratio).toBeCloseTo((first!.microsecondsAStep * items) / microsecondsAStep, 10);
  }
});

test('shows a table', async () => {
  const { code, written } = await ndl(['bench', model, '--backend=wasm', '--steps', '2']);
  expect(code).toBe(0);
  expect(written).toMatch(/^small\.ts: medians .*\nbackend +items +runs on .* µs a step +times as fast\nwasm +1 +/);
});

test('interrupted, says so', async () => {
  const { code } = await ndl(['bench', model], AbortSignal.abort());
  expect(code).toBe(130);
});

test.each([
  [['--backend', 'wasm,gpu'], "one of reference, wasm, tfjs; got 'gpu'"],
  [['--items', '1,none'], "--items must be whole numbers above 0, such as 1,32; got '1,none'"],
  [['--threads', '0'], '--threads must be whole numbers above 0'],
  [['--steps', '1.5'], '--steps must be a whole number above 0'],
])('%j is refused', async (args, sentence) => {
  const { code, told } = await ndl(['bench', model, ...args]);
  expect(code).toBe(2);
  expect(told).toContain(sentence);
});
