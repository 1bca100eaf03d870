/** @file What takes long in making a process is done in pieces while a simulator is created, once per item, and can be aborted. */
import { describe, expect, it } from 'vitest';
import {
  complete,
  Connection,
  defineProcess,
  definePlugin,
  Ensemble,
  Network,
  Node,
  Probe,
  PROCESS_DEFINITIONS,
  rectifiedLinear,
  triangle,
  whiteSignal,
  defaultPlugins,
  type ConnectionOptions,
  type Pieces,
  type Plugin,
  type Process,
  type ProcessDefinition,
} from './index.ts';
import { BUILT_IN_PROCESSES, processTools } from '@ndl/builder';
import { failing, simulate } from './reference-simulator.test-helper.ts';

/** A process that gives the item that it was prepared for; `log` tells what is asked of it, `onPiece` is called in the middle. */
function itemTeller(onPiece: () => void = () => undefined): { plugin: Plugin; log: string[] } {
  const log: string[] = [];
  const definition: ProcessDefinition = {
    kind: 'acme/item',
    *prepare(_process, { item }): Pieces<unknown> {
      log.push(`prepare ${item}`);
      onPiece();
      // More than one piece may do before the event loop has its turn.
      const end = performance.now() + 60;
      while (performance.now() < end) yield 1;
      yield 1;
      return 10 + item;
    },
    makeStep(_process, { item, prepared }) {
      if (prepared === undefined) log.push(`unprepared ${item}`);
      const value = (prepared ?? 10 + item) as number;
      return Object.assign(() => [value], { save: () => null, restore: () => undefined });
    },
  };
  const plugin = definePlugin({
    name: '@acme/items',
    register: ({ contribute }) => void contribute(PROCESS_DEFINITIONS).toConstantValue(definition),
  });
  return { plugin, log };
}

const teller = (): Process => defineProcess({ kind: 'acme/item', defaultSizeIn: 0, defaultSizeOut: 1, seed: null });

describe('a process that can be prepared', () => {
  it('is, for each item of a node and of noise, and never again in runs, resets and predictions of as many', async () => {
    const { plugin, log } = itemTeller();
    const net = new Network({ seed: 0 });
    const [shown, currents] = net.within(() => {
      const neurons = { nNeurons: 1, dimensions: 1, neuronType: rectifiedLinear(), gain: [1], bias: [0] };
      const noisy = new Ensemble({ ...neurons, noise: teller() });
      return [new Probe(new Node(teller())), new Probe(noisy.neurons, { attribute: 'input' })];
    });
    const simulator = await simulate(net, {}, { plugins: [...defaultPlugins(), plugin], minibatchSize: 2 });
    expect(log.toSorted()).toEqual(['prepare 0', 'prepare 0', 'prepare 1', 'prepare 1']);
    await simulator.runSteps(2);
    simulator.reset();
    await simulator.runSteps(1);
    expect([...simulator.data.get(shown!).data]).toEqual([10, 11]);
    expect([...simulator.data.get(currents!).data]).toEqual([10, 11]);
    expect(log.length).toBe(4);
    await simulator.dispose();
  });

  it('is left in the middle where creating is aborted', async () => {
    const abort = new AbortController();
    const { plugin } = itemTeller(() => abort.abort(new Error('enough')));
    const net = new Network({ seed: 0 }, () => void new Node(teller()));
    const plugins = [...defaultPlugins(), plugin];
    await expect(simulate(net, {}, { plugins, signal: abort.signal })).rejects.toThrow('enough');
  });
});

describe('a white signal', () => {
  const definition = BUILT_IN_PROCESSES.find(({ kind }) => kind === 'whiteSignal')!;
  const options = { dt: 0.001, sizeIn: 0, sizeOut: 2, item: 0, seed: 5, ...processTools() };

  it.each([100, 100.006])('of %s s is made in many pieces, with the same numbers prepared or not', (period) => {
    const process = whiteSignal(period, 5, { y0: 0.3, sizeOut: 2 });
    const pieces = [...definition.prepare!(process, options)];
    expect(pieces.length).toBeGreaterThan(50);
    expect(Math.max(...pieces)).toBeLessThan(2 ** 20);
    const prepared = complete(definition.prepare!(process, options));
    const [one, other] = [
      definition.makeStep(process, { ...options, prepared }),
      definition.makeStep(process, options),
    ];
    const nothing = new Float64Array();
    for (const step of [1, 2, 50_000, 100_001]) expect(one(step / 1000, nothing)).toEqual(other(step / 1000, nothing));
  });
});

describe('what spans more steps than there is memory for is refused by name when a simulator is created', () => {
  it.each<[string, ConnectionOptions, string]>([
    ['a triangle', { synapse: triangle(1e9) }, 'a triangle of 1000000000001 steps, each of 1 number, need about 8 TB'],
    ['a delay in seconds', { synapse: null, delay: 1e300 }, 'a delay of 1e+303 steps'],
    [
      'a delay in steps',
      { synapse: null, delay: { steps: 3e9 } },
      'a delay of 3000000000 steps, each of 1 number, need',
    ],
  ])('%s', async (_, given, text) => {
    const net = new Network({ seed: 0 }, () => void new Connection(new Node([1]), new Node({ sizeIn: 1 }), given));
    const refusal = failing('TOO_LARGE', `Connection (connections[0]): ${text}`);
    await expect(simulate(net)).rejects.toThrow(refusal);
    await expect(simulate(net)).rejects.toThrow(failing('TOO_LARGE', 'or take longer steps'));
  });

  it('a white signal', async () => {
    const net = new Network({ seed: 0 }, () => void new Node(whiteSignal(1e9, 5), { label: 'hiss' }));
    await expect(simulate(net)).rejects.toThrow(
      failing('TOO_LARGE', "Node 'hiss' (nodes[0]): its process 'whiteSignal'"),
    );
  });
});
