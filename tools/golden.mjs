/**
 * @file `npm run golden -- DIR [--backend reference|tfjs] [--dtype float64|float32] [--only NAME]`: replays every network of a
 * directory that Nengo ran (format "nengo-golden/2", plain or gzipped JSON) and prints the worst error per quantity and case.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { isGoldenFile, isSpiking, relativeRootMeanSquare, replayGolden, spikeTimeBounds } from '@ndl/testing/golden';
import { defaultPlugins, REFERENCE_BACKEND, Simulator, TFJS_BACKEND } from 'ndl';

const USAGE = 'npm run golden -- DIR [--backend reference|tfjs] [--dtype float64|float32] [--only NAME]';
const BACKENDS = { reference: REFERENCE_BACKEND, tfjs: TFJS_BACKEND };

/** Largest accepted error of what the build makes and, in float64, of what a run records. */
const EXACT = 1e-9;
/** In float32: of rate cases, and of probes that spike times do not reach. */
const SINGLE = 1e-4;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', default: 'reference' }, dtype: { type: 'string' }, only: { type: 'string' } },
});
const backend = Object.hasOwn(BACKENDS, flags.backend) ? BACKENDS[flags.backend] : undefined;
const dtype = flags.dtype ?? (flags.backend === 'tfjs' ? 'float32' : 'float64');
if (positionals.length !== 1 || backend === undefined || !['float32', 'float64'].includes(dtype)) {
  process.stderr.write(`Usage: ${USAGE}\n`);
  process.exit(2);
}

const tally = { passed: 0, failed: 0, skipped: 0 };
for (const path of goldenPaths(positionals[0])) {
  const file = readJson(path);
  const name = basename(path).replace(/\.json(\.gz)?$/, '');
  if (!isGoldenFile(file) || (flags.only !== undefined && name !== flags.only)) continue;
  const { outcome, line } = await judge(file);
  tally[outcome] += 1;
  process.stdout.write(`${outcome.padEnd(7)} ${name.padEnd(18)} ${line}\n`);
}
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
process.exitCode = tally.failed > 0 || tally.passed + tally.skipped === 0 ? 1 : 0;

async function judge(file) {
  try {
    const result = await replayGolden(file, simulatorWith({ backend, dtype }));
    if (result.outcome === 'skipped') return { outcome: 'skipped', line: `ndl has no ${result.missing} yet` };
    const problems = await problemsOf(file, result);
    const leftOut = result.leftOut.map((missing) => `(without ${missing})`);
    if (result.givenSeeds > 0) leftOut.push(`(${result.givenSeeds} given seeds)`);
    const errors = Object.entries(result.errors).map(([quantity, error]) => `${quantity} ${error.toExponential(1)}`);
    return { outcome: problems.length === 0 ? 'passed' : 'failed', line: [...errors, ...leftOut, ...problems].join('  ') };
  } catch (error) {
    return { outcome: 'failed', line: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function problemsOf(file, { errors, probes }) {
  const problems = Object.entries(errors)
    .filter(([quantity, error]) => quantity !== 'probes' && !(error <= EXACT))
    .map(([quantity]) => `${quantity} TOO FAR`);
  if (dtype === 'float64' || !isSpiking(file)) {
    if (!(errors.probes <= (dtype === 'float64' ? EXACT : SINGLE))) problems.push('probes TOO FAR');
    return problems;
  }
  const bounds = await spikeTimeBounds(file, simulatorWith({ backend: REFERENCE_BACKEND, dtype: 'float64' }));
  for (const { id, got, expected } of probes.filter(({ isOfNeurons }) => !isOfNeurons)) {
    const error = relativeRootMeanSquare(got, expected);
    const bound = Math.max(bounds.get(id), SINGLE);
    if (!(error <= bound)) problems.push(`${id} RMSE ${error.toExponential(1)} TOO FAR (bound ${bound.toExponential(1)})`);
  }
  return problems;
}

function simulatorWith(settings) {
  return (network, options) => Simulator.create(network, { ...options, plugins: defaultPlugins(), settings });
}

function goldenPaths(directory) {
  return readdirSync(directory)
    .filter((name) => /\.json(\.gz)?$/.test(name))
    .toSorted()
    .map((name) => join(directory, name));
}

function readJson(path) {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}
