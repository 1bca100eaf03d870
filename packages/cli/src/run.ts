/** @file `ndl run`: simulates a model, and shows and keeps what its probes record. */
import { basename } from 'node:path';
import type { Simulator } from 'ndl';
import { saveState, writeWholeFile } from 'ndl/node';
import type { Arguments, Command } from './command.ts';
import { requireOutputs } from './named-files.ts';
import { hostOf, openModel } from './open-model.ts';
import { measurePromise, promiseText } from './promise.ts';
import { fileOf, numberOf } from './read-arguments.ts';
import { chartOf, pageOf, recordingsOf, summaryOf, tableOf } from './recordings.ts';
import { blamingModel, complain, progressOf, SIMULATOR_OPTIONS, simulatorOf } from './simulate.ts';
import { EXIT, type Terminal } from './terminal.ts';

export const run: Command = {
  summary: 'simulates a model and shows what its probes record',
  usage: 'MODEL',
  positionals: [1, 1],
  options: {
    seconds: { value: 'SECONDS', help: 'simulated time; default: what the model expects, else 1' },
    plot: { value: 'FILE', help: 'write a page of pictures, one per probe' },
    csv: { value: 'FILE', help: 'write a table of all samples' },
    state: { value: 'FILE', help: 'write the state at the end, as an .npz file' },
    ...SIMULATOR_OPTIONS,
  },
  examples: [
    'ndl run model.ts',
    'ndl run model.ts --seconds 2 --plot out.html --csv out.csv',
    'ndl run model.ts --json',
  ],
  perform: async (given, terminal) => {
    const [path] = given.positionals as [string];
    const asked = numberOf(given, 'seconds');
    const host = hostOf(path, given);
    const outputs = (['plot', 'csv', 'state'] as const).flatMap((name) => fileOf(given, name));
    await requireOutputs(outputs, [{ name: 'the model', path }, ...fileOf(given, 'parameters'), ...host.given]);
    const model = await openModel(path);
    const file = basename(path);
    return blamingModel(path, file, async () => {
      const simulator = await simulatorOf(model, given, terminal);
      try {
        const { expected } = model;
        const isMeasured = expected !== undefined && expected.trained !== true && asked === undefined;
        const seconds = asked ?? (expected?.seconds === 0 ? 1 : expected?.seconds) ?? 1;
        const isWhole = await simulated(simulator, seconds, given, terminal);
        const promise = isMeasured && isWhole ? await measurePromise(expected, simulator, host) : undefined;
        const files = await keep(simulator, file, given, terminal, isWhole);
        report(simulator, file, given, terminal, { promise, files });
        complain(host, terminal);
        if (!isWhole) return EXIT.interrupted;
        return promise?.isKept === false ? EXIT.failed : EXIT.done;
      } finally {
        await simulator.dispose();
      }
    });
  },
};

/** @returns false where it was interrupted: the steps until then are kept */
async function simulated(
  simulator: Simulator,
  seconds: number,
  given: Arguments,
  terminal: Terminal,
): Promise<boolean> {
  try {
    await simulator.run(seconds, { signal: terminal.signal, onProgress: progressOf(terminal, given) });
    return true;
  } catch (error) {
    if (terminal.signal.aborted) return false;
    throw error;
  }
}

/** Writes what was asked for; the state too, where a run was interrupted. @returns files by kind */
async function keep(
  simulator: Simulator,
  file: string,
  { options }: Arguments,
  terminal: Terminal,
  isWhole: boolean,
): Promise<Readonly<Record<string, string>>> {
  const [plot, csv] = [options.get('plot'), options.get('csv')];
  const state = options.get('state') ?? (isWhole ? undefined : `${file.replace(/\.[^.]*$/, '')}.state.npz`);
  const recordings = recordingsOf(simulator);
  if (plot !== undefined) await writeWholeFile(plot, pageOf(file, recordings));
  if (csv !== undefined) {
    const table = tableOf(recordings, simulator.trange());
    for (const label of table.leftOut)
      terminal.tell(`warning: ${label} is not in ${csv}: it has no row for each step\n`);
    await writeWholeFile(csv, table.csv);
  }
  if (state !== undefined) await saveState(simulator, state);
  if (!isWhole) terminal.tell(`\nInterrupted after ${simulator.time} s. State: ${state}\n`);
  return Object.fromEntries(Object.entries({ plot, csv, state }).filter(([, path]) => path !== undefined)) as never;
}

function report(
  simulator: Simulator,
  file: string,
  given: Arguments,
  { write }: Terminal,
  { promise, files }: { readonly promise: Parameters<typeof promiseText>[0] | undefined; readonly files: object },
): void {
  const recordings = recordingsOf(simulator);
  const { nSteps: steps, time: seconds, dt, seed } = simulator;
  if (given.options.has('json')) {
    const probes = recordings.map(summaryOf);
    const document = {
      model: file,
      steps,
      seconds,
      dt,
      seed,
      backend: simulator.backend.name,
      probes,
      expected: promise,
      files,
    };
    write(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  for (const recording of recordings) write(`${chartOf(recording)}\n\n`);
  write(`${file}: ${steps} steps, ${seconds} s, on ${simulator.backend.name}\n`);
  if (promise !== undefined) write(`${promiseText(promise)}\n`);
  for (const [kind, path] of Object.entries(files)) write(`${kind}: ${String(path)}\n`);
}
