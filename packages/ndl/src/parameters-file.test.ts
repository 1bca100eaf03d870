/** @file Parameters as bytes and files: readable by NumPy, atomic, the same under every planner and backend, all or nothing. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { decodeNpz, encodeNpz, NdArray, type NpyContent } from '@ndl/numerics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  adam,
  Connection,
  Ensemble,
  GREEDY_PLANNER,
  lifRate,
  lowpass,
  Network,
  Node,
  NOOP_PLANNER,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  type Settings,
} from './index.ts';
import { loadParameters, saveParameters } from './node.ts';
import { expectClose } from './linear-network.test-helper.ts';
import { failing, movedBetween, parameterBits, simulate } from './reference-simulator.test-helper.ts';

interface TrainableNetwork {
  readonly net: Network;
  readonly input: Node;
  readonly output: Probe;
}

/** Two populations; `neurons` of the second. */
function network({ neurons = 6, label = 'second' } = {}): TrainableNetwork {
  const net = new Network({ seed: 11 });
  return net.within(() => {
    const input = new Node([0, 0]);
    const a = new Ensemble({ nNeurons: 8, dimensions: 2, neuronType: lifRate(), label: 'first' });
    const b = new Ensemble({ nNeurons: neurons, dimensions: 1, neuronType: lifRate(), label });
    new Connection(input, a, { synapse: null });
    new Connection(a.at(0), b, { synapse: lowpass(0.002) });
    new Connection(a.at(1), b, { synapse: lowpass(0.002) });
    return { net, input, output: new Probe(b) };
  });
}

const data = [
  [0.2, 0.3],
  [-0.5, 0.9],
  [0.7, -0.1],
];
const targets = [[0.1], [0.4], [-0.6]];

async function trained({ net, input, output }: TrainableNetwork, settings: Partial<Settings> = {}): Promise<Simulator> {
  const sim = await Simulator.create(net, { settings: { backend: REFERENCE_BACKEND, ...settings } });
  await sim.train([[input, data]], {
    targets: [[output, targets]],
    optimizer: adam({ learningRate: 1e-3 }),
    steps: 4,
    epochs: 3,
  });
  return sim;
}

