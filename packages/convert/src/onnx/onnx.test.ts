/** @file Graphs of ONNX, written here byte by byte, become networks that compute what loops say. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Simulator } from 'ndl';
import { NdArray, sizeOf } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { convert, type ConvertOptions } from '../index.ts';
import { readOnnxTensor } from './onnx-file.ts';

type Attribute = number | string | readonly number[];
interface WrittenNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

const numbers = (...shape: number[]): NdArray =>
  new NdArray(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 101) / 50 - 1),
    shape,
  );
const vector = (...values: number[]): NdArray => new NdArray(Float64Array.from(values), [values.length]);

const message = (write: (into: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
};
const inner = (into: BinaryWriter, field: number, write: (into: BinaryWriter) => void): BinaryWriter =>
  into.tag(field, 2).bytes(message(write));

/** By the field numbers of onnx.proto; whole numbers where all are whole. */
function tensor(into: BinaryWriter, name: string, { data, shape }: NdArray, whole: boolean): void {
  for (const size of shape) into.tag(1, 0).int64(size);
  into.tag(2, 0).int32(whole ? 7 : 1);
  into.tag(8, 2).string(name);
  const bytes = new DataView(new ArrayBuffer(data.length * (whole ? 8 : 4)));
  data.forEach((value, at) => {
    if (whole) bytes.setBigInt64(8 * at, BigInt(value), true);
    else bytes.setFloat32(4 * at, value, true);
  });
  into.tag(9, 2).bytes(new Uint8Array(bytes.buffer));
}

function attribute(into: BinaryWriter, name: string, value: Attribute): void {
  into.tag(1, 2).string(name);
  if (typeof value === 'string') into.tag(4, 2).bytes(new TextEncoder().encode(value)).tag(20, 0).int32(3);
  else if (typeof value !== 'number') {
    for (const each of value) into.tag(8, 0).int64(each);
    into.tag(20, 0).int32(7);
  } else if (Number.isInteger(value)) into.tag(3, 0).int64(value).tag(20, 0).int32(2);
  else into.tag(2, 5).float(value).tag(20, 0).int32(1);
}

function valueInfo(into: BinaryWriter, name: string, shape: readonly (number | string)[]): void {
  into.tag(1, 2).string(name);
  inner(into, 2, (type) =>
    inner(type, 1, (tensorType) => {
      tensorType.tag(1, 0).int32(1);
      inner(tensorType, 2, (sizes) => {
        for (const size of shape)
          inner(sizes, 1, (dimension) =>
            typeof size === 'number' ? dimension.tag(1, 0).int64(size) : dimension.tag(2, 2).string(size),
          );
      });
    }),
  );
}

interface Written {
  readonly nodes: readonly WrittenNode[];
  readonly input: readonly (number | string)[];
  readonly constants?: Readonly<Record<string, NdArray>>;
  readonly version?: number;
}

/** A model whose input is x and whose output is that of its last node. */
function model({ nodes, input, constants = {}, version = 13 }: Written): Uint8Array {
  return message((into) => {
    into.tag(1, 0).int64(8);
    inner(into, 7, (graph) => {
      for (const node of nodes)
        inner(graph, 1, (own) => {
          for (const name of node.inputs) own.tag(1, 2).string(name);
          own.tag(2, 2).string(node.output).tag(4, 2).string(node.operator);
          for (const [name, value] of Object.entries(node.attributes ?? {}))
            inner(own, 5, (each) => attribute(each, name, value));
        });
      for (const [name, array] of Object.entries(constants))
        inner(graph, 5, (own) => tensor(own, name, array, name.startsWith('whole')));
      inner(graph, 11, (own) => valueInfo(own, 'x', input));
      inner(graph, 12, (own) => valueInfo(own, nodes.at(-1)!.output, []));
    });
    inner(into, 8, (opset) => opset.tag(2, 0).int64(version));
  });
}

