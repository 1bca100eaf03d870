/** @file `npm run bench [-- --json]`: the table of `docs/performance.md`, measured on this machine in one run. */
import { REFERENCE_BACKEND, TFJS_BACKEND, WASM_BACKEND, type Network } from 'ndl';
import { compareRuns, measureRun, measureTraining, type Setup } from './measure.ts';
import { circularConvolution, integrator, single } from './networks.ts';

const SETUPS: readonly Setup[] = [
  { name: 'reference float64', settings: { backend: REFERENCE_BACKEND, dtype: 'float64' } },
  { name: 'reference float32', settings: { backend: REFERENCE_BACKEND } },
  { name: 'wasm float64', settings: { backend: WASM_BACKEND, dtype: 'float64' } },
  { name: 'wasm float32', settings: { backend: WASM_BACKEND } },
  { name: 'tfjs wasm', settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'wasm' } } },
  { name: 'tfjs cpu', settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } } },
];

const NETWORKS: readonly { readonly make: () => Network; readonly steps: number }[] = [
  { make: () => single(50), steps: 1000 },
  { make: () => single(1000), steps: 500 },
  { make: () => circularConvolution(16, 50), steps: 200 },
  { make: () => integrator(16, 100), steps: 200 },
];

const TRAINING_IMAGES = 1000;

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly values: Readonly<Record<string, number>>;
}

const rows: Row[] = [];
const inferenceOnly: Row[] = [];
for (const { make, steps } of NETWORKS) {
  const label = make().label!;
  const speed: Record<string, number> = {};
  for (const setup of SETUPS) speed[setup.name] = (await measureRun(make(), setup, steps)).stepsPerSecond;
  rows.push({ what: label, unit: 'steps/s', values: speed });
  const [full] = SETUPS as [Setup];
  const lean = { ...full, settings: { ...full.settings, inferenceOnly: true } };
  const ratios = await compareRuns(make, full, lean, steps);
  inferenceOnly.push({
    what: label,
    unit: 'without / with inferenceOnly',
    values: { 'build time': ratios.buildSeconds, 'steps/s': ratios.stepsPerSecond },
  });
}
const training: Record<string, number> = {};
for (const setup of SETUPS) training[setup.name] = await measureTraining(setup, TRAINING_IMAGES);
rows.push({ what: 'training, 784-128-10', unit: 'images/s', values: training });

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ rows, inferenceOnly }, null, 2)}\n`);
} else {
  process.stdout.write(`${table(rows, 0)}\n\nRatios on ${SETUPS[0]!.name}:\n\n${table(inferenceOnly, 2)}\n`);
}

/** A Markdown table, so that it can be pasted into the documentation as it is. */
function table(of: readonly Row[], digits: number): string {
  const names = Object.keys(of[0]!.values);
  const lines = of.map(({ what, unit, values }) => [what, unit, ...names.map((name) => values[name]!.toFixed(digits))]);
  const header = ['network', 'unit', ...names];
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
