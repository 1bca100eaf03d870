/** @file The lint rules of this repository's own, on code that breaks them and code that does not. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './workspace.ts';

const REFUSED = [
  'Math.exp(x)',
  'Math["tanh"](x)',
  'Math[name](x)',
  'Math?.hypot(x, x)',
  'globalThis.Math.cbrt(x)',
  'x ** 2',
  'x **= 2',
  '2 ** x',
  '2 ** 0.5',
  '[x].map(Math.sin)',
  '{ const { pow } = Math; }',
  '{ const { log: ln } = Math; }',
  '{ const engine = Math; }',
  '(Math as Engine).exp(x)',
  'Math!.exp(x)',
  '(0, Math).exp(x)',
  'Math[`exp`](x)',
  '({ exp: own } = Math)',
  'engine = Math',
  '{ const { Math: engine } = globalThis; }',
  'function own({ tanh } = Math) {}',
  'function own(engine = Math) {}',
  'Reflect.get(Math, name)(x)',
  'Object.entries(globalThis.Math)',
  '[Math].map(use)',
  'use({ engine: Math })',
  'use({ ...Math })',
  '(() => Math)().exp(x)',
  '(given ?? Math).exp(x)',
  '(given ? given : Math).exp(x)',
];

const ALLOWED = [
  'Math.sqrt(x) + Math.floor(x) + Math.abs(x) * Math.PI',
  '{ const { max, fround } = Math; }',
  'exp(x)',
  '2 ** 53 + 2 ** -10',
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndl-lint-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of `code`, from 0, in which the rule finds something. */
function linesRefused(code: readonly string[]): number[] {
  const file = join(folder, 'code.ts');
  writeFileSync(file, code.join(';\n'));
  const command = [
    join(ROOT, 'node_modules/oxlint/bin/oxlint'),
    '--config',
    join(ROOT, '.oxlintrc.json'),
    '--format=unix',
    file,
  ];
  let output = '';
  try {
    output = execFileSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const found = [...output.matchAll(/code\.ts:(\d+):.*Engines differ/g)].map(([, line]) => Number(line) - 1);
  return [...new Set(found)].toSorted((a, b) => a - b);
}

test("libraries use the engine's functions neither by name nor by stealth", () => {
  expect(linesRefused(REFUSED)).toEqual(REFUSED.map((_, line) => line));
});

test('what is exact on every engine is allowed', () => {
  expect(linesRefused(ALLOWED)).toEqual([]);
});