/** Reads an .npz as the formats are described, by Node's own inflate: name → NumPy type, shape, numbers. */
function readNpz(
  bytes: Buffer,
): Map<string, { readonly type: string; readonly shape: number[]; readonly values: number[] }> {
  const arrays = new Map<string, { type: string; shape: number[]; values: number[] }>();
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = bytes.readUInt32LE(end + 16);
  for (let entry = 0; entry < bytes.readUInt16LE(end + 10); entry++) {
    expect(bytes.toString('latin1', at, at + 4)).toBe('PK\x01\x02');
    const [method, packed, nameLength, extraLength, commentLength, local] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const stored = bytes.subarray(start, start + packed);
    const file = method === 0 ? stored : inflateRawSync(stored);
    expect(file.subarray(0, 8)).toEqual(Buffer.from('\x93NUMPY\x01\x00', 'latin1'));
    const headerLength = file.readUInt16LE(8);
    expect((10 + headerLength) % 64).toBe(0);
    const header = file.toString('latin1', 10, 10 + headerLength);
    const [, type, order, shape] =
      /^\{'descr': '(<f[48])', 'fortran_order': (False), 'shape': \(([\d, ]*)\), \} *\n$/.exec(header) ?? [];
    expect(order).toBe('False');
    const body = file.subarray(10 + headerLength);
    const width = type === '<f4' ? 4 : 8;
    const values = Array.from({ length: body.length / width }, (_, index) =>
      width === 4 ? body.readFloatLE(4 * index) : body.readDoubleLE(8 * index),
    );
    arrays.set(name, {
      type: type!,
      shape: shape!
        .split(',')
        .filter((axis) => axis.trim() !== '')
        .map(Number),
      values,
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return arrays;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'ndl-parameters-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('a parameter file', () => {
  it('is an .npz by its bytes: one named array per parameter, with its shape, and the version of the format', async () => {
    await using sim = await trained(network());
    const path = join(folder, 'plain.npz');
    await saveParameters(sim, path);
    const arrays = readNpz(await readFile(path));
    expect(arrays.get('ndl_parameters.npy')).toEqual({ type: '<f8', shape: [], values: [1] });
    const shapes = Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      'ndl_parameters.npy': [],
      'ensembles[0].encoders.npy': [8, 2],
      'ensembles[0].bias.npy': [8],
      'ensembles[1].encoders.npy': [6, 1],
      'ensembles[1].bias.npy': [6],
      'connections[1].weights.npy': [1, 8],
      'connections[2].weights.npy': [1, 8],
      'ndl_seed.npy': [],
    });
    const [second] = sim.network.ensembles.slice(1);
    expectClose(arrays.get('ensembles[1].bias.npy')!.values, sim.data.get(second!).bias!.data, 0);
    expect(arrays.get('ensembles[1].bias.npy')!.type).toBe('<f4');
  });

  it('fits the network with a probe more and with a probe less, since decoders of probes are no part of it', async () => {
    await using saved = await trained(network());
    const more = network();
    const early = more.net.within(() => new Probe(more.net.ensembles[0]!));
    await using sim = await simulate(more.net, { dtype: 'float32' });
    await sim.decodeParameters(saved.encodeParameters());
    expect(movedBetween(parameterBits(saved), parameterBits(sim))).toEqual([]);
    await using other = await simulate(network().net, { dtype: 'float32' });
    await other.decodeParameters(sim.encodeParameters());
    expect(movedBetween(parameterBits(saved), parameterBits(other))).toEqual([]);
    await sim.run(0.01);
    expect(sim.data.get(early).data.some((value) => value !== 0)).toBe(true);
  });

  it('from a network with another seed is loaded with a warning, where decoders of probes cannot fit', async () => {
    const warnings: string[] = [];
    const seeded = (seed: number | null): Network =>
      new Network({ seed }, () => new Probe(new Ensemble({ nNeurons: 8, dimensions: 1, label: 'population' })));
    const load = async (bytes: Uint8Array, net: Network): Promise<void> => {
      await using sim = await simulate(net, {}, { onWarning: (message) => warnings.push(message) });
      await sim.decodeParameters(bytes);
    };
    await using saved = await simulate(seeded(11));
    await load(saved.encodeParameters(), seeded(11));
    expect(warnings).toEqual([]);
    await load(saved.encodeParameters(), seeded(12));
    await load(saved.encodeParameters(), seeded(null));
    expect(warnings).toEqual([
      expect.stringMatching(/seed 11, and this one was built with 12: probes of .*'population'/),
      expect.stringMatching(/seed 11, .*Create the network with seed: 11/),
    ]);
  });

  it('is the same bytes for the same parameters', async () => {
    await using one = await trained(network());
    await using other = await trained(network());
    expect(one.encodeParameters()).toEqual(other.encodeParameters());
  });

  const homes: readonly (readonly [string, Partial<Settings>])[] = [
    ['the greedy planner, float64', { planner: GREEDY_PLANNER, dtype: 'float64' }],
    ['the transitive planner without simplifications', { planner: TRANSITIVE_PLANNER, simplifications: [] }],
    ['tfjs with no planning', { backend: TFJS_BACKEND, planner: NOOP_PLANNER }],
  ];

  it.each(homes)('saved under tree and reference, it loads under %s, with the same numbers', async (_, settings) => {
    await using saved = await trained(network());
    const home = network();
    await using sim = await Simulator.create(home.net, { settings: { backend: REFERENCE_BACKEND, ...settings } });
    const before = parameterBits(sim);
    const path = join(folder, 'moved.npz');
    await saveParameters(saved, path);
    await loadParameters(sim, path);
    expect(movedBetween(parameterBits(saved), parameterBits(sim))).toEqual([]);
    expect(movedBetween(before, parameterBits(sim)).length).toBeGreaterThan(4);
    const predictOf = async (simulator: Simulator, from: TrainableNetwork): Promise<ArrayLike<number>> =>
      (await simulator.predict([[from.input, data]], { steps: 5 })).get(from.output)!.data;
    await using check = await Simulator.create(home.net, {
      settings: { backend: REFERENCE_BACKEND, dtype: 'float64' },
    });
    await loadParameters(check, path);
    expectClose(await predictOf(sim, home), await predictOf(check, home), 1e-5);
  });

  it('saved under one backend and planner, it goes back where it came from, bit for bit', async () => {
    await using sim = await trained(network(), { backend: TFJS_BACKEND, planner: GREEDY_PLANNER });
    await using other = await Simulator.create(network().net, { settings: { backend: REFERENCE_BACKEND } });
    await other.decodeParameters(sim.encodeParameters());
    expect(other.encodeParameters()).toEqual(sim.encodeParameters());
  });

  it('is written atomically: a reader finds the old contents or the new, never a part', async () => {
    await using sim = await trained(network());
    const old = sim.encodeParameters();
    const path = join(folder, 'contested.npz');
    await saveParameters(sim, path);
    await using other = await trained(network(), { dtype: 'float64' });
    let isWriting = true;
    const read = async (): Promise<number> => {
      let reads = 0;
      for (; isWriting; reads++) {
        const found = new Uint8Array(await readFile(path));
        expect([old, other.encodeParameters()]).toContainEqual(found);
      }
      return reads;
    };
    const reader = read();
    for (let round = 0; round < 6; round++) await saveParameters(round % 2 === 0 ? other : sim, path);
    isWriting = false;
    expect(await reader).toBeGreaterThan(0);
  });
});

