/** @file `ndl new`: what it writes, what it refuses; `tools/strangers.test.ts` compiles and tests what it writes. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ndl } from './ndl.test-helper.ts';

const folder = mkdtempSync(join(tmpdir(), 'ndl-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string): string => join(folder, name);
const textOf = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');

test.each([
  ['planner', '@you/ndl-planner-two-rounds', 'twoRoundsPlanner', 'src/planner.test.ts'],
  ['neuron', '@you/ndl-neuron-bursting', "kind: 'youBursting'", 'src/definition.ts'],
  // Names that the sources have for something else, or that nothing can have.
  ['neuron', 'uniform', 'function myUniform(', 'src/neuron-type.ts'],
  ['neuron', 'new', 'function myNew(', 'src/neuron-type.ts'],
  ['neuron', 'ndl-neuron-2d', 'function my2d(', 'src/neuron-type.ts'],
  ['planner', 'describe', 'function myDescribePlanner(', 'src/planner.ts'],
  ['planner', 'ndl-planner', 'function myPlanner(', 'src/planner.ts'],
])('a %s called %s has %s in %s', async (kind, name, code, file) => {
  const target = place(name.replace('/', '-'));
  const { code: exit, written, told } = await ndl(['new', kind, name, '--folder', target, '--json']);
  expect([exit, told]).toEqual([0, '']);
  const { files } = JSON.parse(written) as { files: string[] };
  const found = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(found).toHaveLength(files.length);
  expect(readFileSync(join(target, file), 'utf8')).toContain(code);
  const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Record<string, object>;
  expect(manifest).toMatchObject({ name, peerDependencies: { '@ndl/core': '>=0.1.0 <1.0.0' } });
  expect(Object.keys(manifest['devDependencies']!)).toContain('@ndl/testing');
  for (const path of files) {
    const text = readFileSync(join(target, path), 'utf8');
    expect(text).not.toMatch(/@acme|acme(Squaring|Widest)|WIDEST_PLANNER|widestPlanner|Squaring\b/);
  }
});

test('says what comes next, and goes where its name says', async () => {
  const { written } = await ndl(['new', 'planner', 'wide', '--folder', place('deep/er/wide')]);
  expect(written).toMatch(/cd .*wide\n {2}npm install .*\n {2}npm test/);
  expect(textOf('deep/er/wide/README.md')).toMatch(/^# wide\n/);
  expect(textOf('deep/er/wide/LICENSE')).toContain('Choose one');
});

test('an empty folder is taken, and one with files is left as it is', async () => {
  mkdirSync(place('empty'));
  expect((await ndl(['new', 'planner', 'empty', '--folder', place('empty')])).code).toBe(0);
  mkdirSync(place('full'));
  writeFileSync(place('full/mine.txt'), 'mine');
  writeFileSync(place('file'), 'mine');
  const before = readdirSync(folder);
  for (const [name, sentence] of [
    ['full', 'has 1 files already, such as mine.txt; nothing is written'],
    ['file', 'is a file, or below one; nothing is written'],
    ['file/below', 'is a file, or below one'],
  ] as const) {
    const { code, told } = await ndl(['new', 'neuron', 'fine', '--folder', place(name)]);
    expect(code).toBe(1);
    expect(told).toContain(sentence);
  }
  expect(readdirSync(place('full'))).toEqual(['mine.txt']);
  expect(readdirSync(folder)).toEqual(before);
});

test('interrupted, leaves nothing behind', async () => {
  const before = readdirSync(folder);
  const { code } = await ndl(['new', 'planner', 'never', '--folder', place('never')], AbortSignal.abort());
  expect(code).toBe(130);
  expect(readdirSync(folder)).toEqual(before);
});

test.each([
  [['plannr', 'name'], 'Did you mean planner?'],
  [['toString', 'name'], "ndl new makes no 'toString'"],
  [['planner'], 'takes planner|neuron NAME; got planner'],
  [['planner', 'Upper'], 'names are lower-case letters'],
  [['planner', '../outside'], 'names are lower-case letters'],
  [['planner', '@scope/'], 'names are lower-case letters'],
  [['planner', '.hidden'], 'names are lower-case letters'],
  [['planner', 'a b'], 'names are lower-case letters'],
  [['planner', 'a'.repeat(215)], 'more than 214 characters'],
  [['planner', 'node_modules'], 'taken by Node or npm'],
  [['planner', 'fs'], 'taken by Node or npm'],
])('%j is refused', async (args, sentence) => {
  const { code, told } = await ndl(['new', ...args]);
  expect(code).toBe(2);
  expect(told).toContain(sentence);
});
