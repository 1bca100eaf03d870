/** @file Numbers on their way in: each is rounded to the dtype once, and arithmetic goes on from there. */
import { fullView, kernel, type Dtype, type Operand, type SectionKind } from '@ndl/ir';
import { expect, test } from 'vitest';
import { buffer, eachStep, executableOf, map, program, run, section, stored } from './program.test-helper.ts';

const TRIPLE = kernel({ name: 'triple', inputs: ['x'] }, (k) => ({
  output: k.add(k.inputs.x, k.add(k.inputs.x, k.inputs.x)),
}));

const OWN_CONSTANT = kernel({ name: 'ownConstant', inputs: [], parameters: ['zero'] }, (k) => {
  const tenth = k.add(k.parameters.zero, 0.1);
  return { output: k.add(tenth, k.add(tenth, tenth)) };
});

/** Three times what each operand brings, step by step, from instructions in a section of this kind. */
async function triples(
  dtype: Dtype,
  kind: SectionKind,
  steps: number,
  operands: Readonly<Record<string, Operand>>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const outputs = [...Object.keys(operands), 'filled', 'own'].map((name) =>
    buffer(name, 'temp', [], eachStep('block')),
  );
  const filled = buffer('tenth', 'temp', [], eachStep('block'));
  const target = (id: string): ReturnType<typeof fullView> => fullView({ id, shape: [] });
  const tested = program({
    dtype,
    dt: 0.1,
    scalars: [{ name: 'tenth', initial: 0.1 }],
    buffers: [...outputs, filled, buffer('fixed', 'constant', [], { initial: stored([0.1], []) })],
    sections: [
      section(kind, [
        { kind: 'fill', value: 0.1, target: fullView(filled), mode: 'set' },
        map(TRIPLE, [fullView(filled)], target('filled')),
        map(OWN_CONSTANT, [], target('own'), [0]),
        ...Object.entries(operands).map(([name, operand]) => map(TRIPLE, [operand], target(name))),
      ]),
    ],
    outputs: outputs.map(({ id }) => ({ name: id, view: target(id), every: 1 })),
  });
  return (await run(await executableOf({ run: tested }), steps)).values;
}

test.each([
  ['float32', 'steps', Math.fround],
  ['float32', 'block', Math.fround],
  ['float64', 'steps', (value: number) => value],
  ['float64', 'block', (value: number) => value],
] as const)('in %s, in %s sections', async (dtype, kind, round) => {
  const triple = (value: number): number => round(round(value) + round(round(value) + round(value)));
  const steps = 12;
  const results = await triples(dtype, kind, steps, {
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