async function run(bytes: Uint8Array, x: NdArray, options: ConvertOptions = {}): Promise<number[]> {
  const conversion = await convert(bytes, options);
  expect((await conversion.verify(x)).passed).toBe(true);
  await using sim = await Simulator.create(conversion.network);
  const rows = x.reshape([x.shape[0]!, x.size / x.shape[0]!]);
  return Array.from(
    (await sim.predict([[conversion.inputs[0]!, rows]], { steps: 1 })).get(conversion.outputs[0]!)!.data,
  );
}

function near(given: readonly number[], wanted: readonly number[]): void {
  expect(given.length).toBe(wanted.length);
  wanted.forEach((value, at) => expect(given[at]).toBeCloseTo(value, 5));
}

const node = (
  operator: string,
  inputs: string,
  output: string,
  attributes?: WrittenNode['attributes'],
): WrittenNode => ({
  operator,
  inputs: inputs.split(' '),
  output,
  ...(attributes && { attributes }),
});

test('Gemm turns its matrix, scales and adds; MatMul does not', async () => {
  const [w, b, v] = [numbers(3, 2), numbers(3), numbers(3, 2)];
  const bytes = model({
    input: ['N', 2],
    nodes: [
      node('Gemm', 'x w b', 'g', { transB: 1, alpha: 0.5, beta: 2 }),
      node('Relu', 'g', 'r'),
      node('MatMul', 'r v', 'y'),
    ],
    constants: { w, b, v },
  });
  const x = numbers(2, 2);
  const hidden = (item: number): number[] =>
    [0, 1, 2].map((u) =>
      Math.max(0, 0.5 * (x.get(item, 0) * w.get(u, 0) + x.get(item, 1) * w.get(u, 1)) + 2 * b.data[u]!),
    );
  const wanted = [0, 1].flatMap((item) =>
    [0, 1].map((o) => hidden(item).reduce((sum, h, u) => sum + h * v.get(u, o), 0)),
  );
  near(await run(bytes, x), wanted);
});

test('a convolution with uneven pads, groups, normalization, pooling, and a shape made of shapes', async () => {
  const [k, b] = [numbers(4, 1, 2, 3), numbers(4)];
  const constants = {
    k,
    b,
    gamma: vector(1, 2, -1, 0.5),
    beta: vector(0, 1, 0, -1),
    mean: vector(0.1, 0, -0.2, 0),
    variance: vector(1, 0.25, 4, 1),
    whole0: new NdArray(Float64Array.of(0), []),
    wholeAxes: vector(0),
    wholeRest: vector(-1),
  };
  const bytes = model({
    input: [1, 2, 4, 4],
    nodes: [
      node('Conv', 'x k b', 'c', { group: 2, pads: [0, 1, 1, 0], strides: [1, 1] }),
      node('BatchNormalization', 'c gamma beta mean variance', 'n', { epsilon: 0.00001 }),
      node('LeakyRelu', 'n', 'l', { alpha: 0.1 }),
      node('MaxPool', 'l', 'm', { kernel_shape: [2, 2], strides: [2, 2] }),
      node('Shape', 'm', 's'),
      node('Gather', 's whole0', 'count'),
      node('Unsqueeze', 'count wholeAxes', 'counts'),
      node('Concat', 'counts wholeRest', 'shape', { axis: 0 }),
      node('Reshape', 'm shape', 'y'),
    ],
    constants,
  });
  const x = numbers(1, 2, 4, 4);
  const at = (c: number, i: number, j: number): number => (i < 0 || j < 0 || i > 3 || j > 3 ? 0 : x.get(0, c, i, j));
  const normal = (f: number, i: number, j: number): number => {
    let sum = b.data[f]!;
    for (let a = 0; a < 2; a++)
      for (let c = 0; c < 3; c++) sum += at(f < 2 ? 0 : 1, i + a, j + c - 1) * k.get(f, 0, a, c);
    const { gamma, beta, mean, variance } = constants;
    const value = (gamma.data[f]! * (sum - mean.data[f]!)) / Math.sqrt(variance.data[f]! + 1e-5) + beta.data[f]!;
    return value > 0 ? value : 0.1 * value;
  };
  const wanted = [0, 1, 2, 3].flatMap((f) =>
    [0, 1].map((i) =>
      Math.max(normal(f, 2 * i, 0), normal(f, 2 * i, 1), normal(f, 2 * i + 1, 0), normal(f, 2 * i + 1, 1)),
    ),
  );
  near(await run(bytes, x), wanted);
});

