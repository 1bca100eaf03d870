/** @file Runs that fail or are aborted: who is blamed and when, and the simulator is as after the last whole step. */
import { describe, expect, it } from 'vitest';
import {
  Connection,
  Ensemble,
  lowpass,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  sgd,
  Simulator,
  TFJS_BACKEND,
  type Settings,
} from './index.ts';
import { bitsOf, failing, movedBetween, parameterBits, simulate } from './reference-simulator.test-helper.ts';

/** What a node gives at step 4, once; at all other steps it is sound. */
type Trouble = () => unknown;

const troubles: readonly (readonly [string, Trouble, RegExp])[] = [
  [
    'throws',
    () => {
      throw new Error('out of tape');
    },
    /threw "out of tape"/,
  ],
  ['returns NaN', () => [0, NaN], /returned NaN as element 1/],
  ['returns infinity', () => [-Infinity, 0], /returned -Infinity as element 0/],
  ['returns undefined', () => undefined, /returned undefined/],
  ['returns null', () => null, /returned null/],
  ['returns too few numbers', () => [1], /returned 1 number in place of 2/],
  ['returns too many numbers', () => [1, 2, 3], /returned 3 numbers in place of 2/],
  ['returns text', () => 'loud', /returned the text 'loud'.*Return 2 finite numbers/],
  ['returns a promise', () => Promise.resolve([1, 2]), /returned a promise \(functions are synchronous/],
];

interface Fallible {
  readonly net: Network;
  readonly decoded: Probe;
  readonly spikes: Probe;
  readonly input: Node;
  /** Fails at step 4 from now on, until `recover`. */
  fail(trouble: Trouble): void;
  recover(): void;
}

/** A network in which one function can fail: an input node's, a node's with input, or a connection's. */
function fallible(where: 'input node' | 'node' | 'connection'): Fallible {
  let trouble: Trouble | undefined;
  const sound = (t: number, x: number): number[] => [Math.sin(90 * t) + x, Math.cos(90 * t)];
  const guarded = (t: number, x: number): number[] =>
    trouble !== undefined && Math.round(t / 0.001) === 4 ? (trouble() as number[]) : sound(t, x);
  const net = new Network({ seed: 31 });
  return net.within(() => {
    const a = new Ensemble({ nNeurons: 14, dimensions: 2 });
    const input = new Node((t) => (where === 'input node' ? guarded(t, 0) : [t, t]), {
      sizeOut: 2,
      label: where === 'input node' ? 'culprit' : 'input',
    });
    const middle = new Node((t, [x]) => (where === 'node' ? guarded(t, 0.1 * x) : [t, x]), {
      sizeIn: 2,
      sizeOut: 2,
      label: where === 'node' ? 'culprit' : 'middle',
    });
    new Connection(a, middle, { synapse: lowpass(0.01) });
    new Connection(input, a, { synapse: null });
    new Connection(middle, a, {
      synapse: lowpass(0.005),
      ...(where === 'connection' && { function: (x: ArrayLike<number>) => guarded(x[0]!, 0), label: 'culprit' }),
    });
    return {
      net,
      input,
      decoded: new Probe(a, { synapse: 0.01 }),
      spikes: new Probe(a.neurons),
      fail: (next) => void (trouble = next),
      recover: () => void (trouble = undefined),
    };
  });
}

const backends: readonly (readonly [string, Partial<Settings>])[] = [
  ['reference', { backend: REFERENCE_BACKEND }],
  ['tfjs', { backend: TFJS_BACKEND }],
];

describe.each(backends)('on %s', (_, settings) => {
  describe.each(['input node', 'node', 'connection'] as const)(
    'the function of a(n) %s that fails at step 4',
    (where) => {
      it.each(troubles)(
        '%s: it is named with the time; going on gives what an unbroken run gives',
        async (__, trouble, message) => {
          const network = fallible(where);
          const { net, decoded, spikes } = network;
          await using unbroken = await Simulator.create(net, { settings });
          await unbroken.runSteps(8);
          await using sim = await Simulator.create(net, { settings });
          network.fail(trouble);
          const error: unknown = await sim.runSteps(8).catch((caught: unknown) => caught);
          expect(error).toEqual(failing('NODE_OUTPUT_INVALID', message));
          expect(error).toEqual(failing('NODE_OUTPUT_INVALID', /culprit.*0\.004/));
          expect(sim.nSteps).toBe(3);
          expect(sim.data.get(spikes).shape[0]).toBe(3);
          network.recover();
          await sim.runSteps(5);
          for (const probe of [decoded, spikes])
            expect(bitsOf(sim.data.get(probe).data)).toEqual(bitsOf(unbroken.data.get(probe).data));
        },
      );
    },
  );

  it('in training: parameters stay as they were, and training can go on', async () => {
    const network = fallible('node');
    const { net, input, decoded } = network;
    await using sim = await Simulator.create(net, { settings });
    const before = parameterBits(sim);
    network.fail(troubles[1]![1]);
    const data = [[input, [[0.1, 0.2]]]] as const;
    const options = { targets: [[decoded, [[0, 0]]]] as const, optimizer: sgd({ learningRate: 10 }), steps: 6 };
    await expect(sim.train(data, options)).rejects.toEqual(failing('NODE_OUTPUT_INVALID', 'culprit'));
    expect(movedBetween(before, parameterBits(sim))).toEqual([]);
    network.recover();
    await sim.train(data, options);
    expect(movedBetween(before, parameterBits(sim))).not.toEqual([]);
  });

  it('an abort keeps the steps done and rejects with its reason; going on gives what an unbroken run gives', async () => {
    const { net, decoded } = fallible('node');
    await using unbroken = await Simulator.create(net, { settings });
    await using sim = await Simulator.create(net, { settings });
    const controller = new AbortController();
    const reason = new Error('enough');
    const long = sim.runSteps(100_000, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 60);
    await expect(long).rejects.toBe(reason);
    const done = sim.nSteps;
    expect(done).toBeLessThan(100_000);
    expect(sim.data.get(decoded).shape[0]).toBe(done);
    await sim.runSteps(10);
    await unbroken.runSteps(done + 10);
    expect(bitsOf(sim.data.get(decoded).data)).toEqual(bitsOf(unbroken.data.get(decoded).data));
  });
});

it('a listener that throws ends the call, and the simulator stays usable', async () => {
  const { net } = fallible('node');
  await using sim = await simulate(net);
  const onProgress = (): void => {
    throw new Error('no paper');
  };
  await expect(sim.runSteps(3, { onProgress })).rejects.toThrow('no paper');
  expect(sim.nSteps).toBe(3);
  await sim.runSteps(2);
  expect(sim.nSteps).toBe(5);
});
