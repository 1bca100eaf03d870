/**
 * @file The elements of tensors where they lie, for engines in the host's memory. On wasm, arrays are windows on its heap:
 * nothing is copied between loops here and products there, and memory that is given back is used again while it is warm.
 */
import type * as tfjs from '@tensorflow/tfjs-core';
import { rowsOf, type Extents, type Tensor, type TensorFlow } from '../engines/tensors.ts';

export interface HostMemory {
  /** Whether tfjs's operations on it are vectorized. */
  readonly isVectorized: boolean;
  /** A new tensor with any contents, to be written through `elements` before anything else sees it. */
  allocate(extents: Extents): Tensor;
  /** The elements of a tensor, in place. Valid until the next allocation: the heap of wasm may move. */
  elements(tensor: Tensor): Float32Array;
}

/** What `BackendWasm` offers beside the interface of all engines. */
interface WasmHeap {
  makeOutput(shape: readonly number[], dtype: 'float32'): tfjs.TensorInfo;
  typedArrayFromHeap(info: tfjs.TensorInfo): Float32Array;
}

/** The memory of the active engine. */
export function hostMemoryOf(tf: TensorFlow): HostMemory {
  const engine = tf.backend() as unknown as Partial<WasmHeap>;
  return typeof engine.makeOutput === 'function' && typeof engine.typedArrayFromHeap === 'function'
    ? heapMemory(tf, engine as WasmHeap)
    : arrayMemory(tf);
}

function heapMemory(tf: TensorFlow, heap: WasmHeap): HostMemory {
  return {
    isVectorized: true,
    allocate: (extents) => tf.engine().makeTensorFromTensorInfo(heap.makeOutput([...extents], 'float32')),
    elements: (tensor) => heap.typedArrayFromHeap(tensor),
  };
}

/** What the engine cpu, which keeps the very array that it is given, offers beside the interface of all engines. */
interface CpuArrays {
  readonly data: { get(dataId: object): { readonly values?: unknown } };
}

function arrayMemory(tf: TensorFlow): HostMemory {
  const { data } = tf.backend() as unknown as CpuArrays;
  const arrays = new WeakMap<Tensor, Float32Array>();
  return {
    isVectorized: false,
    allocate(extents) {
      const array = new Float32Array(rowsOf(extents) * extents[2]);
      const tensor = tf.engine().makeTensor(array, [...extents], 'float32');
      arrays.set(tensor, array);
      return tensor;
    },
    elements(tensor) {
      const known = arrays.get(tensor);
      if (known !== undefined) return known;
      const { values } = data.get(tensor.dataId);
      return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
    },
  };
}
