/** @file Maps by routines that another plugin offers: on engines in the host's memory, with the bits that the routines give. */
import type { MapRoutines } from '@ndl/core';
import { createKernelEvaluator, evaluateKernel, kernel } from '@ndl/ir';
import { expect, test } from 'vitest';
import { tfjs } from './index.ts';
import {
  buffer,
  entryOf,
  program,
  Recorder,
  runRequest,
  view,
  withExecutable,
} from './program-fixtures.test-helper.ts';

const SIZE = 3000;

const decay = kernel({ name: 'decay', inputs: ['x', 'y'], parameters: ['rate'] }, (k) => ({
  output: k.multiply(k.inputs.y, k.expm1(k.multiply(k.parameters.rate, k.add(k.inputs.x, 1)))),
}));

/** x becomes decay(x, x), whose rate is one number for all. */
const decaying = program({
  buffers: [buffer('x', 'state', [SIZE], { initial: 0.75 })],
  step: [
    {
      kind: 'map',
      kernel: decay,
      inputs: [view('x', SIZE), view('x', SIZE)],
      parameters: [-0.3],
      outputs: [{ target: view('x', SIZE), mode: 'set' }],
    },
  ],
  outputs: [{ name: 'x', view: view('x', SIZE), every: 1 }],
});

/** What three steps give where every number is rounded to float32. */
function expected(): readonly number[] {
  const values = Float32Array.of(0.75);
  return Array.from({ length: 3 }, () => {
    evaluateKernel(decay, [values, values], [Float32Array.of(-0.3)], [values], 'float32');
    return values[0]!;
  });
}

async function run(engine: 'wasm' | 'cpu', routines?: MapRoutines): Promise<readonly number[]> {
  const recorder = new Recorder();
  await withExecutable(entryOf(tfjs({ engine }), routines), { run: decaying }, (executable) =>
    executable.run(runRequest({ steps: 3, sink: recorder })),
  );
  const samples = recorder.values.get('x')!;
  return [0, 1, 2].map((step) => {
    expect(new Set(samples.slice(step * SIZE, (step + 1) * SIZE)).size).toBe(1);
    return samples[step * SIZE]!;
  });
}

test.each(['wasm', 'cpu'] as const)('are asked for every map on the engine %s', async (engine) => {
  const counts: number[] = [];
  const routines: MapRoutines = {
    evaluator(asked, dtype) {
      const evaluator = createKernelEvaluator(asked, dtype);
      return {
        evaluate(count, ...operands) {
          counts.push(count);
          evaluator.evaluate(count, ...operands);
        },
      };
    },
  };
  expect(await run(engine, routines)).toEqual(expected());
  expect(counts).toEqual([SIZE, SIZE, SIZE]);
});

test.each(['wasm', 'cpu'] as const)('are not missed on the engine %s where there are none', async (engine) => {
  const law = expected();
  for (const routines of [undefined, { evaluator: () => undefined }]) {
    const given = await run(engine, routines);
    given.forEach((value, step) => expect(value / law[step]!).toBeCloseTo(1, 6));
  }
});
