/** @file The instruction `map`: a scalar kernel over all elements of all items at once. */
import {
  createKernelEvaluator,
  isContiguous,
  isView,
  offsetsOf,
  sameShape,
  viewSize,
  type MapInstruction,
  type Operand,
} from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { itemsOver, numberOf, slicesOver, type Action, type Binding, type Place } from './binding.ts';
import { allocate } from './storage.ts';

/** Elements `[items, ...shape]` of one operand at a slice, as one flat array, or one element that stands for all. */
type Fetch = (slice: number) => FloatArray;

/** An output: where the kernel leaves its flat result, and what is then done with it. */
interface Delivery {
  readonly into: Fetch;
  finish(slice: number): void;
}

/** All operands are fetched and evaluated before any output is written, so an output may be an operand. */
export function bindMap({ kernel, inputs, parameters, outputs }: MapInstruction, binding: Binding): Action {
  const targets = outputs.map(({ target }) => binding.place(target));
  const items = itemsOver(binding, targets[0]!);
  const { shape } = targets[0]!.view;
  const count = items * viewSize(targets[0]!.view);
  const evaluator = createKernelEvaluator(kernel, binding.dtype);
  const fetchOf = (operand: Operand): Fetch =>
    isView(operand) ? bindFetch(binding.place(operand), shape, items, binding) : numberOf(operand, binding);
  const inputFetches = inputs.map(fetchOf);
  const parameterFetches = parameters.map(fetchOf);
  const deliveries = outputs.map(({ mode }, index) => bindDelivery(targets[index]!, mode, items, binding));
  const operands = [...inputs, ...parameters].filter(isView).map((view) => binding.place(view));
  const forEachSlice = slicesOver(binding, [...operands, ...targets]);
  return (present) =>
    forEachSlice(present, (slice) => {
      evaluator.evaluate(
        count,
        inputFetches.map((fetch) => fetch(slice)),
        parameterFetches.map((fetch) => fetch(slice)),
        deliveries.map((delivery) => delivery.into(slice)),
      );
      for (const delivery of deliveries) delivery.finish(slice);
    });
}

function bindFetch(place: Place, shape: readonly number[], items: number, binding: Binding): Fetch {
  const { array, itemStride, stepStride, view } = place;
  if (sameShape(view.shape, shape) && liesFlat(place, items)) return flatWindow(place, items);
  const offsets = offsetsOf(view, shape);
  if (viewSize(view) === 1 && itemStride === 0) {
    const one = allocate(binding.dtype, 1);
    return (slice) => {
      one[0] = array[slice * stepStride + offsets[0]!]!;
      return one;
    };
  }
  const gathered = allocate(binding.dtype, items * offsets.length);
  return (slice) => {
    let to = 0;
    for (let item = 0; item < items; item++) {
      const base = slice * stepStride + item * itemStride;
      for (let element = 0; element < offsets.length; element++) gathered[to++] = array[base + offsets[element]!]!;
    }
    return gathered;
  };
}

function bindDelivery(place: Place, mode: 'set' | 'add', items: number, binding: Binding): Delivery {
  const { array, itemStride, stepStride, view } = place;
  if (mode === 'set' && liesFlat(place, items)) return { into: flatWindow(place, items), finish: () => {} };
  const offsets = offsetsOf(view);
  const result = allocate(binding.dtype, items * offsets.length);
  return {
    into: constantly(result),
    finish(slice) {
      let from = 0;
      for (let item = 0; item < items; item++) {
        const base = slice * stepStride + item * itemStride;
        for (let element = 0; element < offsets.length; element++) {
          const position = base + offsets[element]!;
          const value = result[from++]!;
          array[position] = mode === 'set' ? value : array[position]! + value;
        }
      }
    },
  };
}

/** Whether the elements of all items stand one after another. */
function liesFlat({ itemStride, view }: Place, items: number): boolean {
  return isContiguous(view) && (items === 1 || itemStride === viewSize(view));
}

/** The elements of all items, in place. */
function flatWindow({ array, stepStride, view }: Place, items: number): Fetch {
  const length = items * viewSize(view);
  if (stepStride === 0) return constantly(array.subarray(view.offset, view.offset + length));
  return (slice) => {
    const start = slice * stepStride + view.offset;
    return array.subarray(start, start + length);
  };
}

function constantly(array: FloatArray): Fetch {
  return () => array;
}
