/** @file A host function that lets every mistake show: it mixes all that it is told, and counts its calls. */
import type { HostDeclaration } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { host } from './write-program.ts';

/** Elements of the one output, per item. */
export const MIXED = 4;

/**
 * Output element k of each item: k + tanh(sum of the item's inputs) + time + step/8 + item/4 (scope `item`) + calls/16.
 * @param inputSize elements of the first input, per item
 */
export function mixingHost(id: string, scope: 'item' | 'batch', inputSize: number): HostDeclaration {
  return host(
    id,
    {
      make(item) {
        let calls = 0;
        return {
          call(time, step, inputs, outputs) {
            calls++;
            const items = inputs[0]!.length / inputSize;
            for (let b = 0; b < items; b++) {
              const sum = inputs.reduce((all, vector) => all + sumOfItem(vector, b, items), 0);
              const own = Math.tanh(sum) + time + step / 8 + item / 4 + calls / 16;
              for (let element = 0; element < MIXED; element++) outputs[0]![b * MIXED + element] = own + element;
            }
          },
          save: () => calls,
          restore: (saved) => void (calls = saved as number),
        };
      },
    },
    { scope },
  );
}

function sumOfItem(vector: FloatArray, item: number, items: number): number {
  const size = vector.length / items;
  let sum = 0;
  for (let index = item * size; index < (item + 1) * size; index++) sum += vector[index]!;
  return sum;
}
