/** @file `ndl train`: trains a model as it says, and keeps its parameters. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ModelTest } from '@ndl/model-source';
import type { Simulator } from 'ndl';
import { saveParameters } from 'ndl/node';
import type { Command } from './command.ts';
import { noTraining } from './errors.ts';
import { requireOutputs } from './named-files.ts';
import { hostOf, openModel } from './open-model.ts';
import { measurePromise, promiseText, type KeptPromise } from './promise.ts';
import { numberOf } from './read-arguments.ts';
import { blamingModel, complain, progressOf, SIMULATOR_OPTIONS, simulatorOf } from './simulate.ts';
import { EXIT } from './terminal.ts';

export const train: Command = {
  summary: 'trains a model by gradient descent, and tests it in spikes',
  usage: 'MODEL',
  positionals: [1, 1],
  options: {
    epochs: { value: 'NUMBER', help: 'passes over the data; default: as the model says' },
    output: { value: 'FILE', help: 'where parameters go; default MODEL.parameters.npz, in this folder' },
    ...SIMULATOR_OPTIONS,
  },
  examples: ['ndl train digits.ts', 'ndl train digits.ts --epochs 2 --output digits.npz', 'ndl train digits.ts --json'],
  perform: async (given, terminal) => {
    const [path] = given.positionals as [string];
    const file = basename(path);
    const output = given.options.get('output') ?? `${file.replace(/\.[^.]*$/, '')}.parameters.npz`;
    const epochs = numberOf(given, 'epochs', true);
    const host = hostOf(path, given);
    await requireOutputs([{ name: '--output', path: output }], [{ name: 'the model', path }, ...host.given]);
    const model = await openModel(path);
    const { training: makeTraining, expected } = model;
    if (makeTraining === undefined) throw noTraining(path);
    const isJson = given.options.has('json');
    return blamingModel(path, file, async () => {
      const { inputs, options, test } = await makeTraining(host);
      const simulator = await simulatorOf(model, given, terminal);
      try {
        const losses: number[] = [];
        const told = {
          onEpochEnd: ({ epoch, training }: { epoch: number; training: Readonly<Record<string, number>> }): void => {
            losses.push(training['loss']!);
            if (!isJson) terminal.write(`epoch ${epoch}: loss ${Number(training['loss']!.toPrecision(4))}\n`);
          },
        };
        const callbacks = [...(options.callbacks ?? []), told];
        const progress = { signal: terminal.signal, onProgress: progressOf(terminal, given) };
        const passes = epochs === undefined ? {} : { epochs };
        try {
          await simulator.train(inputs, { ...options, ...passes, ...progress, callbacks });
        } catch (error) {
          if (!terminal.signal.aborted) throw error;
          terminal.tell(await interrupted(simulator, output, losses.length));
          return EXIT.interrupted;
        }
        await saveParameters(simulator, output);
        const accuracy = test?.labels === undefined ? undefined : await accuracyOf(simulator, test, test.labels);
        const promise = expected?.trained === true ? await measurePromise(expected, simulator, host) : undefined;
        const result = {
          model: file,
          backend: simulator.backend.name,
          losses,
          accuracy,
          expected: promise,
          files: { parameters: output },
        };
        complain(host, terminal);
        terminal.write(isJson ? `${JSON.stringify(result, undefined, 2)}\n` : textOf(output, accuracy, promise));
        return promise?.isKept === false ? EXIT.failed : EXIT.done;
      } finally {
        await simulator.dispose();
      }
    });
  },
};

/** Keeps the parameters reached, but not over others before an epoch has ended. @returns what is to be said */
async function interrupted(simulator: Simulator, output: string, epochs: number): Promise<string> {
  if (epochs === 0 && existsSync(output))
    return `\nInterrupted before an epoch had ended. ${output} is left as it was.\n`;
  await saveParameters(simulator, output);
  return `\nInterrupted after ${epochs} epochs. Parameters: ${output}\n`;
}

/** The fraction of items whose largest output, at the last step and in spikes, is the right one. */
async function accuracyOf(simulator: Simulator, test: ModelTest, labels: ArrayLike<number>): Promise<number> {
  const { inputs, output, steps } = test;
  const answers = (await simulator.predict(inputs, { probes: [output], lastStepOnly: true, steps })).get(output)!;
  const size = answers.shape.at(-1)!;
  let right = 0;
  for (let item = 0; item < labels.length; item++) {
    const row = Array.from(answers.data.subarray(item * size, (item + 1) * size));
    if (row.indexOf(Math.max(...row)) === labels[item]) right += 1;
  }
  return right / labels.length;
}

function textOf(output: string, accuracy: number | undefined, promise: KeptPromise | undefined): string {
  const lines = [
    ...(accuracy === undefined ? [] : [`accuracy in spikes: ${(100 * accuracy).toFixed(1)} %`]),
    ...(promise === undefined ? [] : [promiseText(promise)]),
    `parameters: ${output}`,
  ];
  return `${lines.join('\n')}\n`;
}
