/** @file What is said of training that stopped being finite. */
import { NdlError } from '@ndl/numerics';

/** A loss that stopped being a number. */
export function lossNotFinite(epoch: number, minibatch: number, loss: number): NdlError {
  return new NdlError(
    'LOSS_NOT_FINITE',
    `The loss became ${loss} in epoch ${epoch}, minibatch ${minibatch}. ${DIVERGED}`,
  );
}

/** A loss that is no number with the parameters from before training. */
export function lossNotFiniteAtStart(minibatch: number, loss: number, culprits: readonly string[]): NdlError {
  const start = minibatch === 1 ? 'before any update was made' : 'with the parameters from before any update, too';
  const named = culprits.length === 0 ? '' : ` Not finite: ${culprits.join(', ')}.`;
  return new NdlError(
    'LOSS_NOT_FINITE',
    `The loss of epoch 1, minibatch ${minibatch} is ${loss} ${start}, so the learning rate is not to blame.${named} Look at the data and ` +
      'targets of its items (are they so large that their square overflows?), at the weights of the network, and at the loss. ' +
      'All parameters are what they were when this epoch began, and the optimizer begins anew.',
  );
}

/** A loss that is no number where a call was to tell of its gradients. */
export function gradientsOfNoLoss(call: string, loss: number, culprits: readonly string[]): NdlError {
  const named = culprits.length === 0 ? '' : ` Not finite: ${culprits.join(', ')}.`;
  return new NdlError(
    'LOSS_NOT_FINITE',
    `${call}: the loss is ${loss}, and has no gradients.${named} Look at the data and targets (are they so large that ` +
      'their square overflows?), at the weights of the network, and at the loss.',
  );
}

/** A loss that is finite where its derivative is not. */
export function gradientNotFinite(
  label: string,
  loss: number,
  gradient: number,
  parameter: string | undefined,
): NdlError {
  const by = parameter === undefined ? '' : ` by parameter '${parameter}'`;
  return new NdlError(
    'GRADIENT_NOT_FINITE',
    `The gradient of ${label}${by} is ${gradient}, though the loss itself is ${loss}: no learning rate cures that. A kernel, of the ` +
      'loss or of neurons before it, has a derivative that is not finite at some of these outputs, as sqrt has at 0: keep it away ' +
      'from such places, for instance by sqrt(x + 1e-12). All parameters are back to what they were when this epoch began, and the optimizer begins anew.',
  );
}

/** A parameter that stopped being a number. */
export function parameterNotFinite(epoch: number, parameter: string, value: number): NdlError {
  return new NdlError(
    'PARAMETER_NOT_FINITE',
    `Parameter '${parameter}' became ${value} in epoch ${epoch}, though the losses were finite: its gradient or its update overflowed. ${DIVERGED}`,
  );
}

const DIVERGED =
  'All parameters are back to what they were when this epoch began, and the optimizer begins anew; a smaller learning rate is the usual cure. Where none ' +
  'helps, look for a derivative that is not finite at some outputs, as that of sqrt at 0.';
