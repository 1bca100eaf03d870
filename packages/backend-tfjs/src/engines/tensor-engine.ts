/** @file The engine that functions of tensors run on: the active one, where it is ready; else the plain one of the host. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from './tensors.ts';

/** Does synchronous work on an engine that is ready, and tidies up what it leaves behind. What it returns stays: a tensor, some in a list, or by name. */
export function withTensors<Result>(work: (tensors: typeof tf) => Result): Result {
  if (!isReady()) void tf.setBackend('cpu');
  let result: Result | undefined;
  tf.tidy(() => {
    result = work(tf);
    return tensorsIn(result);
  });
  return result as Result;
}

/** Those that a result plainly holds. tfjs would walk all that can be reached from it: of the library itself, the memory of its engine. */
function tensorsIn(result: unknown): tf.Tensor[] {
  const isPlain = typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype;
  const held: readonly unknown[] = Array.isArray(result) ? result : isPlain ? Object.values(result) : [result];
  return held.filter((each) => each instanceof tf.Tensor);
}

function isReady(): boolean {
  try {
    return tf.engine().backend !== undefined;
  } catch {
    return false;
  }
}

/** Whether something is a tensor, of whichever copy of tfjs. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof tf.Tensor;
}
