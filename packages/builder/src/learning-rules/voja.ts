/**
 * @file Voja, vector Oja: encoders move towards what their neurons are active for. Voelker, Crawford & Eliasmith (2014), "Learning
 * large-scale heteroassociative memories in spiking neurons".
 */
import type { LearningRuleDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { Ensemble, Voja } from '@ndl/model';
import { NdArray, zeros } from '@ndl/numerics';
import { COLUMN, ROW } from './spreads.ts';

/** delta = rate · (1 + signal) · post · (scale · x - encoder), the scale being gain / radius, which encoders include. */
const vojaDelta: Kernel = /* @__PURE__ */ kernel(
  { name: 'voja', inputs: ['post', 'x', 'encoder', 'scale', 'signal'], parameters: ['rate'] },
  ({ inputs: { post, x, encoder, scale, signal }, parameters: { rate }, add, multiply, subtract }) => ({
    delta: multiply(
      multiply(rate, add(1, signal)),
      subtract(multiply(multiply(scale, post), x), multiply(post, encoder)),
    ),
  }),
);

export const vojaDefinition: LearningRuleDefinition<Voja> = {
  kind: 'voja',
  async build({ learningRate, postSynapse }, { connection, modified, input, post }, context) {
    const ensemble = connection.postObject as Ensemble;
    const { gain } = context.builtEnsemble(ensemble);
    const scales = gain!.data.map((value) => value / ensemble.radius);
    const scale = context.signal('scale', new NdArray(Float64Array.from(scales), gain!.shape));
    const postFiltered = await context.filtered('postFiltered', postSynapse, post!);
    const delta = context.signal('delta', zeros(modified.shape));
    context.map({
      kernel: vojaDelta,
      inputs: {
        post: ROW(postFiltered),
        x: COLUMN(context.signalsOf(ensemble)['input']!),
        encoder: modified,
        scale: ROW(scale),
        signal: ROW(input!),
      },
      parameters: { rate: learningRate * context.dt },
      outputs: { delta },
      mode: 'update',
    });
    return { delta, signals: { postFiltered, scaledEncoders: modified } };
  },
};
