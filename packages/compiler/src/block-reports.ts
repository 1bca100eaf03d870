/**
 * @file Reports of blocks, and what they say together. Executables average what a block reports over blocks by their steps, and
 * callers over minibatches by their items. The mean over what was asked for is no such average; but its total and its count,
 * per item and step, are: so these two are reported.
 */
import { isRefusedPromise, refuseSurplus } from '@ndl/numerics';
import { isTotals, type Totals } from '@ndl/core';
import { kernel, type Instruction, type Kernel, type View } from '@ndl/ir';
import { objectiveInvalid } from './errors.ts';
import type { LearningTask } from './learning-task.ts';

/** Where the instructions and scalars of reports go. */
export interface ReportWriter {
  emit(instruction: Instruction): void;
  /** A fresh shared scalar. */
  scalar(name: string): View;
}

const ratio: Kernel = /* @__PURE__ */ kernel({ name: 'mean', inputs: ['sum', 'count'] }, (k) => {
  const { sum, count } = k.inputs;
  return { mean: k.divide(sum, k.select(k.less(0, count), count, 1)) };
});

const scaled: Kernel = /* @__PURE__ */ kernel(
  { name: 'per item and step', inputs: ['total'], parameters: ['scale'] },
  (k) => ({
    share: k.multiply(k.inputs.total, k.parameters.scale),
  }),
);

/**
 * Under which names a block reports the objective at an index of its task, beside `loss`, what is minimized. Names of users have no
 * part in them: whatever those are, nothing clashes.
 */
const valueOf = (index: number): string => `value ${index}`;
const totalOf = (index: number): string => `total ${index}`;
const countOf = (index: number): string => `count ${index}`;

/**
 * Adds what is to be reported of an objective to `reports`. @returns its value within the block, which losses minimize.
 * @param index of the objective in its task. @param kind its kind, for errors.
 * @throws NdlError OBJECTIVE_INVALID.
 */
export function reportObjective(
  index: number,
  kind: string,
  measured: View | Totals,
  writer: ReportWriter,
  reports: Record<string, View>,
): View {
  checkMeasured(kind, measured);
  if (!isTotals(measured)) {
    reports[valueOf(index)] = measured;
    return measured;
  }
  const map = (name: string, own: Kernel, inputs: readonly View[], perItemStep: boolean): View => {
    const target = writer.scalar(name);
    const parameters = perItemStep ? [{ scalar: 'perItemStep' }] : [];
    writer.emit({ kind: 'map', kernel: own, inputs, parameters, outputs: [{ target, mode: 'set' }] });
    return target;
  };
  const { sum, count } = measured;
  reports[totalOf(index)] = map(totalOf(index), scaled, [sum], true);
  if (count === undefined) return sum;
  reports[countOf(index)] = map(countOf(index), scaled, [count], true);
  return map(`mean ${index}`, ratio, [sum, count], false);
}

/** Objectives come from anywhere. */
function checkMeasured(kind: string, measured: unknown): void {
  const isScalar = (value: unknown): boolean => {
    const { buffer, shape } = (isRefusedPromise(value) ? {} : (value ?? {})) as Partial<View>;
    return typeof buffer === 'string' && Array.isArray(shape) && shape.length === 0;
  };
  const { sum, count } = (measured ?? {}) as Partial<Totals>;
  if (isScalar(measured) || (isScalar(sum) && (count === undefined || isScalar(count)))) return;
  throw objectiveInvalid(kind, measured);
}

/** What a whole call measured. */
export interface CallReports {
  /** By the names of the task, and `loss`, the weighted sum that was minimized. A mean over nothing is NaN, and 0 in the sum. */
  readonly reports: Readonly<Record<string, number>>;
  /** Names of means over nothing. */
  readonly empty: readonly string[];
}

/**
 * What blocks reported, put together.
 * @param averages of each report, weighed by items and steps.
 * @param itemSteps items times steps of the whole call.
 */
export function callReports(
  { objectives }: LearningTask,
  averages: Readonly<Record<string, number>>,
  itemSteps: number,
): CallReports {
  refuseSurplus('callReports', arguments, 3);
  const reports = new Map<string, number>();
  const empty: string[] = [];
  let loss = 0;
  objectives.forEach(({ report, weight }, index) => {
    const [total, count] = [averages[totalOf(index)], averages[countOf(index)]];
    const isEmpty = count === 0;
    if (isEmpty) empty.push(report);
    const summed = (sum: number): number => (count === undefined ? sum * itemSteps : isEmpty ? NaN : sum / count);
    const value = total === undefined ? averages[valueOf(index)]! : summed(total);
    reports.set(report, value);
    if (weight !== null && !isEmpty) loss += weight * value;
  });
  return { reports: Object.fromEntries([...reports, ['loss', loss]]), empty };
}
