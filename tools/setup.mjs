/**
 * @file Makes a fresh clone ready: checks Node, installs what package-lock.json says, builds on request.
 *
 * Imports nothing that has to be installed first. All noise goes to standard error, so that a command
 * which prints JSON stays clean. Run `node tools/setup.mjs [--build]`, or import {@link setUp}.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(ROOT, 'node_modules', '.setup-stamp');
const OLDEST_NODE = [20, 19];

/** Installs and, where asked, builds. Throws a one-line error if either fails. */
export function setUp({ build }) {
  checkNode();
  install();
  if (build) buildAll();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(`ndl needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.`);
}

/** Runs `npm ci` unless the installed packages are those of the present lock file. */
function install() {
  const lock = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  const wanted = lock.digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('Installing packages …\n');
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(STAMP, wanted);
}

function buildAll() {
  const nx = join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
  process.stderr.write('Building packages …\n');
  // What has gone well needs no word.
  run('The build', process.execPath, [nx, 'run-many', '-t', 'build'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Calls the npm that called us, where there is one. */
function npm(parameters) {
  const caller = process.env.npm_execpath;
  if (caller?.endsWith('.js')) run('npm ci', process.execPath, [caller, ...parameters], {});
  else run('npm ci', 'npm', parameters, { shell: process.platform === 'win32' });
}

function run(what, command, parameters, options) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, parameters, {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
    maxBuffer: 2 ** 28,
    ...options,
  });
  if (error) throw error;
  if (signal === 'SIGINT') process.exit(130);
  if (status === 0) return;
  for (const noise of [stdout, stderr]) if (noise) process.stderr.write(noise);
  throw new Error(`${what} failed; its messages are above.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp({ build: process.argv.includes('--build') });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
