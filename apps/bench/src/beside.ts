/**
 * @file The subjects that are measured beside an older tree: `compile`, `blocks`, `compiled`. Each figure comes from a process of its
 * own, here and there in turns, so that a drift of the machine favours neither.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { changingImages, classifierTraining, spikingLayerTraining } from './layers.ts';
import { NotMeasurable, type MeasureOptions, type Row, type Subject } from './report.ts';
import { compiling, firstStep, running, type Tree, type Workload } from './workloads.ts';
import { median } from './median.ts';

const HERE = fileURLToPath(new URL('../../..', import.meta.url));
const PROCESS = fileURLToPath(new URL('workload-process.js', import.meta.url));

/** Turns of each workload; the median of their ratios counts. */
const TURNS = 3;

/** The workloads of each subject. */
export const WORKLOADS: Readonly<Record<string, readonly Workload[]>> = {
  compile: [
    compiling('integrator(128, 100)', ({ networks }) => networks.integrator(128, 100)),
    compiling('integrator(512, 100)', ({ networks }) => networks.integrator(512, 100)),
    compiling('cconv(64, 50)', ({ networks }) => networks.circularConvolution(64, 50)),
    compiling('cconv(256, 50)', ({ networks }) => networks.circularConvolution(256, 50)),
    compiling('5000 connections into one node', manyIntoOne),
    firstStep('first step of integrator(128, 100)', ({ networks }) => networks.integrator(128, 100)),
    firstStep('first step of integrator(512, 100)', ({ networks }) => networks.integrator(512, 100)),
  ],
  blocks: [
    running('single(1000)', ({ networks }) => networks.single(1000), { steps: 300, backend: 'tfjs wasm' }),
    running('cconv(16, 50)', ({ networks }) => networks.circularConvolution(16, 50), {
      steps: 300,
      backend: 'tfjs wasm',
    }),
    running('784-1000-10 LIF, changing images', changingImages, { steps: 1000, backend: 'tfjs wasm' }),
    spikingLayerTraining(512, 'tfjs wasm'),
  ],
  compiled: [
    running('single(1000)', ({ networks }) => networks.single(1000), { steps: 2000 }),
    running('integrator(128, 100)', ({ networks }) => networks.integrator(128, 100), { steps: 500 }),
    running('cconv(64, 50)', ({ networks }) => networks.circularConvolution(64, 50), { steps: 500 }),
    running('single(1000), 64 items', ({ networks }) => networks.single(1000), { steps: 200, items: 64 }),
    running('integrator(128, 100), 64 items', ({ networks }) => networks.integrator(128, 100), {
      steps: 20,
      items: 64,
    }),
    running('cconv(64, 50), 64 items', ({ networks }) => networks.circularConvolution(64, 50), {
      steps: 20,
      items: 64,
    }),
    running('784-1000-10 LIF, changing images', changingImages, { steps: 1000 }),
    classifierTraining('held'),
    classifierTraining('changing'),
    classifierTraining('spikes'),
    spikingLayerTraining(512),
  ],
};

const HEADINGS: Readonly<Record<string, string>> = {
  compile: 'Compiling:',
  blocks: 'Loops taken apart, on tfjs wasm:',
  compiled: 'The default backend:',
};

/** The subjects, by name. */
export const besideSubjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.keys(WORKLOADS).map((name) => [
    name,
    {
      heading: HEADINGS[name]!,
      digits: 1,
      measure: (options) => measureBeside(name, options),
    } satisfies Subject,
  ]),
);

/** @throws NotMeasurable where there is no built tree beside */
async function measureBeside(subject: string, { beside }: MeasureOptions): Promise<readonly Row[]> {
  if (beside !== undefined && !existsSync(resolve(beside, 'packages/ndl/dist/index.js')))
    throw new NotMeasurable(
      `There is no built tree of ndl in '${beside}': check one out there and run npm test in it.`,
    );
  const rows: Row[] = [];
  for (const [index, { what, unit }] of WORKLOADS[subject]!.entries()) {
    const here: number[] = [];
    const there: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      if (beside !== undefined) there.push(await inProcess(resolve(beside), subject, index));
      here.push(await inProcess(HERE, subject, index));
    }
    const ratios = there.map((value, turn) => value / here[turn]!);
    const compared = {
      beside: median(there),
      ratio: median(ratios),
      least: Math.min(...ratios),
      most: Math.max(...ratios),
    };
    rows.push({ what, unit, values: { here: median(here), ...(beside !== undefined && compared) } });
  }
  return rows;
}

async function inProcess(tree: string, subject: string, index: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESS, tree, subject, String(index)]);
  return Number(stdout.trim().split('\n').at(-1));
}

/** Small populations side by side, each decoded into an element of one node. */
function manyIntoOne({ ndl }: Tree) {
  const { Connection, Ensemble, Network, Node, Probe } = ndl;
  const count = 5000;
  return new Network({ seed: 0 }, () => {
    const all = new Node({ sizeIn: count });
    for (let index = 0; index < count; index++)
      new Connection(new Ensemble({ nNeurons: 5, dimensions: 1 }), all.at(index));
    new Probe(all, { synapse: 0.01 });
  });
}
