/** @file `ndl bench`: times a model on each backend, with items and threads, and compares. */
import { basename } from 'node:path';
import { isNdlError } from '@ndl/numerics';
import type { ReadModel } from '@ndl/model-source';
import { Simulator } from 'ndl';
import type { Arguments, Command } from './command.ts';
import { openModel } from './open-model.ts';
import { listOf, numberOf } from './read-arguments.ts';
import { BACKENDS, backendOf, blamingModel, SIMULATOR_OPTIONS, type BackendName } from './simulate.ts';
import { EXIT, type Terminal } from './terminal.ts';

const ROUNDS = 5;
/** What a repetition takes, in milliseconds, where nobody says how many steps it has. */
const REPETITION = 300;
/** Codes of a backend that is not there for a model. */
const REFUSALS = ['BACKEND_REFUSED', 'NO_BACKEND', 'TFJS_PROGRAM_UNSUPPORTED', 'TFJS_ENGINE_UNAVAILABLE'];
const { dt, json } = SIMULATOR_OPTIONS as Required<typeof SIMULATOR_OPTIONS>;

export const bench: Command = {
  summary: 'times a model: build, compile, and a step, on each backend',
  usage: 'MODEL',
  positionals: [1, 1],
  options: {
    backend: { value: 'NAMES', help: 'reference, wasm, tfjs, or several: wasm,tfjs; default: all that can run it' },
    items: { value: 'NUMBERS', help: 'items that run side by side, or several: 1,32; default 1' },
    threads: { value: 'NUMBERS', help: 'threads of wasm, or several: 1,2; default: as many as there is work for' },
    steps: { value: 'NUMBER', help: `steps of a repetition; default: what takes about ${REPETITION / 1000} s` },
    dt: dt!,
    json: json!,
  },
  examples: [
    'ndl bench model.ts',
    'ndl bench model.ts --backend wasm --threads 1,2',
    'ndl bench model.ts --items 1,32 --json',
  ],
  perform: async (given, terminal) => {
    const [path] = given.positionals as [string];
    const asked = given.options.has('backend');
    const setups = setupsOf(given);
    const [steps, seconds] = [numberOf(given, 'steps', true), numberOf(given, 'dt')];
    const model = await openModel(path);
    return blamingModel(path, basename(path), async () => {
      const candidates: Candidate[] = [];
      const refused: Refusal[] = [];
      try {
        for (const setup of setups) await enter(setup, { model, dt: seconds, terminal, candidates, refused });
        const isWhole = await race(candidates, steps, terminal.signal);
        report(basename(path), candidates, refused, given, terminal);
        if (!isWhole) {
          terminal.tell('\nInterrupted: medians are of the repetitions until then; nothing is written.\n');
          return EXIT.interrupted;
        }
        return candidates.length === 0 || (asked && refused.length > 0) ? EXIT.failed : EXIT.done;
      } finally {
        for (const { simulator } of candidates) await simulator.dispose();
      }
    });
  },
};

/** What is to be timed. */
interface Setup {
  readonly backend: BackendName;
  readonly items: number;
  readonly threads: number | undefined;
}

interface Candidate extends Setup {
  readonly simulator: Simulator;
  steps: number;
  /** Microseconds a step, of each repetition. */
  readonly times: number[];
}

interface Refusal extends Setup {
  readonly reason: string;
}

function setupsOf(given: Arguments): Setup[] {
  const names = given.options.get('backend')?.split(',') ?? Object.keys(BACKENDS);
  const items = listOf(given, 'items') ?? [1];
  const threads = listOf(given, 'threads') ?? [undefined];
  return [...new Set(names.map((name) => backendOf(name)))].flatMap((backend) =>
    items.flatMap((each) =>
      (backend === 'wasm' ? threads : [undefined]).map((count) => ({ backend, items: each, threads: count })),
    ),
  );
}

