/** @file Files and graphs that cannot be networks: each is refused by name, and nothing is made of it. */
import type * as Hdf5 from 'h5wasm';
import { isNdlError } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { chain, graph, int, node } from './graphs.test-helper.ts';
import { importNir, nirNetwork, readNir, writeNir, type NirGraph } from './index.ts';
import { loadHdf5 } from './load-hdf5.ts';

async function refusal(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (!isNdlError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return 'none';
}

const lif = { tau: [0.01], r: [1], v_leak: [0], v_threshold: [1] };
const conv = {
  weight: [[[[1, 1], [1, 1]]]], // prettier-ignore
  stride: int([1, 1]),
  padding: int([0, 0]),
  dilation: int([1, 1]),
};
const pool = { kernel_size: int([2, 2]), stride: int([2, 2]), padding: int([0, 0]) };
const port = (type: 'Input' | 'Output', ...shape: number[]) => node(type, { shape: int(shape) });

describe('graphs', () => {
  it.each<[string, () => NirGraph, string]>([
    [
      'an unknown type',
      () => chain([1], [1], { x: { ...node('LIF', lif), type: 'LIFF' as 'LIF' } }),
      "NIR_TYPE: node 'x' (LIFF) is of type 'LIFF', which ndl does not know. Did you mean LIF?",
    ],
    ['one too many', () => chain([1], [1], { x: node('I', lif) }), "NIR_GRAPH: node 'x' (I): it has a 'tau', which"],
    [
      'no time',
      () => chain([1], [1], { x: node('LIF', { ...lif, tau: [0] }) }),
      "NIR_GRAPH: node 'x' (LIF): its tau holds 0; all must be above 0",
    ],
    [
      'what is not finite',
      () => chain([1], [1], { x: node('LIF', { ...lif, r: [NaN] }) }),
      "NOT_FINITE: node 'x' (LIF): its r holds NaN",
    ],
    [
      'arrays that do not fit',
      () => chain([1], [1], { x: node('LIF', { ...lif, r: [1, 2], tau: [1, 1, 1] }) }),
      'SHAPE_MISMATCH: node',
    ],
    [
      'weights that do not fit',
      () => chain([3], [2], { x: node('Linear', { weight: [[1, 2]] }) }),
      "SHAPE_MISMATCH: node 'x' (Linear): it takes [2], and node 'input' (Input) gives [3]",
    ],
    [
      'a bias that does not fit',
      () => chain([2], [1], { x: node('Affine', { weight: [[1, 2]], bias: [1, 2] }) }),
      "SHAPE_MISMATCH: node 'x' (Affine): its bias is of 2 numbers",
    ],
    ['no matrix', () => chain([2], [1], { x: node('Linear', { weight: [1, 2] }) }), 'a matrix is wanted'],
    [
      'a kernel too large',
      () => chain([1, 1, 1], [1], { x: node('Conv2d', { ...conv, input_shape: int([1, 1]) }) }),
      'is larger than the image [1, 1]',
    ],
    [
      'groups that do not fit',
      () => chain([1, 3, 3], [1], { x: node('Conv2d', { ...conv, groups: int(2) }) }),
      'its 1 filters make no 2 groups',
    ],
    [
      'same with strides',
      () => chain([1, 3, 3], [1], { x: node('Conv2d', { ...conv, stride: int([2, 2]), padding: 'same' }) }),
      "its padding is 'same', which strides of 1 alone can have",
    ],
    [
      'an odd padding',
      () => chain([1, 3, 3], [1], { x: node('Conv2d', { ...conv, padding: 'full' }) }),
      "its padding is 'full'",
    ],
    [
      'pooling of a list',
      () => chain([4], [1], { x: node('SumPool2d', pool) }),
      'it takes channels of 2 dimensions, and [4] arrives',
    ],
    [
      'pooling of nothing known',
      () => graph({ x: node('SumPool2d', pool), output: port('Output', 1) }, [['x', 'output']]),
      'neither it nor what leads to it tells the shape of its input',
    ],
    [
      'axes that there are not',
      () => chain([4], [4], { x: node('Flatten', { input_type: int([4]), start_dim: int(1), end_dim: int(-1) }) }),
      'it flattens axes 1 to 0 of [4]',
    ],
    [
      'an edge to nowhere',
      () => chain([1], [1], { x: graph({ a: port('Input', 1), b: port('Output', 1) }, [['a', 'b'], ['a', 'c']]) }), // prettier-ignore
      "NIR_GRAPH: node 'x' (NIRGraph): its edges speak of a node 'c', which there is not; there are a, b",
    ],
    [
      'two strangers',
      () => graph({ a: port('Input', 1), b: port('Output', 1) }, [['x', 'y']]),
      "NIR_GRAPH: the graph: its edges speak of a node 'x', which there is not; there are a, b",
    ],
    [
      'a cycle at once',
      () =>
        graph({ input: port('Input', 1), a: node('Scale', { scale: [1] }), b: node('Linear', { weight: [[1]] }) }, [
          ['input', 'a'],
          ['a', 'b'],
          ['b', 'a'],
        ]),
      "NIR_CYCLE: The nodes 'a' → 'b' → 'a' are a cycle in which nothing remembers",
    ],
    [
      'a delay of nothing in a cycle',
      () =>
        graph({ input: port('Input', 1), a: node('Scale', { scale: [1] }), b: node('Delay', { delay: [0] }) }, [
          ['input', 'a'],
          ['a', 'b'],
          ['b', 'a'],
        ]),
      'NIR_CYCLE',
    ],
    [
      'a port too few',
      () => chain([1], [1], { x: graph({ a: port('Output', 1) }, []) }),
      "NIR_GRAPH: node 'x' (NIRGraph): an edge speaks of its Input, and it has none",
    ],
    ['absurd sizes', () => chain([1e9, 1e9], [1], {}), 'TOO_LARGE: node'],
    ['no nodes', () => graph({}, []), 'NIR_GRAPH: the graph: it has no nodes'],
    ['no graph', () => ({}) as NirGraph, 'INVALID_OPTION: the graph must be a graph'],
    [
      'nodes by a record',
      () => ({ type: 'NIRGraph', nodes: {}, edges: [] }) as never,
      'INVALID_OPTION: the graph: nodes must be a Map',
    ],
  ])('with %s', async (_, made, sentence) => {
    const said = await refusal(() => nirNetwork(made()));
    expect(said).toContain(sentence);
  });

  it('that lack a parameter are told which', async () => {
    const parameters = new Map(node('LIF', lif).parameters);
    parameters.delete('tau');
    expect(await refusal(() => nirNetwork(chain([1], [1], { x: { type: 'LIF', parameters } })))).toBe(
      "NIR_GRAPH: node 'x' (LIF): it lacks 'tau'.",
    );
  });

  it('nested too deep are refused', async () => {
    let nested = chain([1], [1], {});
    for (let depth = 0; depth < 40; depth++) nested = chain([1], [1], { inner: nested });
    expect(await refusal(() => nirNetwork(nested))).toMatch(/^TOO_LARGE: /u);
  });
});

describe('options', () => {
  const plain = chain([1], [1], { lif: node('LIF', lif) });
  it.each<[object, string]>([
    [{ convention: 'nest' }, "INVALID_OPTION: nirNetwork: convention is 'nest', which there is not."],
    [
      { convention: { leek: 'exact' } },
      "UNKNOWN_OPTION: nirNetwork: convention: unknown option 'leek'. Did you mean leak?",
    ],
    [{ convention: { leak: 'euler' } }, "INVALID_OPTION: nirNetwork: convention: leak is 'euler', which there is not."],
    [{ convention: { like: 'nest' } }, 'INVALID_OPTION: nirNetwork: convention: like'],
    [
      { conventions: { lift: 'norse' } },
      "UNKNOWN_NAME: nirNetwork: conventions: the graph has no node 'lift'. Did you mean lif?",
    ],
    [{ conventions: 'norse' }, 'INVALID_OPTION: nirNetwork: conventions must be'],
    [{ conventions: { lif: 3 } }, 'INVALID_OPTION: nirNetwork: conventions.lif must be'],
    [{ dt: 1 }, "UNKNOWN_OPTION: nirNetwork: unknown option 'dt'"],
  ])('%j are refused', async (options, sentence) => {
    expect(await refusal(() => nirNetwork(plain, options))).toContain(sentence);
  });
});

/** The bytes of an HDF5 file that `write` fills. */
async function fileWith(write: (file: Hdf5.File) => void): Promise<Uint8Array> {
  const { hdf5, files } = await loadHdf5();
  const file = new hdf5.File('/hostile', 'w');
  write(file);
  file.close();
  const bytes = files.readFile('/hostile');
  files.unlink('/hostile');
  return bytes;
}

/** A file of one node in a graph. */
const withNode = (fill: (node: Hdf5.Group) => void) => (file: Hdf5.File) => {
  const root = file.create_group('node');
  root.create_dataset({ name: 'type', data: 'NIRGraph' });
  root.create_dataset({ name: 'edges', data: ['a', 'a'], shape: [1, 2] });
  fill(root.create_group('nodes').create_group('a'));
};

describe('files', () => {
  it('that are cut off anywhere are refused, and so are other files', async () => {
    const bytes = await writeNir(chain([1], [1], { lif: node('LIF', lif) }));
    for (const length of [0, 1, 8, 100, bytes.length >> 1, bytes.length - 1])
      expect(await refusal(() => importNir(bytes.slice(0, length)))).toMatch(/^NIR_FILE: /u);
    expect(await refusal(() => readNir(new TextEncoder().encode('no file of HDF5')))).toMatch(/^NIR_FILE: .*whole/u);
    expect(await refusal(() => readNir('lif.nir' as never))).toMatch(/^INVALID_OPTION: readNir: bytes/u);
  });

  it('with bytes that were changed are read or refused, by errors of ours', async () => {
    const bytes = await writeNir(chain([1], [1], { lif: node('LIF', lif) }));
    for (let at = 40; at < bytes.length; at += 397) {
      const changed = bytes.slice();
      changed[at]! ^= 0xff;
      await refusal(() => importNir(changed));
    }
    expect(await readNir(bytes)).toMatchObject({ type: 'NIRGraph' });
  });

  it.each<[string, (file: Hdf5.File) => void, string]>([
    ['nothing in them', () => {}, "NIR_FILE: This is no file of NIR that can be read: it has no group '/node'"],
    ['a node of no type', withNode(() => {}), "NIR_GRAPH: node 'a': it has no 'type'"],
    [
      'an unknown type',
      withNode((a) => a.create_dataset({ name: 'type', data: 'Izhikevich' })),
      "NIR_TYPE: node 'a' is of type 'Izhikevich'",
    ],
    [
      'absurd sizes',
      withNode((a) => {
        a.create_dataset({ name: 'type', data: 'Threshold' });
        a.create_dataset({
          name: 'threshold',
          data: new Float64Array(1),
          shape: [1],
          maxshape: [null],
          chunks: [1],
        }).resize([1e12]);
      }),
      "TOO_LARGE: node 'a' (Threshold): threshold has the shape [1000000000000]",
    ],
    [
      'a group within itself',
      (file) => {
        const root = file.create_group('node');
        root.create_dataset({ name: 'type', data: 'NIRGraph' });
        root.create_dataset({ name: 'edges', data: ['a', 'a'], shape: [1, 2] });
        root.create_group('nodes').create_hard_link('/node', 'a');
      },
      'TOO_LARGE: ',
    ],
    [
      'a link out of the file',
      withNode((a) => {
        a.create_dataset({ name: 'type', data: 'Threshold' });
        a.create_external_link('elsewhere.nir', '/node', 'threshold');
      }),
      'is a link that leads nowhere, or out of the file',
    ],
    [
      'words for numbers',
      withNode((a) => {
        a.create_dataset({ name: 'type', data: 'Threshold' });
        a.create_dataset({ name: 'threshold', data: 'high' });
      }),
      "NIR_GRAPH: node 'a' (Threshold): threshold: it must be numbers",
    ],
  ])('with %s are refused', async (_, write, sentence) => {
    expect(await refusal(async () => importNir(await fileWith(write)))).toContain(sentence);
  });
});
