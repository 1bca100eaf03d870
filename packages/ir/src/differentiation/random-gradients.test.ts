import { ndarray, type NdArray } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differentiate,
  dropZeroFills,
  foldConstants,
  fuseMaps,
  gradientOf,
  type Instruction,
  moveLoopInvariants,
  type Program,
  removeDeadBuffers,
  runPasses,
  shareCommonSubexpressions,
  type Training,
  verifyProgram,
  verifyTraining,
} from '../index.ts';
import { interpret } from '../interpret.test-helper.ts';
import { KEPT, RANDOM_BLOCK, RANDOM_PROGRAM } from '../passes/random-program.test-helper.ts';
import { buffer, MULTIPLY, view } from '../program-fixtures.test-helper.ts';

const PASSES = [
  foldConstants,
  dropZeroFills,
  shareCommonSubexpressions,
  moveLoopInvariants,
  removeDeadBuffers,
  fuseMaps,
];

/** Half the sum of squares of everything that the program puts out. */
function squares(forward: Program): Training {
  const ids = KEPT.filter((id) =>
    forward.step.some((instruction) => instruction.kind === 'copy' && instruction.target.buffer === id),
  );
  return {
    forward,
    targets: [],
    scalars: [],
    hosts: [],
    reports: {},
    update: [],
    buffers: [buffer('square', 'temp', [4], { history: true }), buffer('loss', 'temp', [], { batched: false })],
    loss: [
      { kind: 'fill', value: 0, target: view('loss'), mode: 'set' },
      ...ids.flatMap((id): Instruction[] => [
        {
          kind: 'map',
          kernel: MULTIPLY,
          inputs: [view(id, 4), view(id, 4)],
          parameters: [],
          outputs: [{ target: view('square', 4), mode: 'set' }],
        },
        {
          kind: 'reduce',
          operation: 'sum',
          source: view('square', 4),
          axes: [0, 'items', 'steps'],
          target: view('loss'),
          mode: 'add',
        },
      ]),
    ],
    objective: view('loss'),
    trainable: ['w'],
  };
}

function gradientOfWeights(training: Training): Float64Array {
  verifyTraining(training);
  const { forward, backward } = differentiate(training);
  verifyProgram(forward);
  verifyProgram(backward, { after: forward });
  const memory = interpret(backward, { ...RANDOM_BLOCK, feed: {} }, interpret(forward, RANDOM_BLOCK));
  return memory.get(gradientOf('w'))![0]![0]!;
}

/** The objective with each weight moved by `by` times a direction. */
function movedObjective({ forward, buffers, loss }: Training, direction: readonly number[], by: number): number {
  const moved = forward.buffers.map((declared) => {
    if (declared.id !== 'w') return declared;
    const initial = ndarray(declared.initial as NdArray);
    direction.forEach((component, k) => (initial.data[k]! += by * component));
    return { ...declared, initial };
  });
  const memory = interpret({ ...forward, buffers: [...moved, ...buffers], epilogue: loss }, RANDOM_BLOCK);
  return memory.get('loss')![0]![0]![0]!;
}

describe('gradients of random programs', () => {
  const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });

  it('agree with central differences along random directions', () => {
    let compared = 0;
    fc.assert(
      fc.property(RANDOM_PROGRAM, direction, (forward, along) => {
        const training = squares(forward);
        const width = 1e-5;
        const [above, below] = [movedObjective(training, along, width), movedObjective(training, along, -width)];
        // Chains of products can grow until differences say nothing.
        fc.pre(Math.abs(above) < 1e4);
        const expected = (above - below) / (2 * width);
        const actual = gradientOfWeights(training).reduce((sum, g, k) => sum + g * along[k]!, 0);
        if (Math.abs(expected) > 1e-3) compared++;
        expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected), Math.abs(above)));
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it('are the same after all passes', () => {
    fc.assert(
      fc.property(RANDOM_PROGRAM, (forward) => {
        const expected = gradientOfWeights(squares(forward));
        const actual = gradientOfWeights(squares(runPasses(forward, PASSES, { keep: KEPT })));
        const scale = expected.reduce((largest, g) => Math.max(largest, Math.abs(g)), 1);
        actual.forEach((g, k) => expect(Math.abs(g - expected[k]!)).toBeLessThan(1e-10 * scale));
      }),
      { numRuns: 150 },
    );
  });
});
