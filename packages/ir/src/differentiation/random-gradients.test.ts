import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dropZeroFills,
  foldConstants,
  fuseMaps,
  type Instruction,
  instructionsOf,
  moveLoopInvariants,
  type Program,
  removeDeadBuffers,
  runPasses,
  shareCommonSubexpressions,
  type Tables,
  type Training,
} from '../index.ts';
import { KEPT, RANDOM_CALL, RANDOM_PROGRAM } from '../passes/random-program.test-helper.ts';
import { ARRAYS, buffer, contextOf, EACH_STEP, MULTIPLY, view } from '../program-fixtures.test-helper.ts';
import { arraysWith, gradientsOf, objectiveOf } from './gradient-check.test-helper.ts';

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
    instructionsOf(forward).some((instruction) => instruction.kind === 'copy' && instruction.target.buffer === id),
  );
  return {
    forward,
    targets: [],
    scalars: [],
    hosts: [],
    reports: {},
    update: [],
    buffers: [
      buffer('square', 'temp', [4], EACH_STEP),
      buffer('loss', 'temp', [], { items: false, lifetime: 'window' }),
    ],
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

function gradientOfWeights(training: Training, arrays: Tables['arrays'] = ARRAYS): Float64Array {
  return gradientsOf(training, RANDOM_CALL, undefined, arrays).get('w')!;
}

/** The objective with each weight moved by `by` times a direction. */
function movedObjective(training: Training, direction: readonly number[], by: number): number {
  const arrays = arraysWith(training, 'w', (values) =>
    direction.forEach((component, k) => (values[k]! += by * component)),
  );
  return objectiveOf(training, RANDOM_CALL, { arrays, hosts: new Map() });
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
        const context = contextOf(KEPT);
        const actual = gradientOfWeights(squares(runPasses(forward, PASSES, context)), context.arrays);
        const scale = expected.reduce((largest, g) => Math.max(largest, Math.abs(g)), 1);
        actual.forEach((g, k) => expect(Math.abs(g - expected[k]!)).toBeLessThan(1e-10 * scale));
      }),
      { numRuns: 150 },
    );
  });
});
