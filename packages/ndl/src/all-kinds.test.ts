/**
 * @file Random networks of all kinds: whatever fast-check describes is built, planned, run, differentiated, saved, written to a file and copied, with the
 * same bits everywhere, and gradients that three derivations agree on. What fails shrinks to a small description, in the words of the code.
 * `npm run check -- all-kinds` tries many more.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleSize } from '../../../tools/sample-size.ts';
import { FUNCTIONS, NETWORK_DESCRIPTIONS, type NetworkDescription } from './described-network.test-helper.ts';
import {
  GREEDY_PLANNER,
  isNdlError,
  networkFromJson,
  NOOP_PLANNER,
  REFERENCE_BACKEND,
  REMOVE_CONSTANT_COPIES,
  REMOVE_IDENTITY_MULTIPLICATIONS,
  REMOVE_RESET_INCS,
  REMOVE_UNMODIFIED_RESETS,
  REMOVE_ZERO_INCS,
  TFJS_BACKEND,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
  WASM_BACKEND,
  type Network,
  type Settings,
  type Simulator,
} from './index.ts';
import { networkOf } from './network-of-description.test-helper.ts';
import { bitsOf, simulate } from './reference-simulator.test-helper.ts';

const [FIRST, REST] = [5, 6];
const STEPS = FIRST + REST;

/** What the input is fed, of so many steps from a first on. */
const sequence = (item: number, from: number, steps: number): number[][] =>
  Array.from({ length: steps }, (_, step) => [Math.sin(1 + item + from + step), Math.cos(3 * item - from - step)]);

const inputOf = (network: Network) => network.nodes.find(({ label }) => label === 'input')!;

function open(network: Network, settings: Partial<Settings> = {}, minibatchSize?: number): Promise<Simulator> {
  return simulate(network, settings, {
    onWarning: () => {},
    ...(minibatchSize !== undefined && { minibatchSize }),
  });
}

/** All that is recorded, as text of bits, probe by probe; of an item of a minibatch. */
function recorded(sim: Simulator, network: Network, item?: number): readonly string[] {
  return network.allProbes.map((probe) => {
    const { data, shape } = sim.data.get(probe);
    const items = item === undefined ? 1 : shape[0]!;
    const size = data.length / items;
    return bitsOf(data.subarray((item ?? 0) * size, ((item ?? 0) + 1) * size)).join();
  });
}

/** Whether there is anything random in its runs. */
function draws({ populations }: NetworkDescription): boolean {
  return populations.some(
    ({ neuronType, noise, hears }) =>
      noise !== 'none' || /stochastic|poisson/.test(neuronType) || /Noise|whiteSignal/.test(hears),
  );
}

/** What a network records of all steps, and where it grows beyond all numbers, what is said of that. */
async function run(network: Network, settings: Partial<Settings> = {}): Promise<readonly string[]> {
  await using sim = await open(network, settings);
  let said: string[] = [];
  try {
    await sim.runSteps(STEPS, { inputs: [[inputOf(network), [sequence(0, 0, STEPS)]]] });
  } catch (error) {
    if (!isNdlError(error, 'NODE_OUTPUT_INVALID')) throw error;
    said = [error.message];
  }
  return [...recorded(sim, network), ...said];
}

/** Milliseconds: all of them take minutes. */
const PATIENCE = sampleSize(60_000, 1_800_000);

/** A property of all networks, tried on a few in the gate. */
function ofAll(
  few: number,
  all: number,
  holds: (description: NetworkDescription) => Promise<void>,
): () => Promise<void> {
  return () => fc.assert(fc.asyncProperty(NETWORK_DESCRIPTIONS, holds), { numRuns: sampleSize(few, all) });
}

const PLANNERS: readonly Partial<Settings>[] = [
  { planner: NOOP_PLANNER, simplifications: [] },
  { planner: GREEDY_PLANNER },
  { planner: TRANSITIVE_PLANNER },
  { planner: TREE_PLANNER },
];
const WASM: Partial<Settings> = { backend: WASM_BACKEND };

test(
  'run with the same bits under every planner, on the reference and on WebAssembly',
  { timeout: PATIENCE },
  ofAll(4, 300, async (description) => {
    const { net } = networkOf(description);
    for (const dtype of ['float64', 'float32'] as const) {
      const expected = await run(net, { dtype, backend: REFERENCE_BACKEND });
      for (const planned of PLANNERS) {
        expect(await run(net, { ...planned, ...WASM, dtype })).toEqual(expected);
        expect(await run(net, { ...planned, dtype })).toEqual(expected);
      }
    }
  }),
);

const SIMPLIFICATIONS = [
  REMOVE_UNMODIFIED_RESETS,
  REMOVE_ZERO_INCS,
  REMOVE_IDENTITY_MULTIPLICATIONS,
  REMOVE_CONSTANT_COPIES,
  REMOVE_RESET_INCS,
] as const;

