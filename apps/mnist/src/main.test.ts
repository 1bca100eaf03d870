/** The job as a person runs it, interrupted: a whole run takes minutes and is what `npm start` is for. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndl-mnist-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an interrupt while it learns ends with 130, and names the file of what was learnt so far', async () => {
  const job = spawn(process.execPath, [main, '--json', '--output', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, messages] = ['', ''];
  job.stdout.on('data', (text: Buffer) => (output += text.toString()));
  job.stderr.on('data', (text: Buffer) => {
    const isLearning = messages.includes('loss');
    messages += text.toString();
    if (!isLearning && messages.includes('loss')) job.kill('SIGINT');
  });
  const code = await new Promise((resolve) => job.on('close', resolve));
  const file = join(folder, 'parameters.npz');
  expect(code).toBe(130);
  expect(output).toBe('');
  expect(messages).toContain(`What was learnt so far is in ${file}`);
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
});
