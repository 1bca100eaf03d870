/** @file Packs every public package and checks the tarball as a consumer would see it: exports, files, types. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PUBLINT = join(ROOT, 'node_modules/publint/src/cli.js');
const TYPES = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');

const failed = [];
for (const name of readdirSync(join(ROOT, 'packages')).sort()) {
  const folder = join(ROOT, 'packages', name);
  const checks = [
    [PUBLINT, folder, '--strict'],
    [TYPES, '--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--quiet'],
  ].map((command) => spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' }));
  const bad = checks.filter(({ status }) => status !== 0);
  for (const { stdout, stderr } of bad) process.stderr.write(`${stdout}${stderr}\n`);
  console.log(`${bad.length === 0 ? 'sound ' : 'FAULTY'} ${name}`);
  if (bad.length > 0) failed.push(name);
}
process.exitCode = failed.length === 0 ? 0 : 1;
