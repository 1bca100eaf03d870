/** @file What the tests of objectives share: outputs and targets, central differences, codes of errors. */
import { isNdlError, type Objective } from '@ndl/core';
import { evaluateObjective, type History } from './objective-evaluation.test-helper.ts';

/** Two steps, three items, two elements. */
export const output: History = [
  [
    [1, 2],
    [-1, 0.5],
    [3, 3],
  ],
  [
    [0, -2],
    [4, 1],
    [0.25, 0.75],
  ],
];
/** Of the same shape; two elements are missing. */
export const target: History = [
  [
    [0, 2],
    [NaN, 1],
    [1, 0],
  ],
  [
    [1, 0],
    [3, NaN],
    [0, 1],
  ],
];

/** The code of the error that an action throws. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isNdlError(error)) return error.code;
  }
  return undefined;
}

/** The greatest difference between the gradient and central differences. */
export function gradientError(objective: Objective, at: History, wanted: History): number {
  const width = 1e-5;
  const { gradient } = evaluateObjective(objective, at, wanted);
  const moved = (where: readonly number[], by: number): number => {
    const [step, item, element] = where;
    const copy = at.map((items, s) =>
      items.map((row, i) => row.map((x, e) => (s === step && i === item && e === element ? x + by : x))),
    );
    return evaluateObjective(objective, copy, wanted).value;
  };
  const errors = gradient.flatMap((items, step) =>
    items.flatMap((row, item) =>
      row.map((value, element) => {
        const where = [step, item, element];
        return Math.abs(value - (moved(where, width) - moved(where, -width)) / (2 * width));
      }),
    ),
  );
  return Math.max(...errors);
}
