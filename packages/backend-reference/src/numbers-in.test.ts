/** @file Numbers on their way in: each is rounded to the dtype once, and arithmetic goes on from there. */
import { fullView, kernel, type Dtype, type Operand, type Program } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { accumulator, buffer, compile, run } from './program.test-helper.ts';

const TRIPLE = kernel({ name: 'triple', inputs: ['x'] }, (k) => ({
  output: k.add(k.inputs.x, k.add(k.inputs.x, k.inputs.x)),
}));

const OWN_CONSTANT = kernel({ name: 'ownConstant', inputs: [], parameters: ['zero'] }, (k) => {
  const tenth = k.add(k.parameters.zero, 0.1);
  return { output: k.add(tenth, k.add(tenth, tenth)) };
});

/** Three times what each operand brings, step by step. */
async function triples(
  dtype: Dtype,
  steps: number,
  operands: Readonly<Record<string, Operand>>,
): Promise<Map<string, number[]>> {
  const names = [...Object.keys(operands), 'filled', 'own'];
  const outputs = names.map((name) => buffer(name, 'temp', []));
  const filled = buffer('tenth', 'temp', []);
  const map = (
    name: string,
    inputs: readonly Operand[],
    parameters: readonly Operand[] = [],
  ): Program['step'][number] => ({
    kind: 'map',
    kernel: inputs.length > 0 ? TRIPLE : OWN_CONSTANT,
    inputs,
    parameters,
    outputs: [{ target: fullView({ id: name, shape: [] }), mode: 'set' }],
  });
  const program: Program = {
    ...accumulator,
    dtype,
    dt: 0.1,
    scalars: [{ name: 'tenth', initial: 0.1 }],
    buffers: [...outputs, filled, buffer('fixed', 'constant', [], { initial: new NdArray(Float64Array.of(0.1), []) })],
    step: [
      { kind: 'fill', value: 0.1, target: fullView(filled), mode: 'set' },
      map('filled', [fullView(filled)]),
      map('own', [], [0]),
      ...Object.entries(operands).map(([name, operand]) => map(name, [operand])),
    ],
    inputs: [],
    outputs: outputs.map(({ id }) => ({ name: id, view: fullView({ id, shape: [] }) })),
    symbols: {},
  };
  const results = new Map<string, number[]>(names.map((name) => [name, []]));
  const sink = {
    wants: () => true,
    write: ({ output, data }: { output: string; data: Iterable<number> }) => void results.get(output)!.push(...data),
  };
  await run(await compile({ run: () => program }), steps, { feed: new Map(), sink });
  return results;
}

test.each([
  ['float32', Math.fround],
  ['float64', (value: number) => value],
] as const)('in %s', async (dtype, round) => {
  const triple = (value: number): number => round(round(value) + round(round(value) + round(value)));
  const steps = 12;
  const results = await triples(dtype, steps, {
    literal: 0.1,
    scalar: { scalar: 'tenth' },
    constant: fullView({ id: 'fixed', shape: [] }),
    time: { clock: 'time' },
    step: { clock: 'step', modulus: 5 },
  });
  for (const name of ['literal', 'scalar', 'constant', 'filled', 'own'])
    expect([name, results.get(name)]).toEqual([name, new Array<number>(steps).fill(triple(0.1))]);
  // step · dt in float64, rounded once: 3 · 0.1 is not 0.1 + 0.1 + 0.1, in either format.
  const counted = Array.from({ length: steps }, (_, index) => index + 1);
  expect(results.get('time')).toEqual(counted.map((step) => triple(step * 0.1)));
  expect(results.get('step')).toEqual(counted.map((step) => triple(step % 5)));
});
