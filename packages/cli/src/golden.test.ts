/** @file `ndl golden`: what it says of networks that Nengo ran, of files that are none, and of numbers that are wrong. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { ndl } from './ndl.test-helper.ts';

const NETWORKS = join(import.meta.dirname, '../../golden/networks');
const folder = mkdtempSync(join(tmpdir(), 'ndl-golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
  return place;
}

const good = folderOf('good', {});
for (const file of ['integrator_rate', 'unit_rng'])
  copyFileSync(join(NETWORKS, `${file}.json.gz`), join(good, `${file}.json.gz`));
const text = gunzipSync(readFileSync(join(NETWORKS, 'integrator_rate.json.gz'))).toString('utf8');

test('replays what is a network, and tells the worst error of each quantity', async () => {
  const { code, written, told } = await ndl(['golden', good]);
  expect([code, told]).toEqual([0, '']);
  expect(written).toMatch(/^passed {2}integrator_rate .*probes \d/);
  expect(written).toMatch(/^worst {3}decoders .* integrator_rate$/m);
  expect(written).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/);
});

test('on a backend in single precision, as one document', async () => {
  const { code, written } = await ndl(['golden', good, '--backend=wasm', '--dtype', 'float32', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(written)).toMatchObject({
    backend: 'wasm',
    dtype: 'float32',
    passed: 1,
    failed: 0,
    networks: [{ name: 'integrator_rate', outcome: 'passed' }],
  });
});

test('numbers that are not Nengo’s are a failure, and so is a file that cannot be read', async () => {
  const file = JSON.parse(text) as { ensembles: { gain: number[] }[] };
  file.ensembles[0]!.gain[0]! += 0.01;
  const wrong = folderOf('wrong', { 'wrong.json': JSON.stringify(file), 'cut.json': text.slice(0, 1000) });
  const { code, written } = await ndl(['golden', wrong]);
  expect(code).toBe(1);
  expect(written).toMatch(/^failed {2}wrong .*gain TOO FAR/m);
  expect(written).toMatch(/^failed {2}cut .*cut\.json cannot be read/m);
  expect(written).toContain('0 passed, 2 failed, 0 skipped');
});

test('a file of the format that lacks its parts is told which', async () => {
  const bare = folderOf('bare', { 'bare.json': '{"format":"nengo-golden/2"}' });
  const { code, written } = await ndl(['golden', bare]);
  expect(code).toBe(1);
  expect(written).toMatch(/^failed {2}bare .*NENGO_FILE: .*dt/m);
});

test('interrupted, tells what it has', async () => {
  const { code, told, written } = await ndl(['golden', good], AbortSignal.abort());
  expect(code).toBe(130);
  expect(told).toContain('Interrupted after 0 of 2 files');
  expect(written).toContain('0 passed');
});

test.each([
  [[], 2, 'takes FOLDER; got nothing'],
  [['one', 'two'], 2, 'takes FOLDER; got one two'],
  [[good, '--fast'], 2, "no option '--fast'"],
  [[good, '--backend', 'gpu'], 2, 'one of reference, wasm, tfjs'],
  [[good, '--backend', 'toString'], 2, "got 'toString'"],
  [[good, '--backend', 'tfjs', '--dtype', 'float64'], 2, "--dtype must be one of float32 on tfjs; got 'float64'"],
  [[good, '--only', 'lif_sine'], 1, "There is no network named 'lif_sine' in"],
  [[join(folder, 'nowhere')], 1, 'nowhere cannot be read'],
  [[folderOf('empty', {})], 1, 'There is no network of the format "nengo-golden/2"'],
])('%j is refused', async (args, exit, sentence) => {
  const { code, told } = await ndl(['golden', ...args]);
  expect(code).toBe(exit);
  expect(told).toContain(sentence);
});
