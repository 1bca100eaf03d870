/** @file The engine that functions of tensors run on: the active one, where it is ready; else the plain one of the host. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from './tensors.ts';

/** Does synchronous work on an engine that is ready, and tidies up what it leaves behind. */
export function withTensors<Result>(work: (tensors: typeof tf) => Result): Result {
  if (!isReady()) void tf.setBackend('cpu');
  return tf.tidy(() => work(tf) as never) as Result;
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
