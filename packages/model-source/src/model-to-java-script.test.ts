import * as model from '@ndl/model';
import * as networks from '@ndl/networks';
import { describe, expect, test } from 'vitest';
import { importModel, lineOfModel, modelToJavaScript, type ModelSourceError, type ReadModel } from './index.ts';

const load = (source: string): Promise<ReadModel> => importModel(source, { packages: { ndl: model } });

function refusal(source: string): ModelSourceError {
  try {
    modelToJavaScript(source);
  } catch (error) {
    return error as ModelSourceError;
  }
  throw new Error('it was not refused');
}

const MODEL = `import { Connection, Ensemble, Network, Node, Probe, type EnsembleOptions } from 'ndl';
import type { Synapse } from 'ndl';
interface Parts { readonly probe: Probe }
const size = 10 as number
const net = new Network({ seed: 1 });
const options: EnsembleOptions = { nNeurons: size, dimensions: 1 } satisfies EnsembleOptions;
function pool(): Ensemble { const inner = new Ensemble(options); return inner; }
export const parts: Parts = net.within((): Parts => {
  const stimulus = new Node([0.5]);
  const left = pool(), right = pool();
  const named = new Ensemble({ ...options, label: 'mine' });
  new Connection(stimulus, left);
  const link = new Connection<any>(left,
    right);
  for (const each of [left]) new Connection(each, named)
  const sub = new Network({}, () => void new Ensemble(options));
  return { probe: new Probe(right) };
});
export default net;
`;

describe('objects', () => {
  test('take the names they have in the source as labels, and an explicit label wins', async () => {
    const { network } = await load(MODEL);
    expect(network.label).toBe('net');
    expect(network.nodes[0]!.label).toBe('stimulus');
    expect(network.ensembles.map(({ label }) => label)).toEqual(['left', 'right', 'mine']);
    expect(network.connections.map(({ label }) => label)).toEqual([null, 'link', null]);
    expect(network.probes[0]!.label).toBe('probe');
    expect(network.networks[0]!.label).toBe('sub');
  });

  test('know their lines', async () => {
    const { network, declarations } = await load(MODEL);
    expect(declarations.get(network)).toEqual({ name: 'net', line: 5 });
    expect(network.connections.map((each) => declarations.get(each)?.line)).toEqual([12, 13, 15]);
    expect(network.probes.map((each) => declarations.get(each))).toEqual([{ name: 'probe', line: 17 }]);
  });

  test('have their own names before those that ready-made networks take by default', async () => {
    const source = `import { Network } from 'ndl';
import { Integrator } from '@ndl/networks';
const net = new Network();
net.within(() => {
  const memory = new Integrator({ recurrentTau: 0.1, nNeurons: 10 });
  const other = new Integrator({ recurrentTau: 0.1, nNeurons: 10, label: 'mine' });
});
export default net;`;
    const { network } = await importModel(source, { packages: { ndl: model, '@ndl/networks': networks } });
    expect(network.networks.map(({ label }) => label)).toEqual(['memory', 'mine']);
  });

  test('may be made by classes of the model', async () => {
    const { network } = await load(`import { Ensemble, Network } from 'ndl';
class Pair extends Network {
  #a: Ensemble | undefined;
  constructor() { super({}); this.within(() => { this.#a = new Ensemble({ nNeurons: 2, dimensions: 1 }); }) }
}
const pair = new Pair();
export default { network: pair };`);
    expect([network.label, network.ensembles[0]!.label]).toEqual(['pair', 'a']);
  });
});

test('the code has the lines of the source, and one more', () => {
  const lines = modelToJavaScript(MODEL).code.split('\n');
  expect(lines.findIndex((line) => line.includes('function pool()'))).toBe(6);
  expect(lines.findIndex((line) => line.includes('left = '))).toBe(9);
  expect(lines.findIndex((line) => line.includes('export default net'))).toBe(18);
});

test('what types ended ends without them', async () => {
  const { network } = await load(`import { Network } from 'ndl';
const net = new Network({})
let label = 'one' as string
;['two'].forEach((each) => { label = each as unknown as string })
const keep = label as string
(0, eval)('0')
net.label = keep
type Never = string
[0].map((x) => x!)
export default net`);
  expect(network.label).toBe('two');
});

test.each([
  ['enum Side { left }', 'enum'],
  ['const enum Side { left }', 'enum'],
  ['namespace Parts { export const a = 1 }', 'namespace'],
  ['class A { constructor(private readonly x: number) {} }', 'a parameter property'],
  ["import fs = require('fs');", 'import … = …'],
  ['export = 3;', 'export = …'],
  ['const x = <number>3;', '<Type>value'],
  ['@((a) => a) class A {}', 'a decorator'],
])('%s is refused by name and line', (line, name) => {
  const error = refusal(`const before = 1;\n\n  ${line}\n`);
  expect([error.code, error.line]).toEqual(['MODEL_NOT_ERASABLE', 3]);
  expect(error.message).toContain(`line 3: ${name} `);
});

