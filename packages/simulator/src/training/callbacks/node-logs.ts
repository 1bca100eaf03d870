/** @file Callbacks that write files, for Node only: a table of what was measured, event files of TensorBoard, parameters of the best epoch. */
import { refuseSurplus } from '@ndl/numerics';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochRecord, Reports, TrainingCallbacks } from '@ndl/training';
import { fileNotWritten } from '../../node-errors.ts';
import { preparePlace, writeWholeFile } from '../../node-files.ts';
import { checkPath, pathAtCall } from '../../node-paths.ts';
import { reasonAndCause } from '../../node-refusals.ts';
import type { Simulator } from '../../simulator.ts';
import { requireSimulator } from './best-parameters.ts';
import { beginningOfEvents, eventOf } from './node-events.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

/**
 * A callback that writes a line for each epoch into a file of comma-separated values: its number, what was measured in training, and in validation. The file is
 * replaced as a whole, as `writeWholeFile` does, so that it never holds a part of a line; its folder is made where it is missing. Given to several trainings, it
 * goes on, with a column more for what earlier ones did not measure.
 * @throws NdlError INVALID_OPTION; as training begins, or later, FILE_NOT_WRITTEN
 */
export function csvLog(path: string): TrainingCallbacks {
  refuseSurplus('csvLog', arguments, 1);
  checkPath('csvLog', path);
  const target = pathAtCall(path);
  const lines: Readonly<Record<string, number>>[] = [];
  return {
    onTrainBegin: () => preparePlace(target),
    async onEpochEnd(record) {
      lines.push({ epoch: lines.length + 1, ...columnsOf(record) });
      const names = [...new Set(lines.flatMap((line) => Object.keys(line)))];
      const rows = lines.map((line) => names.map((name) => String(line[name] ?? '')));
      const text = [names, ...rows].map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
      await preparePlace(target);
      await writeWholeFile(target, text);
    },
  };
}

/** What is measured apart. */
type Part = 'training' | 'validation';

/**
 * A callback that writes event files, for TensorBoard: in the folders `training` and `validation` of `folder`, which are made where they are missing, a value for
 * each loss and metric and epoch. Given to several trainings, it goes on.
 * @throws NdlError INVALID_OPTION; as training begins, or later, FILE_NOT_WRITTEN
 */
export function tensorBoard(folder: string): TrainingCallbacks {
  refuseSurplus('tensorBoard', arguments, 1);
  // A folder may be written as one.
  const named = typeof folder === 'string' ? folder.replace(/(?<=.)[/\\]+$/, '') : folder;
  checkPath('tensorBoard', named);
  const root = pathAtCall(named);
  const began = Date.now();
  const name = `events.out.tfevents.${Math.floor(began / 1000)}.ndl.${began % 1000}`;
  const begun = new Set<string>();
  let step = 0;
  const fileOf = (part: Part): string => join(root, part, name);
  const write = async (part: Part, reports: Reports): Promise<void> => {
    const file = fileOf(part);
    const seconds = Date.now() / 1000;
    const events = Object.entries(reports).map(([tag, value]) => eventOf({ seconds, step, tag, value }));
    if (!begun.has(part)) events.unshift(beginningOfEvents(seconds));
    await preparePlace(file);
    try {
      await appendFile(file, Buffer.concat(events));
    } catch (error) {
      throw fileNotWritten(file, ...reasonAndCause(error));
    }
    begun.add(part);
  };
  return {
    onTrainBegin: () => preparePlace(fileOf('training')),
    async onEpochEnd({ training, validation }) {
      step += 1;
      await write('training', training);
      if (validation !== undefined) await write('validation', validation);
    },
  };
}

/**
 * A callback that writes the parameters of a simulator to an .npz file after each epoch that is the best so far, as `saveParameters` does; its folder is made
 * where it is missing. Given to several trainings, it goes on, as the `ModelCheckpoint` of Keras does: what one of them wrote is replaced by what is better
 * alone. A new callback begins anew, with whatever comes first. Give `validation`, to all of them or none: it is measured of the very parameters that are
 * written; losses of training are not (`on`).
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, UNKNOWN_REPORT; as it begins, or later, FILE_NOT_WRITTEN
 */
export function checkpoint(simulator: Simulator, path: string, options: MonitorOptions = {}): TrainingCallbacks {
  refuseSurplus('checkpoint', arguments, 3);
  requireSimulator('checkpoint', simulator);
  checkPath('checkpoint', path);
  const monitor = new Monitor('checkpoint', options);
  const target = pathAtCall(path);
  return {
    onTrainBegin: () => preparePlace(target),
    async onEpochEnd(record) {
      if (!monitor.isBetter(record)) return;
      const parameters = simulator.encodeParameters();
      await preparePlace(target);
      await writeWholeFile(target, parameters);
      // Only now: what could not be written is not what later epochs have to beat.
      monitor.beat(record);
    },
  };
}

function columnsOf({ training, validation = {} }: EpochRecord): Readonly<Record<string, number>> {
  const named = (part: string, reports: Reports) =>
    Object.entries(reports).map(([name, value]) => [`${part}.${name}`, value] as const);
  return Object.fromEntries([...named('training', training), ...named('validation', validation)]);
}

/** A cell of a table (RFC 4180). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
