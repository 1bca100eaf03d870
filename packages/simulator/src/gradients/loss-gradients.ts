/** @file `gradients`: derivatives of the loss by what training may move, by the objects that it belongs to. */
import { isNetworkObject, type Connection, type Ensemble } from '@ndl/model';
import { NdArray } from '@ndl/numerics';
import type { Reports } from '@ndl/training';
import type { BuiltNetwork } from '../composition/built-network.ts';
import type { Composition } from '../composition/composition.ts';
import { gradientsOfNoLoss } from '../finite/divergence-errors.ts';
import { nothingTrainable } from '../errors.ts';
import type { GradientOptions } from './gradient-options.ts';
import type { GradientRequestContext } from './gradient-request.ts';
import type { Inputs } from '../training/learning-options.ts';
import { CallMeasures } from '../training/reports.ts';
import { trainableParameters } from '../parameters/trainable-parameters.ts';

/**
 * Derivatives of the loss by the trainable arrays of one object, each of its array's shape. Of an ensemble: `scaledEncoders` [neurons, dimensions] and
 * `bias` [neurons]; of a connection: `weights`, or the arrays of its transform by their names; of both, for time constants that are
 * learnt, by their logarithms: `log(tau)`.
 */
export type ObjectGradients = Readonly<Record<string, NdArray>>;

/** What a loss is, and how it changes with parameters. */
export interface LossGradients {
  /** `loss`, and each loss and metric by its name, as `evaluate` in mode `rate` reports them. */
  readonly reports: Reports;
  /** Of each object that has trainable parameters. */
  readonly gradients: ReadonlyMap<Ensemble | Connection, ObjectGradients>;
}

/** What a request is made with, and whose objects are handed out. */
interface Context {
  readonly composition: Composition;
  readonly gradients: GradientRequestContext;
  readonly built: Pick<BuiltNetwork, 'originalOf'>;
}

/** @throws NdlError NOTHING_TRAINABLE, LOSS_NOT_FINITE, TOO_LARGE, and what is wrong with the data. */
export async function lossGradients(
  { composition, gradients: { data, tasks, memory, trainable }, built }: Context,
  inputs: Inputs,
  { targets, steps, truncation, signal, ...measures }: GradientOptions,
): Promise<LossGradients> {
  const where = 'gradients';
  data.requireProbes(where);
  if (trainable.length === 0) throw nothingTrainable();
  const set = data.measured(where, inputs, targets, steps);
  const objective = tasks.idOf(where, set.targets, measures, undefined);
  const block = { objective, items: set.items, steps: Math.min(set.steps, truncation ?? set.steps) };
  memory.requireLearning(where, data.extentOf(set, { ...block, neurons: 'training', differentiates: true }));
  signal?.throwIfAborted();
  const all = Array.from({ length: set.items }, (_, index) => index);
  const request = data.request(set, all, objective);
  const { reports, gradients } = await composition.executable.gradients({ ...request, truncation, signal });
  const measured = new CallMeasures(tasks.taskOf(objective), set.steps);
  const loss = measured.add(reports, set.items);
  if (!Number.isFinite(loss)) throw gradientsOfNoLoss(where, loss, tasks.notFinite(objective, reports));
  const bySignal = new Map(
    trainableParameters(composition).flatMap(({ buffer, signals }) =>
      signals.map(
        ({ name, offset, size }) => [name, gradients.get(buffer)!.data.slice(offset, offset + size)] as const,
      ),
    ),
  );
  const byObject = new Map<Ensemble | Connection, ObjectGradients>();
  for (const [object, parts] of composition.graph.objects) {
    if (!isNetworkObject(object) || (object.kind !== 'ensemble' && object.kind !== 'connection')) continue;
    const arrays = Object.entries(parts).flatMap(
      ([
        role,
        {
          signal: { name, shape },
        },
      ]) => {
        const derivative = bySignal.get(name);
        const array = role === 'encoders' ? 'scaledEncoders' : role;
        return derivative === undefined ? [] : [[array, new NdArray(derivative, shape)] as const];
      },
    );
    if (arrays.length > 0) byObject.set(built.originalOf(object), Object.fromEntries(arrays));
  }
  return { reports: measured.whole().reports, gradients: byObject };
}