interface Entry {
  readonly model: ReadModel;
  readonly dt: number | undefined;
  readonly terminal: Terminal;
  readonly candidates: Candidate[];
  readonly refused: Refusal[];
}

/** Builds a simulator; a backend that refuses the model, or is not installed, is told of at the end. */
async function enter(setup: Setup, { model, dt: seconds, terminal, candidates, refused }: Entry): Promise<void> {
  const { backend, items, threads } = setup;
  const sessionConfig = threads === undefined ? {} : { intra_op_parallelism_threads: threads };
  try {
    const simulator = await Simulator.create(model.network, {
      dt: seconds,
      ...(items === 1 ? {} : { minibatchSize: items }),
      settings: { backend: BACKENDS[backend], sessionConfig, keepHistory: false },
      onWarning: (message) => terminal.tell(`warning: ${message}\n`),
      signal: terminal.signal,
    });
    candidates.push({ ...setup, simulator, steps: 0, times: [] });
  } catch (error) {
    if (!isNdlError(error) || !REFUSALS.includes(error.code)) throw error;
    refused.push({ ...setup, reason: error.message });
  }
}

/** Repetitions in turn, so that no drift of the machine favours one. @returns false where it was interrupted */
async function race(candidates: Candidate[], steps: number | undefined, signal: AbortSignal): Promise<boolean> {
  try {
    for (const candidate of candidates) candidate.steps = steps ?? (await stepsFor(candidate.simulator, signal));
    for (const { simulator, steps: warm } of candidates) await simulator.runSteps(Math.min(warm, 50), { signal });
    for (let round = 0; round < ROUNDS; round++) {
      for (const { simulator, steps: count, times } of candidates) {
        const began = performance.now();
        await simulator.runSteps(count, { signal });
        times.push((1000 * (performance.now() - began)) / count);
      }
    }
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Steps that take about as long as a repetition should; found anew until they do, as the first ones take longest. */
async function stepsFor(simulator: Simulator, signal: AbortSignal): Promise<number> {
  let steps = 10;
  for (let attempt = 0; attempt < 8; attempt++) {
    const began = performance.now();
    await simulator.runSteps(steps, { signal });
    const wanted = REPETITION / (performance.now() - began);
    if (attempt > 0 && wanted > 0.5 && wanted < 2) break;
    steps = Math.max(1, Math.round(steps * Math.min(16, wanted)));
  }
  return steps;
}

function report(
  file: string,
  candidates: readonly Candidate[],
  refused: readonly Refusal[],
  given: Arguments,
  { write }: Terminal,
): void {
  const first = candidates.find(({ times }) => times.length > 0);
  const rows = candidates.map((candidate) => {
    const { backend, items, threads, simulator, steps, times } = candidate;
    const perItem = median(times) / items;
    return {
      backend,
      description: simulator.backend.description,
      items,
      threads,
      buildSeconds: simulator.buildSeconds,
      steps,
      repetitions: times.length,
      microsecondsAStep: median(times),
      leastMicroseconds: Math.min(...times),
      /** Times as many items and steps a second as the first. */
      ratio: first === undefined ? Number.NaN : median(first.times) / first.items / perItem,
    };
  });
  if (given.options.has('json')) {
    write(`${JSON.stringify({ model: file, results: rows, refused }, undefined, 2)}\n`);
    return;
  }
  const table = rows.map((row) => [
    row.backend,
    String(row.items),
    row.description,
    ...(['build', 'compile', 'load'] as const).map((phase) => row.buildSeconds[phase].toFixed(3)),
    short(row.microsecondsAStep),
    short(row.ratio),
  ]);
  const head = ['backend', 'items', 'runs on', 'build s', 'compile s', 'load s', 'µs a step', 'times as fast'];
  write(`${file}: medians of ${ROUNDS} repetitions, in turn\n${alignedRows([head, ...table])}`);
  for (const { backend, reason } of refused) write(`${backend} cannot run it: ${reason}\n`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Three digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function alignedRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')}\n`,
    )
    .join('');
}
