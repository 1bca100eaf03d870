/** @file Synapses of one's own of finite response, of one tap and of several, beside the sum of what came in. */
import { expect, test } from 'vitest';
import {
  Connection,
  defaultPlugins,
  definePlugin,
  defineSynapse,
  NdArray,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  SYNAPSE_DEFINITIONS,
  TFJS_BACKEND,
  WASM_BACKEND,
  type Settings,
  type Synapse,
} from './index.ts';

const BACKENDS: readonly (readonly [string, Partial<Settings>])[] = [
  ['reference', { backend: REFERENCE_BACKEND }],
  ['wasm', { backend: WASM_BACKEND }],
  ['tfjs', { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } }],
];

const TAPS = [[0.5], [0.5, 0.25], [0.5, 0.25, 0.125]];
const signal = [1, -2, 4, 0, 8];

const taps = definePlugin({
  name: 'taps',
  register({ contribute }) {
    contribute(SYNAPSE_DEFINITIONS).toConstantValue({
      kind: 'ownTaps',
      discretize(synapse) {
        const { count } = synapse as Synapse & { readonly count: number };
        return { form: 'finiteResponse', taps: new NdArray(Float64Array.from(TAPS[count - 1]!), [count]) };
      },
    });
  },
});

/** What a target hears: through a synapse, a step later. */
const filtered = (given: readonly number[]): readonly number[] =>
  signal.map((_, step) => given.reduce((sum, tap, back) => sum + tap * (signal[step - 1 - back] ?? 0), 0));

function sample() {
  return new Network({ seed: 0 }).within((net) => {
    const source = new Node((time) => signal[Math.round(time / 0.001) - 1] ?? 0);
    const probes = TAPS.map((given) => {
      const target = new Node({ sizeIn: 1 });
      const synapse = defineSynapse({ kind: 'ownTaps', count: given.length });
      new Connection(source, target, { synapse });
      return new Probe(target);
    });
    return { net, source, probes };
  });
}

test.each(BACKENDS)('on the backend %s', async (_, settings) => {
  const { net, source, probes } = sample();
  await using sim = await Simulator.create(net, { settings, plugins: [...defaultPlugins(), taps] });
  await sim.runSteps(signal.length);
  expect(probes.map((probe) => [...sim.data.get(probe).data])).toEqual(TAPS.map(filtered));
  const inputs = [[source, [signal.map((value) => [value])]]] as const;
  const targets = probes.map((probe, index) => [probe, [filtered(TAPS[index]!).map((value) => [value])]] as const);
  expect(await sim.evaluate(inputs, { targets })).toMatchObject({ loss: 0 });
});
