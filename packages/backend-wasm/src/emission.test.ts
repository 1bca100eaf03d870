/** @file Long programs are emitted in pieces: between them a run can be aborted, which leaves the executable as it was. */
import { fullView, type Instruction, kernel, type Program, type View } from '@ndl/ir';
import { expect, test } from 'vitest';
import { wasmEntry } from './index.ts';

const LAYERS = 100;

const scaled = kernel({ name: 'scaled', inputs: ['x'] }, (k) => ({ y: k.multiply(k.inputs.x, 2) }));

const viewOf = (id: string): View => fullView({ id, shape: [3] });

/** Each doubles the one before, and host functions halve it again, in turns. */
const layers: Program = (() => {
  const ids = Array.from({ length: LAYERS + 1 }, (_, layer) => `layer${layer}`);
  const instructions = ids.slice(1).map((id, index): Instruction => {
    const [input, target] = [viewOf(ids[index]!), viewOf(id)];
    if (index % 2 === 1) return { kind: 'host', host: 'half', inputs: [input], outputs: [target] };
    return { kind: 'map', kernel: scaled, inputs: [input], parameters: [], outputs: [{ target, mode: 'set' }] };
  });
  return {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    buffers: ids.map((id, layer) => ({
      id,
      name: id,
      shape: [3],
      role: layer === 0 ? 'input' : 'temp',
      items: true,
      steps: 'one',
      lifetime: 'step',
      initial: 0,
    })),
    sections: [{ kind: 'steps', direction: 'ascending', instructions }],
    hosts: [{ id: 'half', label: 'half', scope: 'item', acts: false, differentiable: false }],
    symbols: {},
    inputs: [{ name: 'x', buffer: ids[0]!, held: false }],
    outputs: [{ name: 'y', view: viewOf(ids.at(-1)!), every: 1 }],
  };
})();

const half = {
  make: () => ({
    call: (_: number, __: number, [x]: readonly ArrayLike<number>[], [y]: readonly { [k: number]: number }[]) => {
      for (let k = 0; k < 3; k++) y![k] = x![k]! / 2;
    },
  }),
};

/** A signal that is aborted when it has been looked at so many times. */
function abortedAfter(looks: number): { readonly signal: AbortSignal; readonly looks: () => number } {
  const controller = new AbortController();
  let seen = 0;
  const signal = new Proxy(controller.signal, {
    get(target, key) {
      if (key !== 'throwIfAborted') return Reflect.get(target, key, target) as unknown;
      return () => {
        if (++seen === looks) controller.abort(new Error('enough'));
        target.throwIfAborted();
      };
    },
  });
  return { signal, looks: () => seen };
}

test('a run of one step is looked after while it is emitted, and aborted there', async () => {
  const backend = await wasmEntry.load({});
  const executable = await backend.create();
  await executable.add('run', layers, { arrays: new Map(), hosts: new Map([['half', half]]) });
  const run = async (signal: AbortSignal): Promise<readonly number[]> => {
    const seen: number[] = [];
    const feed = new Map([['x', { kind: 'sequence', data: Float64Array.of(1, 2, 3) } as const]]);
    const sink = { write: ({ data }: { readonly data: ArrayLike<number> }) => void seen.push(...Array.from(data)) };
    await executable.run({ program: 'run', items: 1, steps: 1, feed, sink, state: 'carried', signal });
    return seen;
  };
  await expect(run(abortedAfter(LAYERS).signal)).rejects.toThrow('enough');
  expect(executable.step).toBe(0);
  const patient = abortedAfter(Infinity);
  expect(await run(patient.signal)).toEqual([1, 2, 3]);
  expect(patient.looks()).toBeGreaterThan(LAYERS);
  const emitted = abortedAfter(Infinity);
  expect(await run(emitted.signal)).toEqual([1, 2, 3]);
  expect(emitted.looks()).toBeLessThan(LAYERS / 2);
  backend.dispose();
});
