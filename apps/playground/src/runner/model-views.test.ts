/** @file What the page is told of a model: objects, plots, samples, activity, and what became of each object. */
import { importModel, type ReadModel } from '@ndl/model-source';
import * as networks from '@ndl/networks';
import * as ndl from 'ndl';
import { expect, test } from 'vitest';
import { aboutObject } from './about-object.ts';
import { Activity } from './activity.ts';
import { describeNetwork } from './describe-network.ts';
import { probePanels, samplesOf, withBuiltSizes } from './panels.ts';

const load = (source: string): Promise<ReadModel> =>
  importModel(source, { packages: { ndl, '@ndl/networks': networks } });

const SOURCE = `import { Connection, Ensemble, Network, Node, Probe, pes } from 'ndl';
const net = new Network({ seed: 0 });
const { shown, learnt, a } = net.within(() => {
  const stimulus = new Node((t) => [t, 1]);
  const a = new Ensemble({ nNeurons: 200, dimensions: 2 });
  new Connection(stimulus, a);
  const sub = new Network({}, () => { const b = new Ensemble({ nNeurons: 10, dimensions: 1 }); });
  const b = sub.ensembles[0];
  const learnt = new Connection(a.slice(0, 1), b, { learningRuleType: pes() });
  new Connection(b, b);
  const stop = new Node([0]);
  new Connection(stop, b.neurons, { transform: new Array(10).fill([-1]) });
  return { shown: new Probe(a, { synapse: 0.01 }), learnt, a };
});
`;

test('objects stand in their subnetworks, and connections have their kinds', async () => {
  const { network, declarations } = await load(`${SOURCE}export default net;`);
  const { objects, connections, byId } = describeNetwork(network, declarations);
  expect(objects.map(({ id, parent, line, isInput }) => [id, parent, line, isInput])).toEqual([
    ['stimulus', null, 4, true],
    ['stop', null, 11, true],
    ['a', null, 5, false],
    ['sub', null, 7, false],
    ['sub/b', 'sub', 7, false],
  ]);
  expect(objects[2]!.plots).toEqual(['value', 'xy', 'raster', 'grid', 'voltages']);
  expect(connections.map(({ from, to, kind }) => `${from} ${to} ${kind}`)).toEqual([
    'stimulus a decoded',
    'a sub/b learning',
    'sub/b sub/b recurrent',
    'stop sub/b inhibitory',
  ]);
  expect(byId.get('sub/b')).toBe(network.networks[0]!.ensembles[0]);
});

test('neurons that put out rates have no plot of spikes', async () => {
  const model = await load(`import { Ensemble, lifRate, Network, Probe } from 'ndl';
export default new Network({ seed: 0 }, () => {
  const rates = new Ensemble({ nNeurons: 5, dimensions: 1, neuronType: lifRate(), label: 'rates' });
  const spikes = new Ensemble({ nNeurons: 5, dimensions: 1, label: 'spikes' });
  new Probe(rates.neurons, { label: 'in rates' });
  new Probe(spikes.neurons, { label: 'in spikes' });
  new Probe(spikes.neurons, { synapse: 0.1, label: 'filtered' });
});`);
  const described = describeNetwork(model.network, model.declarations);
  expect(described.objects.map(({ plots }) => plots.includes('raster'))).toEqual([false, true]);
  const { shown } = probePanels(model, described, [{ object: 'rates', kind: 'raster' }]);
  expect(shown.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
    'value in rates',
    'raster in spikes',
    'value filtered',
  ]);
});

test('a source of many values has sliders where the model asks for them', async () => {
  const { network, declarations, panels } = await load(`import { Network, Node } from 'ndl';
const net = new Network({ seed: 0 });
const [wide, other] = net.within(() => [new Node(new Array(9).fill(0)), new Node(new Array(9).fill(0))]);
export default { network: net, panels: [{ of: wide, kind: 'slider' }] };`);
  const { objects } = describeNetwork(network, declarations, panels);
  expect(objects.map(({ isInput }) => isInput)).toEqual([true, false]);
});

test('a model has the plots that it asks for, those of its probes, or those of its first ensembles', async () => {
  const panelsOf = async (rest: string, added: Parameters<typeof probePanels>[2] = []): Promise<string[]> => {
    const model = await load(SOURCE + rest);
    return probePanels(model, describeNetwork(model.network, model.declarations), added).shown.map(
      ({ kind, title, size }) => `${kind} ${title} ${size}`,
    );
  };
  expect(await panelsOf('export default net;')).toEqual(['value shown 2']);
  const asked =
    "[{ of: shown, kind: 'xy' }, { of: learnt, kind: 'weights' }, { of: a, kind: 'grid' }, { of: a, kind: 'loss' }]";
  const panels = await panelsOf(`export default { network: net, panels: ${asked} };`, [
    { object: 'a', kind: 'raster' },
    { object: 'a', kind: 'voltages' },
    { object: 'nobody', kind: 'value' },
    { object: 'stimulus', kind: 'raster' },
  ]);
  expect(panels).toEqual([
    'xy shown 2',
    'weights learnt: weights 1',
    'grid a: activity 200',
    'raster a: spikes 100',
    'voltages a: voltages 5',
  ]);
});