test('what only types declare is erased', () => {
  const { code } = modelToJavaScript(
    'declare const x: number;\ndeclare enum E { a }\nabstract class A { abstract b: E }\n',
  );
  expect(code.split('\n').slice(0, 2).join('')).not.toContain('E');
});

test.each([
  ["import fs from 'node:fs';", "'node:fs'"],
  ["import './other.ts';", "'./other.ts'"],
  ["export * from 'https://example.org/a.js';", "'https://example.org/a.js'"],
  ["await import('ndl');", 'import(…)'],
])('%s is refused', (line, culprit) => {
  const error = refusal(`\n${line}`);
  expect([error.code, error.line]).toEqual(['MODEL_IMPORT', 2]);
  expect(error.message).toContain(culprit);
});

test('text that is no TypeScript is refused with its place', () => {
  const error = refusal('const a = 1;\nconst b = ;\n');
  expect([error.code, error.line, error.column]).toEqual(['MODEL_SYNTAX', 2, 11]);
});

test('imports are resolved by the host, types aside', () => {
  const { code, imports } = modelToJavaScript(
    "import { lif } from 'ndl';\nimport type { A } from '@ndl/core';\nimport { Product } from '@ndl/networks';\nlif(Product);",
    { resolve: (name) => `blob:${name}` },
  );
  expect(imports).toEqual(['ndl', '@ndl/networks']);
  expect(code).toContain('"blob:@ndl/networks"');
});

test('a guard is called with the line at each turn of each loop', async () => {
  const turns: number[] = [];
  Object.assign(globalThis, { guardOfTest: (line: number) => turns.push(line) });
  const source = `import { Network } from 'ndl'; let i = 0
while (i < 2) i++
do { i-- } while (i > 0)
for (const a of [1, 2])
  for (const b in { a }) i = b.length
for (;;) { if (i++ > 3) break }
export default new Network()`;
  await importModel(source, { packages: { ndl: model }, loopGuard: 'guardOfTest' });
  expect(turns).toEqual([2, 2, 3, 3, 4, 5, 4, 5, 6, 6, 6, 6]);
});

test('an error of a model is told with its line', async () => {
  const error = await load(`import { Ensemble, Network } from 'ndl';
export default new Network({}, () => {
  const a = new Ensemble({ nNeurons: -1, dimensions: 1 });
});`).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('nNeurons');
  expect(lineOfModel(error)).toBe(3);
  expect(lineOfModel(refusal('\nenum A {}'))).toBe(2);
  expect(lineOfModel(new Error('elsewhere'))).toBeUndefined();
});

test.each([
  ["\nimport { Ensembel } from 'ndl';\nnew Ensembel();", "line 2: 'ndl' has no 'Ensembel'. Did you mean Ensemble?"],
  ["import {\n  Network,\n  wondrous as a,\n} from 'ndl';\na(Network);", "line 3: 'ndl' has no 'wondrous'. Its doc"],
  ["export { Nod } from 'ndl';", "line 1: 'ndl' has no 'Nod'. Did you mean Node?"],
  ["import ndl from 'ndl';\nndl();", "line 1: 'ndl' has no default export. Write import { … } from 'ndl'."],
])('%s: the name that is missing is told, and the nearest one', async (source, message) => {
  const error = await load(source).catch((thrown: unknown) => thrown);
  expect((error as ModelSourceError).code).toBe('MODEL_IMPORT');
  expect((error as ModelSourceError).message).toContain(message);
  expect((error as ModelSourceError).message).not.toMatch(/data:|blob:/);
});

test('names that are types alone need not be there', async () => {
  const { network } = await load(
    "import { Network, EnsembleOptions, type NodeOptions } from 'ndl';\nimport * as all from 'ndl';\nlet a: EnsembleOptions | undefined;\nexport default new all.Network();",
  );
  expect(network).toBeInstanceOf(model.Network);
});

test.each([
  ['export const a = 1;', 'no default export'],
  ['export default 3;', 'default export is 3'],
  ["import { Network } from 'ndl'; export default { network: new Network(), trainig: 1 };", 'training'],
  ["import { Network } from 'ndl'; export default { network: new Network(), training: { inputs: [] } };", 'optimizer'],
  ["import { Network } from 'ndl'; export default { network: new Network(), panels: [{ of: 1 }] };", 'panels[0].of'],
  ["import { Network } from 'ndl'; export const expected = { what: 'x' }; export default new Network();", 'measure'],
])('%s exports no model', async (source, culprit) => {
  await expect(load(source)).rejects.toThrow(culprit);
});