/** Three terms of one sum, of which the first sets it once nothing resets it: the others kept their order only with the reset. */
const THREE_TERMS: NetworkDescription = {
  seed: 0,
  populations: [
    {
      neuronType: 'rectifiedLinear()',
      neurons: 2,
      dimensions: 1,
      noise: 'none',
      isInside: false,
      hears: 'input',
      synapse: 'none',
    },
  ],
  links: [
    { from: 0, to: 0, path: 'bent', synapse: 'none', delay: 0, rules: [] },
    { from: 0, to: 0, path: 'decoded', synapse: 'triangle(0.003)', delay: 0, rules: [] },
  ],
};

test('run with the same bits whatever is simplified', { timeout: PATIENCE }, async () => {
  const holds = async (description: NetworkDescription, simplifications: Settings['simplifications']) => {
    const { net } = networkOf(description);
    const expected = await run(net);
    expect(await run(net, { simplifications })).toEqual(expected);
    expect(await run(net, { simplifications, planner: NOOP_PLANNER })).toEqual(expected);
  };
  await holds(THREE_TERMS, []);
  const subsets = fc.subarray([...SIMPLIFICATIONS]);
  await fc.assert(fc.asyncProperty(NETWORK_DESCRIPTIONS, subsets, holds), { numRuns: sampleSize(8, 300) });
});

test(
  'compute for each item of a minibatch what they compute for it alone',
  { timeout: PATIENCE },
  ofAll(8, 300, async (description) => {
    const { net } = networkOf(description);
    // Items have streams of their own, of which the first is that of a simulator without items.
    const item = draws(description) ? 0 : 1;
    const fed = [sequence(item, 0, STEPS), sequence(1 - item, 0, STEPS)];
    await using both = await open(net, WASM, 2);
    await both.runSteps(STEPS, { inputs: [[inputOf(net), item === 0 ? fed : fed.toReversed()]] });
    await using alone = await open(net);
    await alone.runSteps(STEPS, { inputs: [[inputOf(net), [sequence(item, 0, STEPS)]]] });
    expect(recorded(both, net, item)).toEqual(recorded(alone, net));
  }),
);

test(
  'go on from a state that was saved under another planner, on another backend',
  { timeout: PATIENCE },
  ofAll(8, 300, async (description) => {
    const { net } = networkOf(description);
    const fed = [[inputOf(net), [sequence(0, FIRST, REST)]]] as const;
    await using once = await open(net);
    await once.runSteps(FIRST, { inputs: [[inputOf(net), [sequence(0, 0, FIRST)]]] });
    const state = await once.saveState();
    once.clearProbes();
    await once.runSteps(REST, { inputs: fed });
    await using again = await open(net, { ...WASM, planner: GREEDY_PLANNER });
    await again.restoreState(state);
    await again.runSteps(REST, { inputs: fed });
    expect(recorded(again, net)).toEqual(recorded(once, net));
  }),
);

test(
  'are the same network as a file, and as a copy',
  { timeout: PATIENCE },
  ofAll(10, 300, async (description) => {
    const { net } = networkOf(description);
    const functions = FUNCTIONS as never;
    const text = JSON.stringify(net.toJSON({ functions }));
    const expected = await run(net);
    expect(await run(networkFromJson(JSON.parse(text), { functions }))).toEqual(expected);
    expect(await run(net.copy())).toEqual(expected);
  }),
);

/** What is left where no functions of users are called within the network: no gradient passes them. */
function withoutCalls({ populations, links, ...rest }: NetworkDescription): NetworkDescription {
  const isDirect = (index: number): boolean => populations[index % populations.length]!.neuronType === 'direct()';
  const left = links.filter(({ path, from }) => path !== 'bent' && !(path === 'squared' && isDirect(from)));
  return { ...rest, populations, links: left };
}

/** Steps of gradients: enough for what goes round a loop, or waits. */
const TRAINED = 5;

test(
  "have gradients on WebAssembly and tfjs that are the IR's, and those are differences'",
  { timeout: PATIENCE },
  ofAll(5, 200, async (description) => {
    const { net, input, output } = networkOf(withoutCalls(description));
    const call = {
      inputs: [[input, [sequence(0, 0, TRAINED), sequence(4, 0, TRAINED)]]],
      targets: [[output, [sequence(1, 2, TRAINED), sequence(2, 2, TRAINED)].map((item) => item.map(([x]) => [x!]))]],
    } as const;
    for (const settings of [
      WASM,
      { backend: TFJS_BACKEND, dtype: 'float32', sessionConfig: { engine: 'cpu' } },
    ] as const) {
      await using sim = await open(net, settings);
      await sim.checkGradients(call).catch((error: unknown) => {
        // Then no difference says anything, and the gradients have been compared with the IR's before.
        if (!isNdlError(error, 'GRADIENTS_UNDECIDED')) throw error;
      });
    }
  }),
);