test('branches are added, put side by side, and averaged; constants are added by their axes', async () => {
  const bytes = model({
    input: [2, 2, 3],
    nodes: [
      node('Mul', 'x two', 'd'),
      node('Add', 'd perChannel', 'a'),
      node('Concat', 'a x', 'c', { axis: 1 }),
      node('Sum', 'c c', 's'),
      node('Transpose', 's', 't', { perm: [0, 2, 1] }),
      node('Dropout', 't', 'o'),
      node('Flatten', 'o', 'y'),
    ],
    constants: { two: vector(2), perChannel: new NdArray(Float64Array.of(10, 20), [2, 1]) },
  });
  const x = numbers(2, 2, 3);
  const wanted = [0, 1].flatMap((item) =>
    [0, 1, 2].flatMap((p) => [
      2 * (2 * x.get(item, 0, p) + 10),
      2 * (2 * x.get(item, 1, p) + 20),
      2 * x.get(item, 0, p),
      2 * x.get(item, 1, p),
    ]),
  );
  near(await run(bytes, x), wanted);
});

test('weights that the file does not hold are given by name', async () => {
  const written = { input: [1, 2], nodes: [node('MatMul', 'x w', 'y')] };
  const bytes = message((into) => {
    inner(into, 7, (graph) => {
      inner(graph, 1, (own) =>
        own.tag(1, 2).string('x').tag(1, 2).string('w').tag(2, 2).string('y').tag(4, 2).string('MatMul'),
      );
      for (const name of ['x', 'w'])
        inner(graph, 11, (own) => valueInfo(own, name, name === 'x' ? written.input : [2, 1]));
      inner(graph, 12, (own) => valueInfo(own, 'y', []));
    });
  });
  near(await run(bytes, numbers(1, 2), { constants: { w: [[2], [3]] } }), [2 * -1 + 3 * numbers(1, 2).data[1]!]);
  await expect(convert(bytes)).rejects.toMatchObject({
    message: expect.stringContaining("constants: { 'w'") as string,
  });
  await expect(convert(bytes, { constants: { v: [1] } })).rejects.toMatchObject({ code: 'UNKNOWN_LAYER' });
});

test('the exact gelu, its approximation, and hard swish', async () => {
  const bytes = model({
    input: [1, 2],
    nodes: [
      node('Gelu', 'x', 'a'),
      node('Gelu', 'x', 'b', { approximate: 'tanh' }),
      node('HardSwish', 'x', 'c'),
      node('Concat', 'a b c', 'y', { axis: 1 }),
    ],
    version: 20,
  });
  const got = await run(bytes, new NdArray(Float64Array.of(1, -2), [1, 2]));
  // x · Φ(x), of tables of the normal distribution; the approximation by its formula; x · (x + 3) / 6.
  near(got, [0.84134475, -0.04550026, 0.84119199, -0.04540231, 4 / 6, -2 / 6]);
});

test('rectifiers by channel, with bounds, and above a threshold; one array by another', async () => {
  const bytes = model({
    input: [1, 2, 2],
    nodes: [
      node('PRelu', 'x slope', 'a'),
      node('Clip', 'x low high', 'b'),
      node('ThresholdedRelu', 'x', 'c', { alpha: 1.5 }),
      node('Div', 'a x', 'd'),
      node('Concat', 'a b c d', 'y', { axis: 1 }),
    ],
    constants: {
      slope: new NdArray(Float64Array.of(0.5, -2), [2, 1]),
      low: new NdArray(Float64Array.of(-0.75), []),
      high: new NdArray(Float64Array.of(1.25), []),
    },
  });
  const got = await run(bytes, new NdArray(Float64Array.of(1.5, -1, 2, -3), [1, 2, 2]));
  near(got, [1.5, -0.5, 2, 6, 1.25, -0.75, 1.25, -0.75, 0, 0, 2, 0, 1, 0.5, 1, -2]);
});

