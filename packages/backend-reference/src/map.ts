/** @file The instruction `map`: a scalar kernel, over the elements of some items at a time. */
import type { Block } from '@ndl/backend-kit';
import { broadcastView, createKernelEvaluator, isView, type MapInstruction, type Operand, viewSize } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Access } from './access.ts';
import type { Action, Binding } from './binding.ts';

/** Elements that are evaluated at a time, at least. */
const CHUNK = 512;

/** An operand on its way to the kernel: elements `[items, ...shape]`, or one element that stands for all. */
interface Argument {
  readonly values: FloatArray;
  fetch(step: number, block: Block, firstItem: number, items: number): void;
}

/** Operands are fetched and evaluated before any output of the same items is written, so that an output may be an operand. */
export function bindMap({ kernel, inputs, parameters, outputs }: MapInstruction, binding: Binding): Action {
  const targets = outputs.map(({ target }) => binding.access(target));
  const { shape } = outputs[0]!.target;
  const size = viewSize(outputs[0]!.target);
  if (size === 0) return () => {};
  const views: Access[] = [...targets];
  const itemsOver = binding.itemsOver(targets);
  const itemsAtOnce = Math.min(binding.frame.items, Math.ceil(CHUNK / size));
  const argumentOf = (operand: Operand): Argument => {
    if (!isView(operand)) {
      const values = binding.allocate(1);
      const numberAt = binding.numberAt(operand);
      return { values, fetch: (step, block) => void (values[0] = numberAt(step, block)) };
    }
    const from = binding.access(broadcastView(operand, shape));
    views.push(from);
    const offsets = from.offsets();
    const values = binding.allocate(itemsAtOnce * size);
    return {
      values,
      fetch(step, _block, firstItem, count) {
        for (let item = 0; item < count; item++) {
          const start = from.start(step, firstItem + item);
          for (let element = 0; element < size; element++)
            values[item * size + element] = from.array[start + offsets[element]!]!;
        }
      },
    };
  };
  const [inputArguments, parameterArguments] = [inputs.map(argumentOf), parameters.map(argumentOf)];
  const [inputValues, parameterValues] = [inputArguments, parameterArguments].map((all) =>
    all.map((one) => one.values),
  );
  const results = outputs.map(() => binding.allocate(itemsAtOnce * size));
  const offsets = targets.map((target) => target.offsets());
  const evaluator = createKernelEvaluator(kernel, binding.dtype);
  const stepsOver = binding.stepsOver(views);
  return (steps, block) => {
    const items = itemsOver(block);
    for (const step of stepsOver(steps)) {
      for (let { first } = items; first < items.end; first += itemsAtOnce) {
        const count = Math.min(itemsAtOnce, items.end - first);
        for (const argument of inputArguments) argument.fetch(step, block, first, count);
        for (const argument of parameterArguments) argument.fetch(step, block, first, count);
        evaluator.evaluate(count * size, inputValues!, parameterValues!, results);
        targets.forEach((to, output) => {
          for (let item = 0; item < count; item++) {
            const start = to.start(step, first + item);
            for (let element = 0; element < size; element++) {
              const position = start + offsets[output]![element]!;
              const result = results[output]![item * size + element]!;
              if (outputs[output]!.mode === 'set') to.array[position] = result;
              else to.array[position]! += result;
            }
          }
        });
      }
    }
  };
}
