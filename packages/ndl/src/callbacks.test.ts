/** @file Callbacks that people expect: early stopping, the best parameters, tables and event files of what was measured. */
import { mkdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  accuracy,
  bestParameters,
  Connection,
  earlyStopping,
  Network,
  Node,
  Probe,
  sgd,
  softmaxCrossEntropy,
  type EpochRecord,
  type Simulator,
  type TrainingCallbacks,
} from './index.ts';
import { checkpoint, csvLog, tensorBoard } from './node.ts';
import { bitsOf, failing, simulate } from './reference-simulator.test-helper.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ndl-callbacks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Two classes on a line, and validation that asks for neither of them: small steps come nearer to that, large ones go too far. */
async function classifier() {
  const { net, input, probe, connection } = new Network({ seed: 3 }).within((net) => {
    const [input, output] = [new Node([0]), new Node({ sizeIn: 2 })];
    const connection = new Connection(input, output, { transform: [[0.5], [0.25]], synapse: null });
    return { net, input, connection, probe: new Probe(output) };
  });
  const sim = await simulate(net);
  const inputs = [[[1]], [[-1]], [[0.5]]];
  const targets = [[[0, 1]], [[1, 0]], [[0, 1]]];
  const train = (rates: readonly number[], options: Partial<Parameters<Simulator['train']>[1]> = {}) =>
    sim.train([[input, inputs]], {
      targets: [[probe, targets]],
      losses: softmaxCrossEntropy(),
      metrics: accuracy(),
      optimizer: sgd({ learningRate: (update) => rates[update - 1]! }),
      epochs: rates.length,
      minibatchSize: 3,
      ...options,
    });
  const neither = inputs.map(() => [[0.5, 0.5]]);
  const validation = { inputs: [[input, inputs]], targets: [[probe, neither]] } as const;
  return { sim, train, validation, weights: () => bitsOf(sim.data.get(connection).weights!.data) };
}

const record = (epoch: number, loss: number, validated?: number): EpochRecord => {
  return { epoch, training: { loss }, ...(validated !== undefined && { validation: { loss: validated } }) };
};

test('earlyStopping ends a training once as many epochs without improvement have gone by as it has patience', () => {
  const verdicts = (losses: readonly number[], options: Parameters<typeof earlyStopping>[0]): readonly unknown[] => {
    const callback = earlyStopping(options);
    return losses.map((loss, index) => callback.onEpochEnd!(record(index + 1, loss)));
  };
  expect(verdicts([3, 2, 2, 1], {})).toEqual([undefined, undefined, 'stop', undefined]);
  expect(verdicts([3, 4, 2, 3, 3, 3], { patience: 2 })).toEqual([...Array(4).fill(undefined), 'stop', 'stop']);
  expect(verdicts([3, 2.95, 2.5], { minDelta: 0.1 })).toEqual([undefined, 'stop', undefined]);
  expect(verdicts([1, 2, 1], { best: 'greatest' })).toEqual([undefined, undefined, 'stop']);
  expect(verdicts([NaN, 1, NaN], {})).toEqual([undefined, undefined, 'stop']);
  expect(verdicts([NaN, NaN], {})).toEqual([undefined, 'stop']);
});

test.each([
  [0, 2],
  [1, 2],
  [2, 3],
  [3, 4],
])(
  'earlyStopping of patience %i ends the training of a constant loss after epoch %i, as in Keras',
  async (patience, last) => {
    const { train } = await classifier();
    const callbacks = [earlyStopping({ patience })];
    const optimizer = () => sgd({ learningRate: 0 });
    expect((await train(Array(6).fill(0), { callbacks, optimizer: optimizer() })).epochs).toHaveLength(last);
    expect((await train(Array(6).fill(0), { callbacks, optimizer: optimizer() })).epochs).toHaveLength(last);
  },
);

test('earlyStopping looks at validation where there is one, and at each training anew', () => {
  const callback = earlyStopping();
  expect(callback.onEpochEnd!(record(1, 5, 1))).toBe(undefined);
  expect(callback.onEpochEnd!(record(2, 4, 2))).toBe('stop');
  expect(callback.onEpochEnd!(record(1, 9, 9))).toBe(undefined);
  const ofTraining = earlyStopping({ on: 'training' });
  for (const [epoch, loss] of [3, 2, 1].entries())
    expect(ofTraining.onEpochEnd!(record(epoch + 1, loss, epoch))).toBe(undefined);
});

test('earlyStopping ends a training', async () => {
  const { train, validation } = await classifier();
  const history = await train([0.1, 0.1, 50, 0.1], { callbacks: [earlyStopping()], validation });
  expect(history.epochs).toHaveLength(3);
});

