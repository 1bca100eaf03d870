/** @file `ndl golden`: replays networks that Nengo ran, and tells how far ndl's numbers are from Nengo's. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isGoldenFile, judgeGolden, type CreateSimulator, type GoldenVerdict } from '@ndl/golden';
import { defaultPlugins, REFERENCE_BACKEND, Simulator, type Settings } from 'ndl';
import type { Command } from './command.ts';
import { badValue, folderUnreadable } from './errors.ts';
import { BACKENDS, backendOf } from './simulate.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** Precisions of each backend, the default first. */
const PRECISIONS = {
  reference: ['float64', 'float32'],
  wasm: ['float64', 'float32'],
  tfjs: ['float32'],
} as const;

interface Judged extends GoldenVerdict {
  readonly name: string;
}

export const golden: Command = {
  summary: "replays a folder of networks that Nengo ran, and compares every number with Nengo's",
  usage: 'FOLDER',
  positionals: [1, 1],
  options: {
    backend: { value: 'NAME', help: 'reference, wasm or tfjs; default reference' },
    dtype: { value: 'NAME', help: 'float64 or float32; default: the better one that the backend has' },
    only: { value: 'NAME', help: 'one network, by the name of its file without .json or .json.gz' },
    json: { help: 'one JSON document on standard output, and nothing else there' },
  },
  examples: [
    'ndl golden networks      # written by nengo_export.py, which stands beside a script in Python',
    'ndl golden networks --backend wasm --only integrator',
    'ndl golden networks --json',
  ],
  perform: async ({ positionals, options }, terminal) => {
    const [folder] = positionals as [string];
    const backend = backendOf(options.get('backend') ?? 'reference');
    const known: readonly string[] = PRECISIONS[backend];
    const dtype = options.get('dtype') ?? known[0]!;
    if (!known.includes(dtype)) throw badValue('dtype', `one of ${known.join(', ')} on ${backend}`, dtype);
    const only = options.get('only');
    const isJson = options.has('json');
    const names = (await filesOf(folder)).filter((file) => only === undefined || nameOf(file) === only);
    const settings = { backend: BACKENDS[backend], dtype: dtype as Settings['dtype'] };
    const judged: Judged[] = [];
    for (const file of names) {
      const verdict = await judge(join(folder, file), settings, terminal);
      if (terminal.signal.aborted) break;
      if (verdict === undefined) continue;
      judged.push({ name: nameOf(file), ...verdict });
      if (!isJson) terminal.write(lineOf(judged.at(-1)!));
    }
    const count = (outcome: GoldenVerdict['outcome']): number =>
      judged.filter((each) => each.outcome === outcome).length;
    const tally = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
    const worst = worstOf(judged);
    const isWhole = !terminal.signal.aborted;
    terminal.write(
      isJson
        ? `${JSON.stringify({ folder, backend, dtype, isWhole, ...tally, worst, networks: judged }, undefined, 2)}\n`
        : summaryOf(worst, tally),
    );
    if (!isWhole) {
      terminal.tell(`\nInterrupted after ${judged.length} of ${names.length} files; nothing is written.\n`);
      return EXIT.interrupted;
    }
    if (judged.length > 0) return tally.failed > 0 ? EXIT.failed : EXIT.done;
    const what = only === undefined ? 'network of the format "nengo-golden/2"' : `network named '${only}'`;
    terminal.tell(`There is no ${what} in ${folder}.\n`);
    return EXIT.failed;
  },
};

/** Undefined for what is no network, such as the tables of single functions, and where it was interrupted. */
async function judge(
  path: string,
  settings: Pick<Settings, 'backend' | 'dtype'>,
  { signal }: Terminal,
): Promise<GoldenVerdict | undefined> {
  const failed = (problem: string): GoldenVerdict => ({
    outcome: 'failed',
    errors: {},
    problems: [problem],
    notes: [],
  });
  let file: unknown;
  try {
    const bytes = await readFile(path);
    file = JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    return failed(`${basename(path)} cannot be read: ${(error as Error).message}`);
  }
  if (!isGoldenFile(file)) return undefined;
  const simulatorWith =
    (chosen: Partial<Settings>): CreateSimulator =>
    (network, options) =>
      Simulator.create(network, { ...options, signal, plugins: defaultPlugins(), settings: chosen });
  try {
    return await judgeGolden(file, {
      dtype: settings.dtype,
      create: simulatorWith(settings),
      createExact: simulatorWith({ backend: REFERENCE_BACKEND, dtype: 'float64' }),
    });
  } catch (error) {
    const { code, name, message } = error as Error & { readonly code?: string };
    return signal.aborted ? undefined : failed(`${code ?? name}: ${message}`);
  }
}

/** @throws NdlError FOLDER_UNREADABLE */
async function filesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.json(\.gz)?$/.test(name)).toSorted();
  } catch (error) {
    throw folderUnreadable(folder, error as Error);
  }
}

function nameOf(file: string): string {
  return file.replace(/\.json(\.gz)?$/, '');
}

function lineOf({ outcome, name, errors, problems, notes }: Judged): string {
  const found = Object.entries(errors).map(([quantity, error]) => `${quantity} ${error.toExponential(1)}`);
  const rest = [...found, ...notes.map((note) => `(${note})`), ...problems].join('  ');
  return `${outcome.padEnd(7)} ${name.padEnd(18)} ${rest}\n`;
}

type Worst = Readonly<Record<string, { readonly error: number; readonly name: string }>>;

function worstOf(judged: readonly Judged[]): Worst {
  const worst: Record<string, { error: number; name: string }> = {};
  for (const { name, errors } of judged) {
    for (const [quantity, error] of Object.entries(errors)) {
      const known = worst[quantity];
      if (known === undefined || !(error <= known.error)) worst[quantity] = { error, name };
    }
  }
  return worst;
}

function summaryOf(worst: Worst, { passed, failed, skipped }: Readonly<Record<string, number>>): string {
  const lines = Object.entries(worst).map(
    ([quantity, { error, name }]) => `worst   ${quantity.padEnd(18)} ${error.toExponential(1)}  ${name}\n`,
  );
  return `${lines.join('')}${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
