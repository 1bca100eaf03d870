/**
 * @file `npm run golden -- DIR [--backend reference|wasm|tfjs] [--dtype float64|float32] [--only NAME]`: replays every network of a
 * directory that Nengo ran (format "nengo-golden/2", plain or gzipped JSON) and prints the worst error per quantity and case.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isGoldenFile, isSpiking, relativeRootMeanSquare, replayGolden, spikeTimeBounds } from '@ndl/golden';
import { defaultPlugins, REFERENCE_BACKEND, Simulator, TFJS_BACKEND, WASM_BACKEND } from 'ndl';
import { readOptions, USAGE } from './golden-options.mjs';

const BACKENDS = { reference: REFERENCE_BACKEND, wasm: WASM_BACKEND, tfjs: TFJS_BACKEND };

/** Largest accepted error of what the build makes and, in float64, of what a run records. */
const EXACT = 1e-9;
/** In float32: of rate cases, and of what spike times do not reach. */
const SINGLE = 1e-4;
/** What a run records; all else is made by the build, in float64. */
const RECORDED = ['nodes', 'probes'];

const { problem, directory, backend, dtype, only } = readOptions(process.argv.slice(2));
if (problem !== undefined) exitWithUsage(problem);

const tally = { passed: 0, failed: 0, skipped: 0 };
const worst = new Map();
for (const path of goldenPaths(directory)) {
  const name = nameOf(path);
  const verdict = await replay(path, name);
  if (verdict === undefined) continue;
  const { outcome, line, errors = {} } = verdict;
  tally[outcome] += 1;
  process.stdout.write(`${outcome.padEnd(7)} ${name.padEnd(18)} ${line}\n`);
  for (const [quantity, error] of Object.entries(errors)) {
    if (!(error <= worst.get(quantity)?.error)) worst.set(quantity, { error, name });
  }
}
const count = tally.passed + tally.failed + tally.skipped;
if (count === 0) {
  const what = only === undefined ? 'network of the format "nengo-golden/2"' : `network named '${only}'`;
  process.stderr.write(`There is no ${what} in ${directory}.\n`);
}
for (const [quantity, { error, name }] of worst) {
  process.stdout.write(`worst   ${quantity.padEnd(18)} ${error.toExponential(1)}  ${name}\n`);
}
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
process.exitCode = tally.failed > 0 || count === 0 ? 1 : 0;

/** Undefined for what is no network, such as the tables of single functions. */
async function replay(path, name) {
  if (only !== undefined && name !== only) return undefined;
  let file;
  try {
    file = readJson(path);
  } catch (error) {
    return { outcome: 'failed', line: `${basename(path)} cannot be read: ${error.message}` };
  }
  return isGoldenFile(file) ? judge(file) : undefined;
}

async function judge(file) {
  try {
    const result = await replayGolden(file, simulatorWith({ backend: BACKENDS[backend], dtype }));
    if (result.outcome === 'skipped') return { outcome: 'skipped', line: `ndl has no ${result.missing} yet` };
    const problems = await problemsOf(file, result);
    const leftOut = result.leftOut.map((missing) => `(without ${missing})`);
    if (result.givenSeeds > 0) leftOut.push(`(${result.givenSeeds} given seeds)`);
    const errors = Object.entries(result.errors).map(([quantity, error]) => `${quantity} ${error.toExponential(1)}`);
    return {
      outcome: problems.length === 0 ? 'passed' : 'failed',
      line: [...errors, ...leftOut, ...problems].join('  '),
      errors: result.errors,
    };
  } catch (error) {
    return { outcome: 'failed', line: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function problemsOf(file, { errors, probes }) {
  const allowsForSpikeTimes = dtype === 'float32' && isSpiking(file);
  const isNear = ([quantity, error]) => {
    if (quantity === 'probes' && allowsForSpikeTimes) return true;
    return error <= (dtype === 'float32' && RECORDED.includes(quantity) ? SINGLE : EXACT);
  };
  const problems = Object.entries(errors)
    .filter((entry) => !isNear(entry))
    .map(([quantity]) => `${quantity} TOO FAR`);
  if (!allowsForSpikeTimes) return problems;
  const bounds = await spikeTimeBounds(file, simulatorWith({ backend: REFERENCE_BACKEND, dtype: 'float64' }));
  for (const { id, got, expected } of probes.filter(({ isOfNeurons }) => !isOfNeurons)) {
    const error = relativeRootMeanSquare(got, expected);
    const bound = Math.max(bounds.get(id), SINGLE);
    if (!(error <= bound))
      problems.push(`${id} RMSE ${error.toExponential(1)} TOO FAR (bound ${bound.toExponential(1)})`);
  }
  return problems;
}

function simulatorWith(settings) {
  return (network, options) => Simulator.create(network, { ...options, plugins: defaultPlugins(), settings });
}

function goldenPaths(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => /\.json(\.gz)?$/.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (error) {
    return exitWithUsage(`${folder} cannot be read: ${error.message}`);
  }
}

function nameOf(path) {
  return basename(path).replace(/\.json(\.gz)?$/, '');
}

function exitWithUsage(why) {
  process.stderr.write(`${why}\nUsage: ${USAGE}\n`);
  process.exit(2);
}

function readJson(path) {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}