test('bestParameters keeps those of the best epoch, and puts them back', async () => {
  const { sim, train, validation, weights } = await classifier();
  const best = bestParameters(sim);
  await expect(best.restore()).rejects.toEqual(failing('NOTHING_KEPT'));
  let after: unknown;
  const note = { onEpochEnd: ({ epoch }: EpochRecord) => void (epoch === 2 && (after = weights())) };
  await train([0.1, 0.1, 50, 50], { callbacks: [best, note], validation });
  expect(best.epoch).toBe(2);
  expect(weights()).not.toEqual(after);
  await best.restore();
  expect(weights()).toEqual(after);
});

test('checkpoint writes the parameters of the best epoch', async () => {
  const { sim, train, validation, weights } = await classifier();
  const path = join(folder, 'best.npz');
  const best = bestParameters(sim);
  await train([0.1, 50, 50], { callbacks: [checkpoint(sim, path), best], validation });
  expect(await readFile(path)).toEqual(Buffer.from(best.parameters!));
  await sim.decodeParameters(await readFile(path));
  const restored = weights();
  await best.restore();
  expect(weights()).toEqual(restored);
});

test('checkpoint keeps its best when training goes on, and a new one begins anew', async () => {
  const { sim, train, validation } = await classifier();
  const path = join(folder, 'best.npz');
  const kept = checkpoint(sim, path);
  const losses = async (rates: readonly number[], callback: typeof kept): Promise<readonly number[]> =>
    (await train(rates, { callbacks: [callback], validation })).epochs.map(({ validation }) => validation!['loss']!);
  const [best] = await losses([0.1], kept);
  const written = await readFile(path);
  const worse = await losses([50, 50], kept);
  expect(Math.min(...worse)).toBeGreaterThan(best!);
  expect(await readFile(path)).toEqual(written);
  await sim.decodeParameters(written);
  const [better] = await losses([0.1], kept);
  expect(better).toBeLessThan(best!);
  expect(await readFile(path)).toEqual(Buffer.from(sim.encodeParameters()));
  await losses([50], checkpoint(sim, path));
  expect(await readFile(path)).toEqual(Buffer.from(sim.encodeParameters()));
});

test('what checkpoint could not write is not what later epochs have to beat', async () => {
  const { sim, train, validation } = await classifier();
  const path = join(folder, 'runs', 'best.npz');
  const callbacks = [checkpoint(sim, path)];
  const inItsWay = { onEpochEnd: () => mkdirSync(path) };
  await expect(train([0.1], { callbacks: [inItsWay, ...callbacks], validation })).rejects.toEqual(
    failing('FILE_NOT_WRITTEN', 'best.npz'),
  );
  await rm(path, { recursive: true });
  await train([50], { callbacks, validation });
  expect(await readFile(path)).toEqual(Buffer.from(sim.encodeParameters()));
});

test('csvLog and checkpoint make the folders of their files, as tensorBoard does', async () => {
  const { sim, train } = await classifier();
  const [table, best] = [join(folder, 'a', 'b', 'log.csv'), join(folder, 'c', 'd', 'best.npz')];
  await train([0.1], { callbacks: [csvLog(table), checkpoint(sim, best)] });
  expect(await readFile(table, 'utf8')).toMatch(/^epoch,/);
  expect(await readFile(best)).toEqual(Buffer.from(sim.encodeParameters()));
});

test('csvLog has a line for each epoch, and goes on', async () => {
  const { train, validation } = await classifier();
  const path = join(folder, 'log.csv');
  const callbacks = [csvLog(path)];
  const first = await train([0.1, 0.1], { callbacks });
  const second = await train([0.1], { callbacks, validation });
  const lines = (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const kinds = ['loss', 'softmaxCrossEntropy', 'accuracy'];
  expect([...lines[0]!].sort()).toEqual(
    ['epoch', ...['training', 'validation'].flatMap((part) => kinds.map((kind) => `${part}.${kind}`))].sort(),
  );
  const cell = (line: number, name: string): string => lines[line]![lines[0]!.indexOf(name)]!;
  expect(lines.slice(1).map(([epoch]) => epoch)).toEqual(['1', '2', '3']);
  expect(Number(cell(2, 'training.loss'))).toBe(first.epochs[1]!.training['loss']);
  expect(cell(1, 'validation.loss')).toBe('');
  expect(Number(cell(3, 'validation.accuracy'))).toBe(second.epochs[0]!.validation!['accuracy']);
});

/** CRC-32C as RFC 3720 has it, bit by bit, highest coefficient first: another way than the writer's. */
function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const top = (remainder >> 31n) ^ BigInt((byte >> bit) & 1);
      remainder = ((remainder << 1n) & 0xffffffffn) ^ (top === 1n ? 0x1edc6f41n : 0n);
    }
  }
  const bits = (remainder ^ 0xffffffffn).toString(2).padStart(32, '0');
  return Number.parseInt([...bits].reverse().join(''), 2);
}

const unmasked = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
};

