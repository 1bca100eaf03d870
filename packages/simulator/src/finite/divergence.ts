/** @file Why training went wrong: looks into it once a loss or a parameter has stopped being finite. */
import type { NdlError } from '@ndl/numerics';
import { gradientNotFinite, lossNotFinite, lossNotFiniteAtStart, parameterNotFinite } from './divergence-errors.ts';
import type { LearningTasks } from '../training/learning-task.ts';
import type { LearningRequest, NetworkExecutable } from '../composition/network-executable.ts';
import type { ParameterCache } from '../parameters/parameter-cache.ts';

/** What had happened. */
export interface Divergence {
  readonly epoch: number;
  /** From 1; the last one of the epoch where only the parameters tell. */
  readonly minibatch: number;
  /** Of that minibatch. */
  readonly loss: number;
  /** Id of the task. */
  readonly objective: string;
  /** Items of that minibatch. */
  readonly items: readonly number[];
  /** Items of minibatches whose update may have done it. */
  readonly suspects: readonly (readonly number[])[];
}

/** What it is looked into with. */
export interface DivergenceContext {
  readonly executable: NetworkExecutable;
  readonly parameters: ParameterCache;
  readonly tasks: LearningTasks;
  /** A request for some items, of a task. */
  request(items: readonly number[], objective: string): LearningRequest;
}

/**
 * Puts the parameters back to the start of the epoch, and tells the cause: the data, where the loss is not finite before any
 * update either; a derivative that is not finite where the loss is; or else steps that were too large.
 */
export async function explainDivergence(happened: Divergence, context: DivergenceContext): Promise<NdlError> {
  const { executable, parameters, request } = context;
  const { epoch, minibatch, loss, objective, items, suspects } = happened;
  const culprit = await parameters.firstNotFinite();
  await parameters.restore();
  if (epoch === 1 && !Number.isFinite(loss)) {
    const { loss: atStart, ...reports } = await executable.evaluate(request(items, objective), 'training');
    const culprits = context.tasks.notFinite(objective, reports);
    if (!Number.isFinite(atStart)) return lossNotFiniteAtStart(minibatch, atStart!, culprits);
  }
  for (const suspect of suspects) {
    const blamed = await lossWithoutGradient(suspect, happened, context);
    if (blamed !== undefined) return gradientNotFinite(blamed.label, blamed.loss, blamed.gradient, culprit?.name);
  }
  return Number.isFinite(loss) && culprit !== undefined
    ? parameterNotFinite(epoch, culprit.name, culprit.value)
    : lossNotFinite(epoch, minibatch, loss);
}

/** The first loss whose value is finite and whose gradient is not. */
async function lossWithoutGradient(
  items: readonly number[],
  { objective }: Divergence,
  { executable, tasks, request }: DivergenceContext,
): Promise<{ readonly label: string; readonly loss: number; readonly gradient: number } | undefined> {
  for (const { id, label, output } of tasks.singleLosses(objective)) {
    const { targets, ...whole } = request(items, id);
    const own = new Map([...targets].filter(([name]) => name === output));
    const { reports, gradients } = await executable.gradients({ ...whole, targets: own });
    const loss = reports['loss']!;
    const gradient = [...gradients.values()].map(({ data }) => data.find((value) => !Number.isFinite(value)));
    const found = gradient.find((value) => value !== undefined);
    if (found !== undefined && Number.isFinite(loss)) return { label, loss, gradient: found };
  }
  return undefined;
}