describe('a file that does not fit', () => {
  it('names each object that differs, and changes nothing', async () => {
    await using saved = await trained(network());
    await using sim = await simulate(network({ neurons: 5 }).net);
    const before = parameterBits(sim);
    const refused = sim.decodeParameters(saved.encodeParameters());
    await expect(refused).rejects.toEqual(
      failing(
        'PARAMETERS_MISMATCH',
        /'ensembles\[1\]\.bias' of 'second' has shape \[6\].*'ensembles\[1\]\.encoders' of 'second' has shape \[6, 1\], the network wants \[5, 1\]\. Nothing was changed\.$/,
      ),
    );
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
  });

  it('names what is missing and what is unknown', async () => {
    const smaller = new Network({ seed: 11 });
    smaller.within(() => new Ensemble({ nNeurons: 8, dimensions: 2, neuronType: lifRate() }));
    await using large = await trained(network());
    await using small = await simulate(smaller);
    await expect(small.decodeParameters(large.encodeParameters())).rejects.toEqual(
      failing('PARAMETERS_MISMATCH', "'ensembles[1].encoders' is no parameter of it"),
    );
    await expect(large.decodeParameters(small.encodeParameters())).rejects.toEqual(
      failing('PARAMETERS_MISMATCH', "'ensembles[1].encoders' of 'second' is missing"),
    );
  });

  /** The file with one entry replaced. */
  const withEntry = (bytes: Uint8Array, name: string, content: NpyContent): Uint8Array =>
    encodeNpz(new Map(decodeNpz(bytes)).set(name, content));
  const biases = (...first: number[]): NdArray =>
    new NdArray(Float64Array.of(...first, 0, 0, 0, 0, 0).subarray(0, 6), [6]);

  it.each([
    [
      'NaN',
      biases(1, NaN),
      'PARAMETERS_MISMATCH',
      /'ensembles\[1\]\.bias' of 'second' holds values that are not finite/,
    ],
    ['what float32 cannot hold', biases(1e300), 'PARAMETERS_MISMATCH', /not finite in float32/],
    ['a text', 'biases', 'PARAMETERS_INVALID', /'ensembles\[1\]\.bias' is no array/],
  ] as [string, NpyContent, string, RegExp][])(
    '%s in place of biases is refused, and nothing is changed',
    async (_, content, code, message) => {
      await using sim = await trained(network());
      const before = sim.encodeParameters();
      await expect(sim.decodeParameters(withEntry(before, 'ensembles[1].bias', content))).rejects.toEqual(
        failing(code, message),
      );
      expect(sim.encodeParameters()).toEqual(before);
    },
  );

  it.each([
    ['a later version of the format', 2, /version 2, this build reads version 1/],
    ['arrays of somebody else', undefined, /no entry 'ndl_parameters'/],
  ] as [string, number | undefined, RegExp][])('%s: is refused', async (_, version, message) => {
    await using sim = await trained(network());
    const entries = decodeNpz(sim.encodeParameters());
    if (version === undefined) entries.delete('ndl_parameters');
    else entries.set('ndl_parameters', new NdArray(Float64Array.of(version), []));
    await expect(sim.decodeParameters(encodeNpz(entries))).rejects.toEqual(failing('PARAMETERS_INVALID', message));
  });

  const refusals: readonly (readonly [string, (bytes: Buffer) => Uint8Array, string])[] = [
    ['nothing at all', () => new Uint8Array(0), 'no zip archive'],
    ['text', () => Buffer.from('encoders: 1, 2, 3'), 'no zip archive'],
    ['cut off in the middle', (bytes) => bytes.subarray(0, bytes.length / 2), 'no zip archive'],
    ['cut off by one byte', (bytes) => bytes.subarray(0, bytes.length - 1), 'no zip archive'],
    ['one bit of an array flipped', (bytes) => flipped(bytes, bytes.indexOf('.npy') + 40), ''],
    ['a size of 4 GiB promised', (bytes) => promising(bytes), ''],
  ];

  it.each(refusals)('%s is refused, and nothing is changed', async (_, damage, message) => {
    await using sim = await trained(network());
    const before = parameterBits(sim);
    const path = join(folder, 'damaged.npz');
    await writeFile(path, damage(Buffer.from(sim.encodeParameters())));
    const refused: unknown = await loadParameters(sim, path).catch((error: unknown) => error);
    expect(refused).toEqual(failing('PARAMETERS_INVALID', message));
    expect(refused).toEqual(failing('PARAMETERS_INVALID', `${path}: Not a parameter file`));
    expect((refused as Error).message).toMatch(/[^.]\. Nothing was changed\.$/);
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
    await sim.run(0.002);
  });
});

describe('a file', () => {
  it('of another network is named too', async () => {
    await using saved = await trained(network());
    await using sim = await simulate(network({ neurons: 5 }).net);
    const path = join(folder, 'other.npz');
    await saveParameters(saved, path);
    await expect(loadParameters(sim, path)).rejects.toEqual(failing('PARAMETERS_MISMATCH', path));
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 4;
  return copy;
}

/** The first entry of the directory claims to unpack to almost 4 GiB. */
function promising(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(0xfffffff0, copy.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
  return copy;
}
