/** @file `ndl` as a process: what models leave running or to nobody, and streams that end. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ndl-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly written: string;
  readonly told: string;
}

/** @param reads of standard output, how much is read; a file that it goes to */
async function ended(args: readonly string[], reads: 'all' | 'nothing' | number = 'all'): Promise<Ended> {
  const output = typeof reads === 'number' ? reads : 'pipe';
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', output, 'pipe'] });
  let [written, told] = ['', ''];
  if (reads === 'nothing') child.stdout!.destroy();
  else child.stdout?.on('data', (text: Buffer) => (written += text.toString()));
  child.stderr!.on('data', (text: Buffer) => (told += text.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, written, told };
}

/** A model of one line, and `more` on the line after it. */
function modelWith(name: string, more: string): string {
  const network = 'const net = new Network({ seed: 0 }); net.within(() => { const p = new Probe(new Node([0.5])); });';
  writeFileSync(
    join(folder, name),
    `import { Network, Node, Probe } from 'ndl'; ${network} export default net;\n${more}\n`,
  );
  return name;
}

const short = ['--seconds', '0.01'];

describe.concurrent('the process', () => {
  test('ends though a model goes on, and its console keeps out of the document', async ({ expect: expecting }) => {
    const model = modelWith('going-on.ts', "setInterval(() => {}, 1000); console.log('a word');");
    const { code, written, told } = await ended(['run', model, ...short, '--json']);
    expecting([code, told]).toEqual([0, 'a word\n']);
    expecting(JSON.parse(written)).toMatchObject({ steps: 10 });
  });

  test.each([
    ['rejected.ts', "void Promise.reject(new Error('lost'));", 'rejected.ts:2: lost\n'],
    [
      'thrown.ts',
      "setTimeout(() => { throw new Error('late'); }, 0); await new Promise((done) => setTimeout(done, 1000));",
      'thrown.ts:2: late\n',
    ],
    ['never.ts', 'await new Promise(() => {});', 'It waits for a promise that nothing will settle'],
  ])('tells in a sentence what %s leaves to nobody', async (name, more, sentence) => {
    const { code, written, told } = await ended(['run', modelWith(name, more), ...short]);
    expect([code, written]).toEqual([1, '']);
    expect(told).toContain(sentence);
    expect(told.length).toBeLessThan(300);
  });

  test('writes files for readers that have seen enough, and tells those that got nothing', async ({
    expect: expecting,
  }) => {
    const model = modelWith('told.ts', '');
    const nobody = await ended(['run', model, ...short, '--csv', 'told.csv'], 'nothing');
    expecting([nobody.code, nobody.told]).toEqual([0, '']);
    writeFileSync(join(folder, 'read-only'), '');
    const output = openSync(join(folder, 'read-only'), 'r');
    const lost = await ended(['run', model, ...short], output);
    closeSync(output);
    expecting(lost.code).toBe(1);
    expecting(lost.told).toMatch(/^Standard output cannot be written: /);
  });
});
