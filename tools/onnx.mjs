/**
 * @file `npm run onnx -- DIR [--only TEXT]`: converts every graph of ONNX below a directory (`model.onnx`), runs it on the inputs recorded beside
 * it (`test_data_set_*`), holds what it puts out against the recorded outputs, and prints what is reproduced, and what is refused and why.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { convert } from '@ndl/convert';
import { Simulator } from 'ndl';
import { readOnnxFile, readOnnxTensor } from '../packages/convert/dist/onnx/onnx-file.js';

const USAGE = 'npm run onnx -- DIR [--only TEXT]';
/** How far numbers may be off, as a part of the largest of their array, or of 1 where that is less: both sides compute in float32. */
const NEAR = 1e-5;

const { directory, only } = readArguments();
const graphs = foldersBelow(directory).filter((folder) => folder.includes(only));
const reproduced = [];
const differing = [];
const refused = new Map();
const [missing, otherwise] = [new Map(), []];

for (const folder of graphs) await judge(folder);
section(`Reproduced, within ${NEAR}`, reproduced);
section('DIFFERING', differing);
section(
  'Refused: operators without a counterpart',
  [...missing]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([operator, names]) =>
        `${operator.padEnd(28)} ${names.length} graphs: ${names[0]}${names.length > 1 ? ', …' : ''}`,
    ),
);
section('Refused: what is known, used otherwise', otherwise);
const counts = [...refused].map(([code, count]) => `${count} ${code}`).join(', ');
say(
  '',
  `${graphs.length} graphs: ${reproduced.length} reproduced, ${differing.length} differing; refused ${counts || 'none'}`,
);
if (graphs.length === 0) process.stderr.write(`There is no graph (model.onnx) in ${directory}.\n`);
process.exitCode = differing.length > 0 || reproduced.length === 0 ? 1 : 0;

async function judge(folder) {
  const name = relative(directory, folder) || folder;
  try {
    const { worst, tensorNodes } = await comparison(folder);
    const note = tensorNodes === 0 ? '' : `  (${tensorNodes} by TensorFlow.js)`;
    const row = `${name.padEnd(64)} ${worst.toExponential(1)}${note}`;
    (worst <= NEAR ? reproduced : differing).push(row);
  } catch (error) {
    const { code, message } = error;
    if (code === undefined) {
      differing.push(`${name}: ${error.stack}`);
      return;
    }
    refused.set(code, (refused.get(code) ?? 0) + 1);
    const operator = /^(\S+) '.*' (has no counterpart|is of the domain)/u.exec(message)?.[1];
    if (operator === undefined) otherwise.push(`${name.padEnd(64)} ${code}: ${message}`);
    else missing.set(operator, [...(missing.get(operator) ?? []), name]);
  }
}

/** The worst difference of all outputs and data sets. */
async function comparison(folder) {
  const bytes = new Uint8Array(readFileSync(join(folder, 'model.onnx')));
  const graph = await readOnnxFile(bytes);
  const names = graph.inputs.map((input) => input.name).filter((name) => !graph.constants.has(name));
  let [worst, tensorNodes] = [0, 0];
  const sets = readdirSync(folder).filter((name) => name.startsWith('test_data_set_'));
  if (sets.length === 0) throw Object.assign(new Error('no inputs and outputs are recorded'), { code: 'NO_DATA' });
  for (const set of sets) {
    const read = (what, at) => readOnnxTensor(new Uint8Array(readFileSync(join(folder, set, `${what}_${at}.pb`))));
    const given = new Map();
    for (const [at, name] of names.entries())
      if (existsSync(join(folder, set, `input_${at}.pb`))) given.set(name, await read('input', at));
    const { conversion, fed } = await converted(bytes, names, given);
    tensorNodes = conversion.tensorNodes.length;
    const sim = await Simulator.create(conversion.network, { settings: { dtype: 'float64' } });
    const data = fed.map((name, at) => {
      const array = given.get(name);
      const items = array.shape[0];
      return [conversion.inputs[at], array.reshape([items, array.size / items])];
    });
    const results = await sim.predict(data, { steps: 1 }).finally(() => sim.dispose());
    for (const [at, probe] of conversion.outputs.entries())
      worst = Math.max(worst, difference(results.get(probe).data, await read('output', at)));
  }
  return { worst, tensorNodes };
}

/** All inputs are data, or the first alone and the others weights. */
async function converted(bytes, names, given) {
  try {
    return { conversion: await convert(bytes), fed: names };
  } catch (error) {
    const others = names.slice(1).filter((name) => given.has(name));
    if (others.length === 0) throw error;
    const constants = Object.fromEntries(others.map((name) => [name, given.get(name)]));
    return { conversion: await convert(bytes, { constants }), fed: names.slice(0, 1) };
  }
}

function difference(got, { data, size }) {
  if (got.length !== size) return Infinity;
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return data.reduce((most, value, at) => {
    const off = Math.abs(value - got[at]) / largest;
    return off <= most ? most : Number.isNaN(off) ? Infinity : off;
  }, 0);
}

function foldersBelow(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return exitWithUsage(`${folder} cannot be read: ${error.message}`);
  }
  const inner = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  const own = entries.some((entry) => entry.name === 'model.onnx') ? [folder] : [];
  return [...own, ...inner.toSorted().flatMap(foldersBelow)];
}

function section(title, rows) {
  if (rows.length > 0) say('', title, ...rows.map((row) => `  ${row}`));
}

function say(...lines) {
  for (const each of lines) process.stdout.write(`${each}\n`);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
    if (positionals.length !== 1) return exitWithUsage('One directory is wanted.');
    return { directory: positionals[0], only: values.only ?? '' };
  } catch (error) {
    return exitWithUsage(error.message);
  }
}

function exitWithUsage(why) {
  process.stderr.write(`${why}\nUsage: ${USAGE}\n`);
  return process.exit(2);
}
