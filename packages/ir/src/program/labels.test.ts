import { isNdlError } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import {
  differentiate,
  dropZeroFills,
  foldConstants,
  fuseMaps,
  type Instruction,
  instructionsOf,
  joinLabels,
  moveLoopInvariants,
  printInstruction,
  type Program,
  removeDeadBuffers,
  runPasses,
  shareCommonSubexpressions,
  verifyProgram,
} from '../index.ts';
import {
  ADD,
  buffer,
  contextOf,
  dot,
  instructionsIn,
  program,
  sectionsOf,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';
import { FED, INPUT, map, OUT, parameter, squaredLoss } from '../differentiation/training-fixtures.test-helper.ts';

const labelled = (label: string, instruction: Instruction): Instruction => ({ ...instruction, label });

/** A layer: encode, then a neuron in two maps, then a copy out. */
const layer: Program = program({
  buffers: [...INPUT, parameter('w', [2, 3]), ...['j', 'r', 's'].map((id) => buffer(id, 'temp', [2])), OUT],
  inputs: FED,
  step: [
    labelled("Ensemble 'a': input", { kind: 'fill', value: 0, target: view('j', 2), mode: 'set' }),
    labelled("Ensemble 'a': encode", dot(view('w', 1, 2, 3), view('x', 1, 3), view('j', 1, 2), 'add')),
    labelled("Ensemble 'a': drive", map(ADD, [view('j', 2), 1], view('r', 2))),
    labelled("Ensemble 'a': neurons", map(TANH, [view('r', 2)], view('s', 2))),
    labelled("Probe 'p'", { kind: 'copy', source: view('s', 2), target: view('y', 2), mode: 'set' }),
  ],
});

const labelsOf = (instructions: readonly Instruction[]): readonly (string | undefined)[] =>
  instructions.map(({ label }) => label);

describe('labels', () => {
  it('stand in prints and in errors', () => {
    const [, encode] = instructionsOf(layer);
    expect(printInstruction(encode!)).toBe(`j[1, 2, *3] += contract w[1, 2, 3] by x[1, *2, 3]  "Ensemble 'a': encode"`);
    expect(() => verifyProgram({ ...layer, sections: sectionsOf({ step: instructionsOf(layer).slice(1) }) })).toThrow(
      expect.toSatisfy(
        (error: unknown) => isNdlError(error, 'IR_INVALID') && error.message.includes("Ensemble 'a': encode"),
      ),
    );
  });

  it('are kept by passes, and joined where instructions are', () => {
    const passes = [foldConstants, dropZeroFills, shareCommonSubexpressions, moveLoopInvariants, fuseMaps];
    expect(labelsOf(instructionsOf(runPasses(layer, [...passes, removeDeadBuffers], contextOf(['y']))))).toEqual([
      "Ensemble 'a': encode",
      "Ensemble 'a': drive, Ensemble 'a': neurons",
      "Probe 'p'",
    ]);
  });

  it('do not keep apart what computes the same', () => {
    const twice = program({
      buffers: [...INPUT, ...['a', 'b', 'c'].map((id) => buffer(id, 'temp', [3])), buffer('v', 'state', [3])],
      inputs: FED,
      step: [
        labelled('one', map(TANH, [view('x', 3)], view('a', 3))),
        labelled('other', map(TANH, [view('x', 3)], view('b', 3))),
        map(ADD, [view('a', 3), view('b', 3)], view('v', 3)),
      ],
    });
    expect(labelsOf(instructionsOf(runPasses(twice, [shareCommonSubexpressions])))).toEqual(['one', undefined]);
  });

  it('say of adjoints whose they are', () => {
    const { backward, forward } = differentiate(squaredLoss(layer, view('y', 2), ['w']));
    expect(new Set(labelsOf(instructionsIn(backward, 'steps')))).toEqual(
      new Set([
        "gradient of Probe 'p'",
        "gradient of Ensemble 'a': neurons",
        "gradient of Ensemble 'a': drive",
        "gradient of Ensemble 'a': encode",
      ]),
    );
    expect(labelsOf(instructionsIn(forward, 'steps'))).toEqual(labelsOf(instructionsOf(layer)));
  });

  it('name two and count the others', () => {
    expect(joinLabels(['a', undefined, 'b', 'a'])).toEqual({ label: 'a, b' });
    expect(joinLabels(['a', 'b', 'c', 'd'])).toEqual({ label: 'a, b, 2 more' });
    expect(joinLabels([undefined])).toEqual({});
  });
});
