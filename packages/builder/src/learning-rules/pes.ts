/**
 * @file PES, prescribed error sensitivity: decoders move against an error, scaled by each neuron's filtered activity.
 * MacNeil & Eliasmith (2011), "Fine-tuning and the stability of recurrent neural networks".
 */
import type { LearningContext, LearningRuleDefinition, LearningSite, SignalView } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { Pes } from '@ndl/model';
import { zeros } from '@ndl/numerics';
import { copy, reset } from '../building/operators.ts';
import { select } from '../building/views.ts';
import { COLUMN, ROW } from './spreads.ts';

/** delta = -rate · error · activity, for each row of the weights and each neuron. */
const pesDelta: Kernel = /* @__PURE__ */ kernel(
  { name: 'pes', inputs: ['error', 'activity'], parameters: ['rate'] },
  (k) => ({ delta: k.multiply(k.multiply(k.negate(k.parameters.rate), k.inputs.error), k.inputs.activity) }),
);

export const pesDefinition: LearningRuleDefinition<Pes> = {
  kind: 'pes',
  async build({ learningRate, preSynapse }, site, context) {
    const activities = await context.filtered('activities', preSynapse, site.pre);
    const delta = context.signal('delta', zeros(site.modified.shape));
    context.map({
      kernel: pesDelta,
      inputs: { error: ROW(localError(site, context)), activity: COLUMN(activities) },
      parameters: { rate: (learningRate * context.dt) / activities.shape[0]! },
      outputs: { delta },
      mode: 'update',
    });
    return { delta, signals: { error: site.input!, activities } };
  },
};

/**
 * The error of each row of the weights. Where they end at neurons, it is what the error is for each of them: their encoders, gain and
 * radius included, times the error of what they represent together.
 */
function localError({ connection, input, modified }: LearningSite, context: LearningContext): SignalView {
  const { postObject, postSelection, solver, isDecoded } = connection;
  const isToNeurons = postObject.kind === 'neurons' || (postObject.kind === 'ensemble' && solver.weights && isDecoded);
  const ensemble = postObject.kind === 'neurons' ? postObject.ensemble : postObject;
  const encoders = isToNeurons ? context.signalsOf(ensemble)['encoders'] : undefined;
  if (encoders === undefined) return input!;
  const [neurons, dimensions] = encoders.shape as [number, number];
  const local = context.signal('localError', zeros([modified.shape[0]!]));
  if (postObject.kind === 'neurons') {
    spread(select(encoders, postSelection), input!);
  } else if (postSelection === null) {
    spread(encoders, input!);
  } else {
    // The error of some dimensions only: of the others there is none.
    const whole = context.signal('wholeError', zeros([dimensions]));
    context.add(reset(`${context.label}: error`, whole));
    context.add(copy(`${context.label}: error`, input!, select(whole, postSelection), 'inc'));
    spread(encoders, whole);
  }
  return local;

  function spread(rows: SignalView, error: SignalView): void {
    context.contract({
      shape: [rows.shape[0] ?? neurons, dimensions],
      left: rows,
      right: COLUMN(error),
      target: ROW(local),
    });
  }
}
