/**
 * @file `npm run check -- [FILTER …]`: the tests with their full counts (`NDL_CHECK=full`), where the gate takes a sample.
 * All parameters go to Vitest: `npm run check -- random-networks` runs the files of that name alone.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const filters = process.argv.slice(2);
// Only the examples need what is built.
setUp({ build: filters.length === 0 });
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', ...filters], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, NDL_CHECK: 'full' },
});
process.exit(status ?? 1);
