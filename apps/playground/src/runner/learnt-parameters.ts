/** @file What a training has made of each array that it moves, and where the loss falls: values beside gradients, some of each array. */
import { isNdlError, type Connection, type Ensemble, type Simulator } from 'ndl';
import { log, type NdArray } from '@ndl/numerics';
import type { LearntParameter } from './messages.ts';

/** Values of an array that are told, at most. */
const MOST_VALUES = 2000;

/** Gradients by object, as a simulator gives them. */
type Gradients = Awaited<ReturnType<Simulator['gradients']>>['gradients'];

/** How arrays are called. */
const WORDS: Readonly<Record<string, string>> = { scaledEncoders: 'scaled encoders' };

/**
 * Gradients of the loss by all that is learnt; none where the loss is infinite with the parameters as they are now, or where there is no memory for them.
 * @param inputs one minibatch, as are the targets of `options`
 */
export async function gradientsIfAny(
  simulator: Simulator,
  inputs: Parameters<Simulator['gradients']>[0],
  options: Parameters<Simulator['gradients']>[1],
): Promise<Gradients> {
  try {
    return (await simulator.gradients(inputs, options)).gradients;
  } catch (error) {
    if (isNdlError(error, 'LOSS_NOT_FINITE') || isNdlError(error, 'TOO_LARGE')) return new Map();
    throw error;
  }
}

/** @param nameOf how the page calls objects */
export function learntParameters(
  simulator: Simulator,
  gradients: Gradients,
  nameOf: (object: Ensemble | Connection) => string,
): LearntParameter[] {
  return [...gradients].flatMap(([object, arrays]) =>
    Object.entries(arrays).map(([array, { data: gradient }]) => {
      const values = valuesOf(simulator, object, array);
      const stride = Math.max(1, Math.ceil(gradient.length / MOST_VALUES));
      return {
        name: `${nameOf(object)}: ${WORDS[array] ?? array}`,
        size: gradient.length,
        values: every(values, stride),
        gradient: every(gradient, stride),
      };
    }),
  );
}

/** Those by which gradients were taken. */
function valuesOf(simulator: Simulator, object: Ensemble | Connection, array: string): ArrayLike<number> {
  const timeConstant = /^log\((\w+)\)$/.exec(array)?.[1];
  const { timeConstants } = object.kind === 'ensemble' ? simulator.data.get(object) : simulator.data.get(object);
  if (timeConstant !== undefined) return [log(timeConstants?.[timeConstant] ?? NaN)];
  let found: NdArray | null | undefined;
  if (object.kind === 'ensemble') {
    const { scaledEncoders, bias } = simulator.data.get(object);
    found = array === 'bias' ? bias : scaledEncoders;
  } else {
    const { weights, parameters } = simulator.data.get(object);
    found = array === 'weights' ? weights : parameters[array];
  }
  return found?.data ?? [];
}

function every(values: ArrayLike<number>, stride: number): Float32Array {
  return Float32Array.from({ length: Math.ceil(values.length / stride) }, (_, at) => values[at * stride]!);
}
