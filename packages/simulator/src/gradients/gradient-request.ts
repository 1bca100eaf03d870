/** @file What `checkGradients` compares gradients on: the data that are given, or seeded noise where there are none. */
import { NdArray, RandomState } from '@ndl/numerics';
import type { DataOwner } from '../inputs/data-table.ts';
import { gradientsOfNoLoss } from '../finite/divergence-errors.ts';
import { nothingTrainable } from '../errors.ts';
import type { GradientCheckOptions } from './gradient-check-options.ts';
import type { LearningData } from '../training/learning-data.ts';
import type { LearningTasks } from '../training/learning-task.ts';
import type { MemoryBudget } from '../memory/memory-budget.ts';
import type { LearningRequest, NetworkExecutable } from '../composition/network-executable.ts';

/** What a request is made with. */
export interface GradientRequestContext {
  readonly data: LearningData;
  readonly tasks: LearningTasks;
  readonly memory: MemoryBudget;
  /** Buffers that training may move. */
  readonly trainable: readonly string[];
  readonly seed: number;
}

/** Items of noise, and steps where all is held. */
const NOISE_ITEMS = 2;
const NOISE_STEPS = 3;

/**
 * One request, all items at once. Noise that stands for targets is asked for at every step, of probes that sample too: what they
 * leave out has gradients as well. @throws NdlError NOTHING_TRAINABLE, and what is wrong with the data.
 */
export function gradientRequest(
  { data, tasks, memory, trainable, seed }: GradientRequestContext,
  { inputs, targets, steps, losses, lossWeights, signal }: GradientCheckOptions,
): LearningRequest {
  const where = 'checkGradients';
  data.requireProbes(where);
  if (trainable.length === 0) throw nothingTrainable();
  const given = data.tables(where, inputs ?? new Map(), targets);
  const tables = [...given.inputs, ...given.targets];
  const items = tables[0]?.items ?? NOISE_ITEMS;
  const random = new RandomState(seed);
  const noise = <Key>(owners: readonly DataOwner<Key>[]): ReadonlyMap<Key, NdArray> =>
    new Map(owners.map(({ key, size }) => [key, new NdArray(random.uniform(-1, 1, items * size), [items, size])]));
  const saysSteps = tables.some(({ length }) => length !== undefined);
  const set = data.measured(
    where,
    inputs ?? noise(data.inputs),
    targets ?? noise(data.targets),
    steps ?? (saysSteps ? undefined : NOISE_STEPS),
    targets === undefined ? data.targets.map((owner) => ({ ...owner, period: 1 })) : data.targets,
  );
  const objective = tasks.idOf(where, set.targets, { losses, lossWeights }, undefined);
  memory.requireLearning(
    where,
    data.extentOf(set, { objective, items: set.items, neurons: 'training', differentiates: true, dtype: 'float64' }),
  );
  const all = Array.from({ length: set.items }, (_, index) => index);
  return {
    ...data.request(set, all, objective),
    signal,
    // Processes begin anew in each of the calls that are compared.
    get feed() {
      return data.feed(set, all);
    },
  };
}

/** @throws NdlError LOSS_NOT_FINITE for a request whose gradients mean nothing. */
export async function requireFiniteLoss(
  executable: NetworkExecutable,
  { tasks }: Pick<GradientRequestContext, 'tasks'>,
  request: LearningRequest,
): Promise<void> {
  request.signal?.throwIfAborted();
  const { loss, ...reports } = await executable.evaluate(request, 'training');
  if (Number.isFinite(loss)) return;
  throw gradientsOfNoLoss('checkGradients', loss!, tasks.notFinite(request.objective, reports));
}