/** The contents of the records of a file, checked. */
function recordsOf(file: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const contents = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmasked(file.readUInt32LE(at + 12 + length))).toBe(crc32c(contents));
    records.push(contents);
    at += 16 + length;
  }
  return records;
}

test('tensorBoard writes event files whose records are whole, a step for each epoch', async () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283); // RFC 3720, B.4, and others
  const { train, validation } = await classifier();
  const callbacks = [tensorBoard(`${join(folder, 'runs')}/`)];
  const { epochs } = await train([0.1, 0.1], { callbacks, validation });
  for (const part of ['training', 'validation'] as const) {
    const [name, ...others] = await readdir(join(folder, 'runs', part));
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    expect(others).toEqual([]);
    const [first, ...events] = recordsOf(await readFile(join(folder, 'runs', part, name!)));
    expect(first!.includes('brain.Event:2')).toBe(true);
    expect(events).toHaveLength(6);
    for (const [index, tag] of ['loss', 'softmaxCrossEntropy', 'accuracy'].entries()) {
      const event = events.find((each, number) => number >= 3 && each.includes(`${tag}`) && each.indexOf(tag) > 0)!;
      expect(event.readDoubleLE(1)).toBeGreaterThan(1.7e9);
      expect([...event.subarray(9, 11)], `${index}`).toEqual([0x10, 2]); // field 2, a number: step 2
      const value = event.readFloatLE(event.indexOf(tag) + tag.length + 1);
      expect(value).toBe(Math.fround(epochs[1]![part]![tag]!));
    }
  }
});

test('wrong options, names and folders are refused', async () => {
  const { sim, train } = await classifier();
  expect(() => earlyStopping({ patience: 1.5 })).toThrow(failing('INVALID_OPTION', 'patience'));
  expect(() => earlyStopping({ minDelta: -1 })).toThrow(failing('INVALID_OPTION', 'minDelta'));
  expect(() => earlyStopping({ patients: 1 } as never)).toThrow(failing('UNKNOWN_OPTION', 'patience'));
  expect(() => bestParameters({} as never)).toThrow(failing('INVALID_OPTION', 'simulator'));
  expect(() => bestParameters(sim, { best: 'most' } as never)).toThrow(failing('INVALID_OPTION', 'best'));
  expect(() => csvLog('')).toThrow(failing('INVALID_OPTION', 'path'));
  expect(() => tensorBoard(3 as never)).toThrow(failing('INVALID_OPTION', 'path'));
  await expect(train([0.1], { callbacks: [earlyStopping({ monitor: 'accurate' })] })).rejects.toEqual(
    failing('UNKNOWN_REPORT', 'accuracy'),
  );
  await expect(train([0.1], { callbacks: [earlyStopping({ on: 'validation' })] })).rejects.toEqual(
    failing('UNKNOWN_REPORT', 'validation'),
  );
  await writeFile(join(folder, 'taken'), '');
  for (const callback of [csvLog(join(folder, 'taken', 'log.csv')), tensorBoard(join(folder, 'taken'))])
    await expect(train([0.1], { callbacks: [callback] })).rejects.toEqual(failing('FILE_NOT_WRITTEN', 'taken'));
});

test('training begins when all callbacks are ready, and not where a file cannot be written', async () => {
  const { sim, train } = await classifier();
  const before = sim.encodeParameters();
  await writeFile(join(folder, 'log'), 'a file where the folder should be');
  const path = join(folder, 'log', 'best');
  const calls: string[] = [];
  const note: TrainingCallbacks = {
    async onTrainBegin() {
      await Promise.resolve();
      calls.push('begin');
    },
    onEpochEnd: ({ epoch }) => void calls.push(`end of ${epoch}`),
  };
  for (const callback of [csvLog(path), tensorBoard(path), checkpoint(sim, path)]) {
    const refused = failing('FILE_NOT_WRITTEN', 'cannot be written');
    await expect(train([0.1], { callbacks: [callback, note] })).rejects.toEqual(refused);
  }
  expect(sim.encodeParameters()).toEqual(before);
  expect(calls).toEqual(new Array(3).fill('begin'));
  await train([0.1, 0.1], { callbacks: [note] });
  expect(calls.slice(3)).toEqual(['begin', 'end of 1', 'end of 2']);
});

test.each([
  ["'stop'", 'stop'],
  ['a number', 42],
  ["a promise of 'stop'", Promise.resolve('stop')],
])('onTrainBegin that answers with %s is refused: it can end nothing', async (_, answer) => {
  const { sim, train } = await classifier();
  const first = { onTrainBegin: () => undefined };
  const callbacks = [first, { onTrainBegin: () => answer }] as unknown as TrainingCallbacks[];
  await expect(train([0.1], { callbacks })).rejects.toThrow(
    failing('INVALID_OPTION', /^train: callbacks\[1\]\.onTrainBegin must return nothing/) as Error,
  );
  await sim.dispose();
});
