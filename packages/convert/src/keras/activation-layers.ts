/** @file Keras's layers that are an activation. */
import { activationIn, leaky, relu } from './activations.ts';
import { activation, foreign, only, type Reader } from './layer-call.ts';

export const ACTIVATIONS: Readonly<Record<string, Reader>> = {
  Activation: (call) => activation(call, activationIn(call.config, call.kerasVersion)),
  ReLU: (call) =>
    activation(
      call,
      relu({
        slope: call.config.number('negative_slope', 0),
        threshold: call.config.number('threshold', 0),
        maximum: call.config.number('max_value', Infinity),
      }),
    ),
  LeakyReLU: (call) => activation(call, leaky(call.config.number('negative_slope', call.config.number('alpha', 0.3)))),
  ELU: (call) => activation(call, { name: 'elu', parameters: { alpha: call.config.number('alpha', 1) } }),
  ThresholdedReLU: (call) => activation(call, relu({ threshold: call.config.number('theta', 1) })),
  Softmax: (call) =>
    [-1, only(call).shape.length].includes(call.config.number('axis', -1))
      ? activation(call, { name: 'softmax', parameters: {} })
      : [foreign(call, 'is along another axis than the last, which ndl does not know')],
};
