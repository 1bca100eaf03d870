/**
 * @file `npm run nir -- DIR [--dt SECONDS]`: reads every graph of NIR in a directory, runs it and writes it back; holds the traces of one neuron
 * beside them (`*.csv`: input, membrane, spikes of each step, no header) against every convention; and prints what reproduces what.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { exportNir, nir, NIR_CONVENTIONS, nirNetwork, readNir, writeNir } from '@ndl/nir';
import { decodeNpy } from '@ndl/numerics';
import { defaultPlugins, Probe, REFERENCE_BACKEND, Simulator } from 'ndl';

const USAGE = 'npm run nir -- DIR [--dt SECONDS]';
/** Steps that each graph runs for, with ones at its inputs. */
const STEPS = 50;
/** What a simulator in float32 may differ by, and what exact integration may. */
const NEAR = 1e-5;
const EXACT = 1e-6;

const { directory, dt } = readArguments();
const files = list(directory);
const graphs = new Map();
const traces = new Map();
let failures = 0;

say('Graphs');
for (const file of files.filter((name) => name.endsWith('.nir'))) await judgeGraph(file);
say('');
say(`Traces, dt = ${dt} s`);
for (const file of files.filter((name) => name.endsWith('.csv'))) await judgeTrace(file);
const recordings = files.filter((name) => name.endsWith('.npy'));
if (recordings.length > 0) say('', 'Recordings');
for (const file of recordings) describeRecording(file);
process.exitCode = failures > 0 || graphs.size === 0 ? 1 : 0;
if (graphs.size === 0) process.stderr.write(`There is no graph that can be read (*.nir) in ${directory}.\n`);

async function judgeGraph(file) {
  try {
    const graph = await readNir(readFileSync(join(directory, file)));
    const imported = nirNetwork(graph);
    graphs.set(file, graph);
    const written = await readNir(await writeNir(exportNir(imported)));
    const { notes: _, ...read } = graph;
    const isSame = isDeepStrictEqual(written, read);
    if (!isSame) failures += 1;
    const counts = [...countsOf(graph)].map(([type, count]) => (count === 1 ? type : `${count} ${type}`));
    line(file, `version ${graph.version ?? 'unknown'}: ${counts.join(', ')}`);
    const conventions = new Set([...imported.conventions.values()].map(nameOfConvention));
    line('', `convention ${[...conventions].join(', ') || 'none needed'}; ${await run(imported)}`);
    line('', isSame ? 'written back: the same graph' : 'WRITTEN BACK: ANOTHER GRAPH');
    for (const note of imported.notes) line('', `note: ${note}`);
  } catch (error) {
    failures += 1;
    line(file, `NOT SUPPORTED  ${error.code ?? error.name}: ${error.message}`);
  }
}

async function run({ network, inputs, outputs }) {
  const probes = network.within(() => [...outputs.values()].map((node) => new Probe(node)));
  const sim = await simulator(network);
  try {
    const data = [...inputs.values()].map((node) => [node, [new Array(node.sizeOut).fill(1)]]);
    const results = await sim.predict(data, { steps: STEPS });
    const sums = probes.map((probe) => results.get(probe).data.reduce((sum, value) => sum + value, 0));
    return `ran ${STEPS} steps with ones at its inputs, output adds up to ${sums.map((sum) => +sum.toPrecision(6)).join(', ')}`;
  } finally {
    await sim.dispose();
  }
}

/** Tells which pair of graph and convention comes nearest, and how near the convention of the trace's name comes. */
async function judgeTrace(file) {
  const rows = readFileSync(join(directory, file), 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split(',').map(Number));
  if (rows.some((row) => row.length !== 3 || row.some((value) => !Number.isFinite(value)))) {
    line(file, 'no trace: three numbers a line are wanted: input, membrane, spikes');
    return;
  }
  const found = [];
  for (const [name, graph] of graphs) {
    if (neuronsOf(graph).length !== 1) continue;
    for (const convention of Object.keys(NIR_CONVENTIONS))
      found.push(...compare(await traceOf(graph, convention, rows), rows, { name, convention }));
  }
  if (found.length === 0) {
    line(file, 'no graph of one neuron to hold it against');
    return;
  }
  found.sort((a, b) => a.spikes - b.spikes || a.error - b.error);
  const simulatorName = basename(file, '.csv').split('_').at(-1);
  const isSimulator = ({ convention }) => convention === simulatorName || convention === `${simulatorName}File`;
  const own = found.find(isSimulator) ?? found[0];
  const bound = simulatorName === 'exact' ? EXACT : NEAR;
  const isNear = own.spikes === 0 && own.error <= bound;
  if (!isNear) failures += 1;
  line(file, `${isNear ? 'reproduced' : 'NOT REPRODUCED'} by ${describe(own)}`);
  const others = found.filter((each) => each.spikes === 0 && each.error <= bound && each !== own);
  if (others.length > 0)
    line('', `as well by ${others.map((each) => `${each.convention} of ${each.name}`).join(', ')}`);
  const wrong = found.find((each) => !isSimulator(each) && !others.includes(each) && each !== own);
  if (wrong !== undefined) line('', `next: ${describe(wrong)}`);
}

