/** @file Maps: a kernel, element by element. The arithmetic of kernels is ndl's own, so that it gives the same bits here as elsewhere. */
import type { FloatArray } from '@ndl/core';
import { broadcastView, createKernelEvaluator, isView, type Kernel, type Operand, topologicalOrder } from '@ndl/ir';
import type { Elements } from './elements.ts';
import { scalarReader } from './scalars.ts';
import type { Emitter, Moment, Workshop } from './workshop.ts';

export const emitMap: Emitter<'map'> = ({ kernel, inputs, parameters, outputs }, workshop) => {
  const { dtype } = workshop.frame.program;
  const { shape } = outputs[0]!.target;
  const results = outputs.map(({ target, mode }) => ({ elements: workshop.elements(target), mode }));
  const count = results[0]!.elements.length;
  const operands = [...inputs, ...parameters].map((operand) => operandOf(operand, shape, workshop));
  const values = operands.map((operand) => operand.values);
  const computed = results.map(() => workshop.numbers(count));
  const views = [...results, ...operands].flatMap(({ elements }) => (elements === undefined ? [] : [elements]));
  const extent = workshop.extent(views);
  const evaluator = createKernelEvaluator(kernel, dtype);
  const operations = operationsIn(kernel);
  return (moment) => {
    for (const step of extent.steps(moment)) {
      for (const item of extent.items) {
        for (const operand of operands) operand.gather(moment, step, item);
        evaluator.evaluate(count, values.slice(0, inputs.length), values.slice(inputs.length), computed);
        workshop.ledger.operations += operations * count;
        results.forEach(({ elements, mode }, index) => {
          const own = computed[index]!;
          for (let position = 0; position < count; position++) {
            if (mode === 'set') elements.write(step, item, position, own[position]!);
            else elements.add(step, item, position, own[position]!);
          }
        });
      }
    }
  };
};

interface GatheredOperand {
  /** One per element, or one for all. */
  readonly values: FloatArray;
  readonly elements?: Elements;
  gather(moment: Moment, step: number, item: number): void;
}

function operandOf(operand: Operand, shape: readonly number[], workshop: Workshop): GatheredOperand {
  if (!isView(operand)) {
    const valueAt = scalarReader(operand, workshop.frame);
    const values = workshop.numbers(1);
    return { values, gather: (moment, step) => (values[0] = valueAt(moment, step)) };
  }
  const elements = workshop.elements(broadcastView(operand, shape));
  const values = workshop.numbers(elements.length);
  return {
    values,
    elements,
    gather: (_, step, item) => {
      for (let position = 0; position < values.length; position++)
        values[position] = elements.read(step, item, position);
    },
  };
}

/** Operations of a kernel for one element. Constants, operands, and what only derivatives need are none. */
function operationsIn(kernel: Kernel): number {
  const results = kernel.outputs.map(({ expression }) => expression);
  const operations = new Set(['unary', 'binary', 'select']);
  return topologicalOrder(results, 'values').filter(({ kind }) => operations.has(kind)).length;
}