test('plots are as many as a page can draw, and objects of one name are told apart', async () => {
  const model = await load(`import { Ensemble, Network, Node, Probe } from 'ndl';
export default new Network({ seed: 0 }, () => {
  for (let count = 0; count < 30; count++) new Probe(new Node([count]), { label: 'same' });
  for (let count = 0; count < 2; count++)
    new Network({ label: 'twin' }, () => void new Ensemble({ nNeurons: 5, dimensions: 1, label: 'e' }));
});`);
  const described = describeNetwork(model.network, model.declarations);
  const wishes = ['twin/e', 'twin (2)/e'].map((object) => ({ object, kind: 'value' }) as const);
  const nodes = described.objects.filter(({ kind }) => kind === 'node');
  const many = nodes.map(({ id }) => ({ object: id, kind: 'value' }) as const);
  const { shown, left } = probePanels(model, described, [...wishes, ...many]);
  const titles = shown.map(({ title }) => title);
  expect(titles.length).toBe(48);
  expect(left).toBe(30 - 24 + (30 + 2 - 24));
  expect(titles.slice(0, 2)).toEqual(['same (1)', 'same (2)']);
  expect(titles.slice(24, 26)).toEqual(['twin/e', 'twin (2)/e']);
  expect(new Set(titles).size).toBe(titles.length);
});

test('samples carry the times of their steps; images come less often', () => {
  const value = { kind: 'value', size: 1, chosen: undefined, stride: 1, every: undefined } as const;
  const piece = { data: [5, 6, 7, 8], width: 2, before: 10, dt: 0.5 };
  expect([...samplesOf(value, piece)]).toEqual([5.5, 5, 6, 7]);
  expect([...samplesOf({ ...value, chosen: [1] }, piece)]).toEqual([5.5, 6, 6, 8]);
  expect([...samplesOf({ ...value, stride: 4 }, piece)]).toEqual([6, 7]);
  expect([...samplesOf({ ...value, every: 1 }, { ...piece, data: [5, 6] })]).toEqual([6, 5]);
  const raster = { ...value, kind: 'raster', size: 2 } as const;
  expect([...samplesOf(raster, { ...piece, data: [0, 2, 2, 0] })]).toEqual([5.5, 1, 6, 0]);
});

test('what there is to know of an object comes from the simulator', async () => {
  const model = await load(`${SOURCE}export default net;`);
  const described = describeNetwork(model.network, model.declarations);
  const { shown: wished } = probePanels(model, described, [{ object: 'learnt', kind: 'weights' }]);
  const activity = new Activity(model.network, described);
  const simulator = await ndl.Simulator.create(model.network);
  try {
    expect(withBuiltSizes(wished, simulator).map(({ size }) => size)).toEqual([2, 128]);
    for await (const piece of simulator.stream({ steps: 200, every: 200 })) {
      const [mean] = activity.takeIn((probe) => piece.get(probe), simulator.dt);
      const spikes = piece.get(activity.counted[0]!.probe).data;
      const counted = Array.from(spikes).filter((each) => each > 0).length;
      expect(mean).toBeCloseTo(counted / 200 / 0.2, 3);
    }
    const about = (id: string): ReturnType<typeof aboutObject> => aboutObject(simulator, described, activity, id);
    const a = about('a')!;
    expect(a.parameters).toContainEqual(['neurons', '200']);
    expect(a.rates).toHaveLength(200);
    expect(a.tuning!.rates).toHaveLength(a.tuning!.neurons * a.tuning!.points.length);
    const { data } = simulator.data.get(
      model.network.connections.find(({ label }) => label === 'learnt')!,
    ).solverErrors!;
    const error = about('learnt')!.parameters.find(([name]) => name === 'solver error')![1];
    expect(Number.parseFloat(error)).toBeCloseTo(data[0]!, 3);
    expect(a.plan[0]).toMatch(/^Built as [1-9]\d* operators; left after simplification: .*simNeurons/);
    expect(about('sub')!.parameters).toContainEqual(['neurons', '10']);
    expect(about('nobody')).toBeUndefined();
  } finally {
    await simulator.dispose();
  }
});