test('items may be one number each', async () => {
  const bytes = model({ input: [3], nodes: [node('Mul', 'x two', 'y')], constants: { two: vector(2) } });
  near(await run(bytes, new NdArray(Float64Array.of(1, -2, 0.5), [3, 1])), [2, -4, 1]);
});

test('numbers of 16 bits are read, by the definition of their formats', async () => {
  const written = (type: number, ...bits: number[]): Uint8Array =>
    message((into) => {
      into.tag(1, 0).int64(bits.length).tag(2, 0).int32(type);
      into.tag(9, 2).bytes(new Uint8Array(Uint16Array.from(bits).buffer));
    });
  const halves = written(10, 0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0x8000);
  expect([...(await readOnnxTensor(halves)).data]).toEqual([1, -2, 2 ** -24, 65504, 0.333251953125, -0]);
  expect([...(await readOnnxTensor(written(16, 0x3f80, 0xc040))).data]).toEqual([1, -3]);
  // As numbers of their own, each is its pattern.
  const apart = message((into) => into.tag(1, 0).int64(1).tag(2, 0).int32(10).tag(5, 0).int32(0x4200));
  expect([...(await readOnnxTensor(apart)).data]).toEqual([3]);
});

describe('what is wrong with a file', () => {
  const good = model({ input: [1, 2], nodes: [node('Gemm', 'x w', 'y')], constants: { w: numbers(2, 3) } });

  test('cut short anywhere, it is refused, and nothing else happens', async () => {
    for (let length = 0; length < good.length; length += 3)
      await expect(convert(good.slice(0, length))).rejects.toMatchObject({
        code: expect.stringMatching(/MODEL_INVALID|LAYER_UNSUPPORTED|SHAPE_MISMATCH/) as string,
      });
  });

  test.each<[string, Uint8Array, string, string]>([
    [
      'an operator that ndl does not have',
      model({ input: [1, 2], nodes: [node('Erf', 'x', 'y')] }),
      'LAYER_UNSUPPORTED',
      "Erf 'y'",
    ],
    ['what comes from nowhere', model({ input: [1, 2], nodes: [node('Add', 'x z', 'y')] }), 'MODEL_INVALID', "'z'"],
    [
      'a matrix that does not fit',
      model({ input: [1, 3], nodes: [node('Gemm', 'x w', 'y')], constants: { w: numbers(2, 3) } }),
      'SHAPE_MISMATCH',
      'does not fit',
    ],
    [
      'a kernel larger than the image',
      model({ input: [1, 1, 2], nodes: [node('Conv', 'x w', 'y')], constants: { w: numbers(1, 1, 3) } }),
      'SHAPE_MISMATCH',
      'do not fit',
    ],
    [
      'a mean over items',
      model({ input: [2, 2], nodes: [node('Concat', 'x x', 'y', { axis: 0 })] }),
      'LAYER_UNSUPPORTED',
      'axis of items',
    ],
    [
      'weights that are not finite',
      model({
        input: [1, 1],
        nodes: [node('MatMul', 'x w', 'y')],
        constants: { w: new NdArray(Float64Array.of(NaN), [1, 1]) },
      }),
      'MODEL_INVALID',
      'NaN',
    ],
    [
      'a size beyond all bounds',
      model({ input: [1, 2 ** 40], nodes: [node('Relu', 'x', 'y')] }),
      'MODEL_INVALID',
      'more than',
    ],
    [
      'an array that doubles forty times',
      model({
        input: [1, 1],
        nodes: Array.from({ length: 40 }, (_, at) => node('Concat', `s${at} s${at}`, `s${at + 1}`, { axis: 0 })),
        constants: { s0: vector(1, 1) },
      }),
      'MODEL_INVALID',
      'more than',
    ],
    ['text', new TextEncoder().encode('no network at all'), 'MODEL_INVALID', 'ONNX'],
  ])('%s is refused', async (_, bytes, code, text) => {
    await expect(convert(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(text) as string });
  });
});
