/**
 * @file `npm run golden -- DIR [--backend reference|tfjs] [--dtype float64|float32] [--only NAME]`: replays every network of a
 * directory that Nengo ran (format "nengo-golden/2", plain or gzipped JSON) and prints the worst error per quantity and case.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { isGoldenFile, relativeRootMeanSquare, replayGolden } from '@ndl/testing/golden';
import { defaultPlugins, REFERENCE_BACKEND, Simulator, TFJS_BACKEND } from 'ndl';

const USAGE = 'npm run golden -- DIR [--backend reference|tfjs] [--dtype float64|float32] [--only NAME]';
const BACKENDS = { reference: REFERENCE_BACKEND, tfjs: TFJS_BACKEND };

/** Largest accepted error of what the build makes and, in float64, of what a run records. */
const EXACT = 1e-9;
/** In float32: of rate cases and of the build. Spiking cases are judged by `SPIKING_RMSE`. */
const SINGLE = 1e-4;
/**
 * In float32 a spike may fall one step early or late. Decoded output filtered by a synapse of time constant τ then errs by
 * one spike's share for one step; a tenth of the output's root mean square is far above that and far below a wrong network.
 */
const SPIKING_RMSE = 0.1;

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
    const create = (network, options) => Simulator.create(network, { ...options, plugins: defaultPlugins(), settings: { backend, dtype } });
    const result = await replayGolden(file, create);
    if (result.outcome === 'skipped') return { outcome: 'skipped', line: `ndl has no ${result.missing} yet` };
    const problems = problemsOf(file, result);
    const leftOut = result.leftOut.map((missing) => `(without ${missing})`);
    if (result.givenSeeds > 0) leftOut.push(`(${result.givenSeeds} given seeds)`);
    const errors = Object.entries(result.errors).map(([quantity, error]) => `${quantity} ${error.toExponential(1)}`);
    return { outcome: problems.length === 0 ? 'passed' : 'failed', line: [...errors, ...leftOut, ...problems].join('  ') };
  } catch (error) {
    return { outcome: 'failed', line: `${error.code ?? error.name}: ${error.message}` };
  }
}

function problemsOf(file, { errors, probes }) {
  const isSpiking = file.ensembles.some(({ neuron_type: { type } }) => ['LIF', 'SpikingRectifiedLinear'].includes(type));
  const built = Object.entries(errors).filter(([quantity, error]) => quantity !== 'probes' && error > EXACT);
  const problems = built.map(([quantity]) => `${quantity} TOO FAR`);
  if (dtype === 'float64' || !isSpiking) {
    if (errors.probes > (dtype === 'float64' ? EXACT : SINGLE)) problems.push('probes TOO FAR');
    return problems;
  }
  for (const { id, isDecoded, got, expected } of probes.filter((probe) => probe.isDecoded)) {
    const error = relativeRootMeanSquare(got, expected);
    if (isDecoded && error > SPIKING_RMSE) problems.push(`${id} RMSE ${error.toExponential(1)} TOO FAR`);
  }
  return problems;
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
