/** @file BCM and Oja: rules of weights between neurons, which see nothing but the activities at both ends. */
import type { LearningContext, LearningRuleDefinition, LearningSite, SignalView } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { Bcm, Oja, Synapse } from '@ndl/model';
import { zeros } from '@ndl/numerics';
import { COLUMN, ROW } from './spreads.ts';

/** Bienenstock, Cooper & Munro (1982): delta = rate · post · (post - theta) · pre. */
const bcmDelta: Kernel = /* @__PURE__ */ kernel(
  { name: 'bcm', inputs: ['pre', 'post', 'theta'], parameters: ['rate'] },
  ({ inputs: { pre, post, theta }, parameters: { rate }, multiply, subtract }) => ({
    delta: multiply(multiply(rate, post, subtract(post, theta)), pre),
  }),
);

export const bcmDefinition: LearningRuleDefinition<Bcm> = {
  kind: 'bcm',
  async build({ learningRate, preSynapse, postSynapse, thetaSynapse }, site, context) {
    const { preFiltered, postFiltered } = await filteredEnds({ preSynapse, postSynapse }, site, context);
    const theta = await context.filtered('theta', thetaSynapse, site.post!);
    const delta = context.signal('delta', zeros(site.modified.shape));
    context.map({
      kernel: bcmDelta,
      inputs: { pre: COLUMN(preFiltered), post: ROW(postFiltered), theta: ROW(theta) },
      parameters: { rate: learningRate * context.dt },
      outputs: { delta },
      mode: 'update',
    });
    return { delta, signals: { theta, preFiltered, postFiltered } };
  },
};

/** Oja (1982): delta = rate · (post · pre - beta · post² · weight). */
const ojaDelta: Kernel = /* @__PURE__ */ kernel(
  { name: 'oja', inputs: ['pre', 'post', 'weight'], parameters: ['rate', 'beta'] },
  ({ inputs: { pre, post, weight }, parameters: { rate, beta }, multiply, subtract }) => ({
    delta: multiply(rate, subtract(multiply(post, pre), multiply(beta, weight, multiply(post, post)))),
  }),
);

export const ojaDefinition: LearningRuleDefinition<Oja> = {
  kind: 'oja',
  async build({ learningRate, preSynapse, postSynapse, beta }, site, context) {
    const { preFiltered, postFiltered } = await filteredEnds({ preSynapse, postSynapse }, site, context);
    const delta = context.signal('delta', zeros(site.modified.shape));
    context.map({
      kernel: ojaDelta,
      inputs: { pre: COLUMN(preFiltered), post: ROW(postFiltered), weight: site.modified },
      parameters: { rate: learningRate * context.dt, beta },
      outputs: { delta },
      mode: 'update',
    });
    return { delta, signals: { preFiltered, postFiltered } };
  },
};

/** The activities at both ends, filtered. */
async function filteredEnds(
  { preSynapse, postSynapse }: { readonly preSynapse: Synapse | null; readonly postSynapse: Synapse | null },
  { pre, post }: LearningSite,
  context: LearningContext,
): Promise<{ readonly preFiltered: SignalView; readonly postFiltered: SignalView }> {
  return {
    preFiltered: await context.filtered('preFiltered', preSynapse, pre),
    postFiltered: await context.filtered('postFiltered', postSynapse, post!),
  };
}