function describe({ convention, name, error, spikes, unit }) {
  const units = unit === 'volts' ? '' : `, membrane in ${unit}`;
  const wrong = spikes === 0 ? 'all spikes' : `${spikes} steps with other spikes`;
  return `${convention} of ${name}: membrane within ${error.toExponential(1)}, ${wrong}${units}`;
}

/** Membrane and spikes of the one neuron of a graph, for the inputs of a trace, of which what is not 0 is a spike. */
async function traceOf(graph, convention, rows) {
  const steps = rows.map(([input]) => [input === 0 ? 0 : 1]);
  const key = JSON.stringify([[...graphs.values()].indexOf(graph), convention, steps.map(([value]) => value).join('')]);
  const known = traces.get(key);
  if (known !== undefined) return known;
  const { network, inputs, nodes } = nirNetwork(graph, { convention });
  const ensemble = [...nodes.values()].find(({ kind }) => kind === 'ensemble');
  const [membrane, output] = network.within(() => [
    new Probe(ensemble.neurons, { attribute: 'voltage' }),
    new Probe(ensemble.neurons),
  ]);
  const sim = await simulator(network);
  const [input] = inputs.values();
  const results = await sim.predict([[input, [steps]]], { steps: rows.length });
  await sim.dispose();
  const { initialState } = ensemble.neuronType;
  const value = (state) => initialState[state]?.data[0];
  const units = {
    volts: 1,
    thresholds: 1 / value('thresholdVoltage'),
    'inputs of one step': value('tauMembrane') / (dt * value('resistance')),
  };
  const trace = { membrane: results.get(membrane).data, spikes: results.get(output).data, units };
  traces.set(key, trace);
  return trace;
}

/** Simulators show the membrane in units of their own. */
function compare({ membrane, spikes, units }, rows, names) {
  const wrong = rows.filter(([, , spike], step) => (spike !== 0) !== (spikes[step] !== 0)).length;
  const compared = Object.entries(units).map(([unit, scale]) => {
    const error = Math.max(...rows.map(([, shown], step) => Math.abs(membrane[step] * scale - shown)));
    return { ...names, unit, error, spikes: wrong };
  });
  return [compared.reduce((best, each) => (each.error < best.error ? each : best))];
}

function describeRecording(file) {
  const { shape } = decodeNpy(readFileSync(join(directory, file)));
  line(file, `[${shape.join(', ')}]: not replayed, as there is no input to it here`);
}

function neuronsOf(graph) {
  return [...graph.nodes.values()].filter(({ type }) => ['IF', 'LIF', 'CubaLIF', 'NIRGraph'].includes(type));
}

function countsOf(graph, counts = new Map()) {
  for (const node of graph.nodes.values()) {
    counts.set(node.type, (counts.get(node.type) ?? 0) + 1);
    if (node.type === 'NIRGraph') countsOf(node, counts);
  }
  return counts;
}

function nameOfConvention(convention) {
  return Object.entries(NIR_CONVENTIONS).find(([, each]) => isDeepStrictEqual(each, convention))?.[0] ?? 'its own';
}

async function simulator(network) {
  const settings = { backend: REFERENCE_BACKEND, dtype: 'float64' };
  return await Simulator.create(network, { dt, plugins: [...defaultPlugins(), nir()], settings });
}

function say(...lines) {
  for (const each of lines) process.stdout.write(`${each}\n`);
}

function line(name, text) {
  say(`  ${name.padEnd(46)} ${text}`);
}

function list(folder) {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    return exitWithUsage(`${folder} cannot be read: ${error.message}`);
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { dt: { type: 'string' } } });
    const step = Number(values.dt ?? 1e-4);
    if (positionals.length !== 1) return exitWithUsage('One directory is wanted.');
    if (!(step > 0 && step < Infinity))
      return exitWithUsage(`--dt must be a number of seconds above 0, not ${values.dt}.`);
    return { directory: positionals[0], dt: step };
  } catch (error) {
    return exitWithUsage(error.message);
  }
}

function exitWithUsage(why) {
  process.stderr.write(`${why}\nUsage: ${USAGE}\n`);
  return process.exit(2);
}
