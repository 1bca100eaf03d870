/** @file Compilations in pieces: what works in pieces does so, and every stage is told of. */
import type { OperatorGraph, OperatorLowering, Plan, Planner, Simplification, Sorter } from '@ndl/core';
import { foldConstants } from '@ndl/ir';
import { complete, type Pieces } from '@ndl/numerics';
import { expect, it, vi } from 'vitest';
import { compileNetwork, compileNetworkInPieces, type CompileOptions } from './index.ts';
import { asDrawn, lowerings, twoPopulations, type DrawnOptions } from './paper-graph.test-helper.ts';

const drawn = ((): OperatorGraph => {
  const { paper, operators, outputs } = twoPopulations();
  return paper.graph(operators, outputs);
})();

/** The numbers that all pieces yield, which are marks here, and the program of runs. */
function marksOf(options: DrawnOptions): { readonly marks: readonly number[]; readonly program: unknown } {
  const marks: number[] = [];
  const done = <Result>(pieces: Pieces<Result>): Result => {
    for (;;) {
      const piece = pieces.next();
      if (piece.done === true) return piece.value;
      marks.push(piece.value);
    }
  };
  const compiled = done(compileNetworkInPieces(...asDrawn(drawn, options)));
  return { marks, program: done(compiled.forwardProgramInPieces('run', new Set())) };
}

const planner: Planner = Object.assign(() => expect.unreachable('in pieces is preferred'), {
  *inPieces({ operators }: OperatorGraph) {
    yield 0.125;
    return { groups: operators.map((operator) => [operator]) };
  },
});
const sorter: Sorter = Object.assign(() => expect.unreachable('in pieces is preferred'), {
  *inPieces(plan: Plan, { signals }: OperatorGraph) {
    yield 0.25;
    return { plan, signals };
  },
});
const nothing: Simplification = {
  name: 'nothing',
  apply: () => expect.unreachable('in pieces is preferred'),
  *applyInPieces(current) {
    yield 0.5;
    return current;
  },
};
const byPieces = new Map(
  [...lowerings].map(([kind, lowering]): [string, OperatorLowering] => [
    kind,
    {
      kind: lowering.kind,
      mergeClass: (operator) => lowering.mergeClass(operator),
      lower: () => expect.unreachable('in pieces is preferred'),
      *lowerInPieces(group, context) {
        yield 0.75;
        lowering.lower(group, context);
      },
    },
  ]),
);

it('what can work in pieces does, and the same comes of it', () => {
  const { marks, program } = marksOf({ planner, sorter, simplifications: [nothing], lowerings: byPieces });
  expect(marks.filter((mark) => mark % 1 !== 0)).toEqual([0.5, 0.125, 0.25, 0.75, 0.75, 0.75, 0.75]);
  expect(program).toEqual(compileNetwork(...asDrawn(drawn)).forwardProgram('run', new Set()));
});

it('tells of every stage, in order', () => {
  const stages: string[] = [];
  marksOf({ simplifications: [nothing], passes: [foldConstants], onStage: (stage) => stages.push(stage) });
  expect(stages).toEqual([
    'simplify: nothing',
    'plan',
    'check the plan',
    'sort',
    'lay out memory',
    'lower',
    'pass foldConstants',
  ]);
});

it('makes a program in pieces once', () => {
  const lower = vi.fn<OperatorLowering['lower']>();
  const counting = new Map(
    [...lowerings].map(([kind, lowering]): [string, OperatorLowering] => [
      kind,
      {
        ...lowering,
        lower: (group, context) => {
          lower(group, context);
          lowering.lower(group, context);
        },
      },
    ]),
  );
  const compiled = complete(compileNetworkInPieces(...asDrawn(drawn, { lowerings: counting })));
  const program = complete(compiled.forwardProgramInPieces('run', new Set()));
  expect(compiled.forwardProgram('run', new Set())).toBe(program);
  expect(complete(compiled.forwardProgramInPieces('run', new Set()))).toBe(program);
  expect(lower).toHaveBeenCalledTimes(drawn.operators.length);
});

it.each<[string, Partial<CompileOptions>, string, RegExp]>([
  [
    'planner',
    { planner: Object.assign(() => expect.unreachable(), { inPieces: (async () => ({ groups: [] })) as never }) },
    'PLANNER_FAILED',
    /Planner as drawn .*inPieces gave a promise, which is no generator/,
  ],
  [
    'sorter',
    { sorter: Object.assign(() => expect.unreachable(), { inPieces: (() => undefined) as never }) },
    'SORTER_FAILED',
    /Sorter as drawn .*inPieces gave undefined, which is no generator/,
  ],
  [
    'simplification',
    { simplifications: [{ ...nothing, applyInPieces: ((current: unknown) => current) as never }] },
    'SIMPLIFICATION_FAILED',
    /Simplification nothing .*applyInPieces gave .*, which is no generator/,
  ],
])('names a %s whose pieces are none', (_, options, code, message) => {
  expect(() => marksOf(options)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

it('names a lowering whose pieces are none', () => {
  const [[kind, lowering]] = [...lowerings].filter(([name]) => name === 'dotInc') as [[string, OperatorLowering]];
  const odd = new Map([...lowerings, [kind, { ...lowering, lowerInPieces: (async () => undefined) as never }]]);
  expect(() => marksOf({ lowerings: odd })).toThrow(
    expect.objectContaining({
      code: 'LOWERING_INVALID',
      message: expect.stringMatching(/'dotInc'.*lowerInPieces gave a promise, which is no generator/) as string,
    }),
  );
});
