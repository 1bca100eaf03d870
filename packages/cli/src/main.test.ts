import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ndl } from './ndl.test-helper.ts';

const folder = mkdtempSync(join(tmpdir(), 'ndl-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

function modelOf(name: string, source: string): string {
  writeFileSync(place(name), source);
  return place(name);
}

const wave = modelOf(
  'wave.ts',
  `import { Connection, Ensemble, Network, Node, Probe, type Simulator } from 'ndl';
const net = new Network({ seed: 0 });
const { decoded } = net.within(() => {
  const stimulus = new Node([0.5]);
  const a = new Ensemble({ nNeurons: 30, dimensions: 1 });
  new Connection(stimulus, a);
  const spikes = new Probe(a.neurons);
  const rare = new Probe(a, { sampleEvery: 0.01 });
  return { decoded: new Probe(a, { synapse: 0.02 }) };
});
export const expected = {
  what: 'decoded value',
  seconds: 0.2,
  measure: (sim: Simulator): number => sim.data.get(decoded).data.at(-1)!,
  atLeast: 0.3,
  atMost: 0.7,
};
export default net;
`,
);

const learner = modelOf(
  'learner.ts',
  `import { adam, configureSettings, Connection, Ensemble, lifRate, Network, Node, Probe } from 'ndl';
const net = new Network({ seed: 0 });
const { x, y } = net.within(() => {
  const x = new Node([0]);
  const a = new Ensemble({ nNeurons: 20, dimensions: 1, neuronType: lifRate() });
  const out = new Node({ sizeIn: 2 });
  new Connection(x, a, { synapse: null });
  new Connection(a, out, { synapse: null, function: () => [0, 0] });
  return { x, y: new Probe(out) };
});
const inputs = [[-1], [1], [-0.5], [0.5]];
export default {
  network: net,
  training: () => ({
    inputs: [[x, inputs]],
    options: {
      targets: [[y, inputs.map(([value]) => [[value! < 0 ? 1 : 0, value! < 0 ? 0 : 1]])]],
      optimizer: adam({ learningRate: 1e-3 }),
      epochs: 30,
    },
    test: { inputs: [[x, inputs]], output: y, labels: [0, 1, 0, 1], steps: 1 },
  }),
};
`,
);

describe('ndl run', () => {
  test('shows what probes record and whether the model keeps its promise', async () => {
    const { code, written, told } = await ndl(['run', wave]);
    expect([code, told]).toEqual([0, '']);
    expect(written).toContain('• decoded');
    expect(written).toMatch(/spikes: \[200, 30\], \d+ spikes/);
    expect(written).toContain('wave.ts: 200 steps, 0.2 s, on ');
    expect(written).toMatch(/kept: decoded value: 0\.\d+ \(promised: at least 0.3, at most 0.7\)/);
  });

  test('writes a page, a table and one JSON document', async () => {
    const [page, csv] = [place('out.html'), place('out.csv')];
    const answer = await ndl(['run', wave, '--seconds', '0.05', '--json', `--plot=${page}`, '--csv', csv]);
    expect(answer.code).toBe(0);
    const document = JSON.parse(answer.written) as { steps: number; probes: { label: string }[]; files: unknown };
    expect(document).toMatchObject({ model: 'wave.ts', steps: 50, seconds: 0.05, files: { plot: page, csv } });
    expect(document.probes.map(({ label }) => label)).toEqual(['spikes', 'rare', 'decoded']);
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(51);
    expect(lines[0]).toMatch(/^seconds,spikes\[0\],.*,decoded$/);
    expect(answer.told).toContain('rare is not in');
    expect(readFileSync(page, 'utf8').match(/<svg /g)).toHaveLength(3);
  });

  test('a broken promise is a failure', async () => {
    const broken = modelOf('broken.ts', readFileSync(wave, 'utf8').replace('atLeast: 0.3', 'atLeast: 0.69'));
    const { code, written } = await ndl(['run', broken]);
    expect(code).toBe(1);
    expect(written).toContain('BROKEN: decoded value');
  });

  test('runs on the backend that is named', async () => {
    const { code, written } = await ndl(['run', wave, '--backend', 'reference', '--seconds', '0.01']);
    expect(code).toBe(0);
    expect(written).toContain('10 steps, 0.01 s, on reference');
  });

  test('interrupted, keeps the steps done and says where their state is', async () => {
    const interrupt = new AbortController();
    const stopping = modelOf(
      'stopping.ts',
      `import { Network, Node, Probe } from 'ndl';
const net = new Network({ seed: 0 });
net.within(() => { const n = new Node((t) => { if (t > 0.05) globalThis.interruptOfTest(); return t; }); const p = new Probe(n); });
export default net;`,
    );
    Object.assign(globalThis, { interruptOfTest: () => interrupt.abort(new Error('interrupted')) });
    const state = place('kept.npz');
    const { code, told } = await ndl(['run', stopping, '--seconds', '1000', '--state', state], interrupt.signal);
    expect(code).toBe(130);
    expect(told).toMatch(/Interrupted after [\d.]+ s\. State: .*kept\.npz/);
    expect(existsSync(state)).toBe(true);
  });

  test.each([
    ["import { Network } from 'ndl';\nenum A { b }\nexport default new Network();", ':2: enum'],
    ["import { Network } from 'ndl';\n\nundefined.x;\nexport default new Network();", ':3: '],
    ["import { Network } from 'ndl';\nconst a = ;", ':2: this is no TypeScript'],
    ['export const a = 1;', 'default-exports a Network'],
    [
      "import { Network, Node } from 'ndl';\nexport default new Network({ seed: 0 }, () => void new Node((t) => {\n  if (t > 0.01) throw new Error('no more');\n  return t;\n}));",
      ':3: ',
    ],
  ])('tells file and line of %j', async (source, place) => {
    const { code, told, written } = await ndl(['run', modelOf('wrong.ts', source), '--seconds', '0.1']);
    expect([code, written]).toEqual([1, '']);
    expect(told).toContain('wrong.ts');
    expect(told).toContain(place);
  });
});

describe('ndl train', () => {
  test('trains, tests in spikes, and writes parameters that a run begins with', async () => {
    const output = place('learnt.npz');
    const { code, written } = await ndl(['train', learner, '--output', output]);
    expect(code).toBe(0);
    expect(written).toContain('accuracy in spikes: 100.0 %');
    expect(written.match(/^epoch \d+: loss /gm)).toHaveLength(30);
    const run = await ndl(['run', learner, '--parameters', output, '--seconds', '0.01']);
    expect(run.code).toBe(0);
  });

  test('gives one JSON document, and takes fewer epochs', async () => {
    const output = place('few.npz');
    const { written } = await ndl(['train', learner, '--epochs', '2', '--json', '--output', output]);
    expect((JSON.parse(written) as { losses: number[] }).losses).toHaveLength(2);
  });

  test('interrupted in its first epoch, writes what it has, but not over parameters of before', async () => {
    const source = readFileSync(learner, 'utf8').replace(
      'optimizer: adam({ learningRate: 1e-3 }),',
      'minibatchSize: 1, optimizer: adam({ learningRate: () => { globalThis.interruptOfTest(); return 1e-3; } }),',
    );
    const model = modelOf('interrupted.ts', source);
    const output = place('reached.npz');
    const interrupted = (): ReturnType<typeof ndl> => {
      const interrupt = new AbortController();
      Object.assign(globalThis, { interruptOfTest: () => interrupt.abort(new Error('interrupted')) });
      return ndl(['train', model, '--output', output], interrupt.signal);
    };
    const first = await interrupted();
    expect([first.code, first.told]).toEqual([130, `\nInterrupted after 0 epochs. Parameters: ${output}\n`]);
    writeFileSync(output, 'of before');
    const second = await interrupted();
    expect(second.code).toBe(130);
    expect(second.told).toContain('reached.npz is left as it was');
    expect(readFileSync(output, 'utf8')).toBe('of before');
  });

  test('wants a model that can be trained', async () => {
    const { code, told } = await ndl(['train', wave]);
    expect(code).toBe(1);
    expect(told).toContain('wave.ts has no training');
  });
});

test('ndl inspect shows plan, sections, memory and cost', async () => {
  const { code, written } = await ndl(['inspect', wave]);
  expect(code).toBe(0);
  expect(written).toContain('wave.ts: 30 neurons, 1 ensembles, 1 nodes, 1 connections, 3 probes');
  expect(written).toMatch(/sections:\n {2}/);
  expect(written).toMatch(/memory: \d+ bytes/);
  const { written: json } = await ndl(['inspect', wave, '--json']);
  expect(JSON.parse(json)).toMatchObject({ counts: { neurons: 30 }, backend: { name: expect.any(String) as string } });
});

describe('files that are asked for', () => {
  const outputs: readonly (readonly [string, readonly string[]])[] = [
    ['run', ['--csv', '--plot', '--state']],
    ['train', ['--output']],
  ];
  test.each(outputs)('%s writes over nothing that it reads', async (command, options) => {
    const source = readFileSync(learner);
    const link = place(`link-of-${command}.ts`);
    symlinkSync(learner, link);
    const data = modelOf(`data-of-${command}.npz`, 'data');
    for (const option of options)
      for (const target of [learner, `${folder}/./learner.ts`, link, data]) {
        const answer = await ndl([command, learner, option, target, '--data', `x=${data}`]);
        expect([answer.code, answer.written]).toEqual([2, '']);
        expect(answer.told).toMatch(/would be written over (the model|--data), which is read/);
      }
    expect(readFileSync(learner)).toEqual(source);
    expect(readFileSync(data, 'utf8')).toBe('data');
  });

  test.each(outputs)('%s begins with no work whose results it could not write', async (command, options) => {
    const failing = modelOf(`failing-of-${command}.ts`, 'throw new Error("it was begun");');
    for (const option of options)
      for (const target of [place('nowhere/out'), folder, join(learner, 'out')]) {
        const { code, told } = await ndl([command, failing, option, target]);
        expect(code).toBe(1);
        expect(told).toMatch(/cannot be written: .*\. Nothing was done\.\n$/);
      }
  });

  test('are not written into one', async () => {
    const { code, told } = await ndl(['run', wave, '--csv', place('one'), '--state', place('one')]);
    expect([code, existsSync(place('one'))]).toEqual([2, false]);
    expect(told).toContain('--csv and --state both name');
  });

  test('of data that are given in another form, or that the model does not load, one hears', async () => {
    for (const given of ['x', '=', 'x=', '=f']) {
      const { code, told } = await ndl(['run', wave, '--data', given]);
      expect(code).toBe(2);
      expect(told).toContain('--data must be NAME=FILE');
    }
    const { code, told } = await ndl(['run', wave, '--seconds', '0.01', '--data', 'digits=nowhere.npz']);
    expect(code).toBe(0);
    expect(told).toContain("the model did not load 'digits'; it loaded none");
  });
});

describe('the command line', () => {
  test('teaches', async () => {
    const { code, written } = await ndl(['--help']);
    expect(code).toBe(0);
    for (const word of ['run', 'train', 'inspect', 'Exit codes', 'export default net']) expect(written).toContain(word);
    for (const command of ['run', 'train', 'inspect', 'bench', 'golden', 'new', 'playground']) {
      expect((await ndl([command, '--help'])).written).toBe((await ndl(['help', command])).written);
      expect((await ndl(['help', command])).written).toContain('Examples:\n  ');
    }
    expect((await ndl([])).code).toBe(2);
  });

  test('tells its version', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    for (const asked of ['--version', '-v', 'version'])
      expect(await ndl([asked])).toMatchObject({ code: 0, written: `${manifest.version}\n`, told: '' });
    expect(await ndl(['--version', 'run'])).toMatchObject({ code: 2, written: '' });
    expect((await ndl(['--verson'])).told).toContain('Did you mean --version?');
  });

  test.each([
    [['rnu', 'a.ts'], 'Did you mean run?'],
    [['run', wave, '--secnds', '2'], 'Did you mean --seconds?'],
    [['run', wave, '--seconds', 'two'], "--seconds must be a number above 0; got 'two'"],
    [['run', wave, '--seconds'], '--seconds must be followed by SECONDS'],
    [['run', wave, '--json=yes'], '--json takes no value'],
    [['run', wave, '--csv', 'a', '--csv', 'b'], '--csv is given twice'],
    [['run', wave, '--backend', 'wsm'], 'one of reference, wasm, tfjs'],
    [['run'], 'takes MODEL; got nothing'],
  ])('%j is refused with what to write', async (args, sentence) => {
    const { code, told, written } = await ndl(args);
    expect([code, written]).toEqual([2, '']);
    expect(told).toContain(sentence);
  });

  test('files that are not there are named', async () => {
    const { code, told } = await ndl(['run', place('nowhere.ts')]);
    expect(code).toBe(1);
    expect(told).toContain('nowhere.ts cannot be read');
  });
});
