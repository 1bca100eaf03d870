/** @file Losses where targets are missing, and the options of losses and metrics. */
import { describe, expect, it } from 'vitest';
import type { Objective } from '@ndl/core';
import { kernel } from '@ndl/ir';
import { accuracy, directGradient, hostLoss, kernelLoss, meanSquaredError, softmaxCrossEntropy } from './index.ts';
import { evaluateObjective, type History } from './objective-evaluation.test-helper.ts';
import { codeOf, gradientError, output, target } from './objective-fixtures.test-helper.ts';

describe("missing: 'ignore'", () => {
  const ignoring = { missing: 'ignore' } as const;
  const cube = kernel({ name: 'cube', inputs: ['output', 'target'] }, (k) => {
    const distance = k.abs(k.subtract(k.inputs.output, k.inputs.target));
    return { loss: k.multiply(distance, distance, distance) };
  });
  const everything = output.map((items) => items.map((row) => row.map(() => NaN)));
  const losses: readonly (readonly [string, Objective, Objective])[] = [
    ['meanSquaredError', meanSquaredError(ignoring), meanSquaredError()],
    ['softmaxCrossEntropy', softmaxCrossEntropy(ignoring), softmaxCrossEntropy()],
    ['kernelLoss', kernelLoss({ kernel: cube, ...ignoring }), kernelLoss({ kernel: cube })],
  ];

  it('is the mean over elements that have a target', () => {
    const squares = [1, 0, 0.25, 4, 9, 1, 4, 1, 0.0625, 0.0625];
    const { value, gradient } = evaluateObjective(meanSquaredError(ignoring), output, target);
    expect(value).toBeCloseTo(squares.reduce((sum, square) => sum + square, 0) / 10, 14);
    expect(gradient[0]![0]![0]).toBeCloseTo(2 / 10, 14);
    expect(gradient[0]![1]![0]).toBe(0);
    const cubes = squares.map((square) => square ** 1.5);
    expect(evaluateObjective(losses[2]![1], output, target).value).toBeCloseTo(
      cubes.reduce((sum, value) => sum + value, 0) / 10,
      13,
    );
  });

  it('is the mean over items and steps without NaN, of cross-entropies', () => {
    const value = (loss: Objective): number => evaluateObjective(loss, output, target).value;
    // Two of six items and steps have a NaN.
    expect(value(softmaxCrossEntropy(ignoring))).toBeCloseTo((value(softmaxCrossEntropy()) * 6) / 4, 13);
  });

  it.each(losses)('%s: is the same where nothing is missing, and has the gradient of its value', (_, own, usual) => {
    const full = target.map((items) => items.map((row) => row.map((value) => (Number.isNaN(value) ? 0.5 : value))));
    const [one, other] = [evaluateObjective(own, output, full), evaluateObjective(usual, output, full)];
    expect(one.value).toBeCloseTo(other.value, 13);
    expect(gradientError(own, output, target)).toBeLessThan(1e-8);
  });

  it.each(losses)('%s: where all is missing, value and gradient are 0', (_, own) => {
    const { value, gradient } = evaluateObjective(own, output, everything);
    expect([value, ...new Set(gradient.flat(2))]).toEqual([0, 0]);
  });

  it.each(losses)('%s: takes held targets', (_, own) => {
    const held: History = [target[0]!];
    const repeated = [held[0]!, held[0]!];
    expect(evaluateObjective(own, output, held)).toEqual(evaluateObjective(own, output, repeated));
  });

  it('is one object, as programs are made once per objective', () => {
    expect(meanSquaredError({ missing: 'ignore' })).toBe(meanSquaredError(ignoring));
    expect(softmaxCrossEntropy({ missing: 'ignore' })).toBe(softmaxCrossEntropy(ignoring));
    expect(meanSquaredError({ missing: 'zero' })).toBe(meanSquaredError());
  });
});

describe('options of losses and metrics', () => {
  it.each([
    ['another rule for missing targets', () => meanSquaredError({ missing: 'skip' as never }), 'INVALID_OPTION'],
    ['null for a rule', () => softmaxCrossEntropy({ missing: null as never }), 'INVALID_OPTION'],
    ['a rule by itself', () => meanSquaredError('ignore' as never), 'INVALID_OPTION'],
    ['null for options', () => meanSquaredError(null as never), 'INVALID_OPTION'],
    ['an unknown option', () => softmaxCrossEntropy({ mising: 'ignore' } as never), 'UNKNOWN_OPTION'],
    ['options of accuracy', () => (accuracy as (o: unknown) => unknown)({ missing: 'ignore' }), 'SURPLUS_ARGUMENT'],
    ['an argument of accuracy', () => (accuracy as (o: unknown) => unknown)(3), 'SURPLUS_ARGUMENT'],
    ['options of a sum', () => (directGradient as (o: unknown) => unknown)({ missing: 'ignore' }), 'SURPLUS_ARGUMENT'],
    ['no kernel', () => kernelLoss({ kernel: ((x: number) => x) as never }), 'INVALID_OPTION'],
    ['null for a kernel', () => kernelLoss({ kernel: null as never }), 'INVALID_OPTION'],
    ['null for parameters', () => kernelLoss({ kernel: scaled, parameters: null as never }), 'INVALID_OPTION'],
    [
      'a string for a parameter',
      () => kernelLoss({ kernel: scaled, parameters: { scale: '1' as never } }),
      'INVALID_OPTION',
    ],
    ['NaN for a parameter', () => kernelLoss({ kernel: scaled, parameters: { scale: NaN } }), 'INVALID_OPTION'],
    [
      'an unknown parameter',
      () => kernelLoss({ kernel: scaled, parameters: { scale: 1, scael: 2 } }),
      'UNKNOWN_OPTION',
    ],
    [
      'a label of null',
      () => hostLoss({ label: null as never, call: () => ({ loss: 0, gradient: [] }) }),
      'INVALID_OPTION',
    ],
  ] as const)('%s', (_, act, code) => {
    expect(codeOf(act)).toBe(code);
  });

  const scaled = kernel({ name: 'scaled', inputs: ['output'], parameters: ['scale'] }, (k) => ({
    loss: k.multiply(k.parameters.scale, k.inputs.output),
  }));
});
