/** @file A kernel as a module: one function that computes it over arrays in slots of one memory, vector by vector. */
import { type Dtype, type Expression, type Kernel, operandsOf, topologicalOrder } from '@ndl/ir';
import { ModuleBuilder, op } from '@ndl/wasm-module';
import { KernelCode } from '../loops/kernel-code.ts';
import { KernelValues } from '../loops/kernel-values.ts';
import { lanesIn } from '../views/lanes.ts';

/** Bytes of a slot, and of a vector. */
export const SLOT: number = 2 ** 13;
const VECTOR = 16;

/** What is known of an operand before it comes: its one number, that it is one number for all elements, or nothing. */
export type KnownOperand = number | 'uniform' | undefined;

/** Computes what stands in the first bytes of all slots, `end` of them, a multiple of 16. */
export type MapFunction = (end: number) => void;

/**
 * A module that imports its memory and exports one `MapFunction`, `map`. Each operand - inputs, then parameters - has a slot, and after
 * these each output; of a uniform one the first number counts, and of a known one nothing.
 */
export function mapModule(kernel: Kernel, dtype: Dtype, known: readonly KnownOperand[]): ModuleBuilder {
  const placeOf = (leaf: Expression): number => {
    if (leaf.kind === 'input') return kernel.inputs.indexOf(leaf.name);
    return kernel.inputs.length + (leaf.kind === 'parameter' ? kernel.parameters.indexOf(leaf.name) : NaN);
  };
  const knownOf = (leaf: Expression): KnownOperand => known[placeOf(leaf)];
  const values = new KernelValues(dtype, (leaf) => {
    const value = knownOf(leaf);
    return typeof value === 'number' ? value : undefined;
  });
  const results = kernel.outputs.map(({ expression }) => expression);
  const module = new ModuleBuilder();
  module.function(
    'map',
    { end: 'i32' },
    (f, { end }) => {
      const lanes = lanesIn(f, dtype);
      const pointer = f.local('i32', 'place');
      const once = new KernelCode(lanes, values, (leaf) =>
        lanes.splat({ pointer: undefined, offset: placeOf(leaf) * SLOT }),
      );
      once.compute(uniformNodes(results, knownOf));
      const turn = (): void => {
        const code = new KernelCode(
          lanes,
          values,
          (leaf) => lanes.load({ pointer, offset: placeOf(leaf) * SLOT }),
          once,
        );
        code.compute(results);
        const computed = results.map((node) => lanes.kept(code.value(node)));
        computed.forEach((vector, output) =>
          lanes.store(f, { pointer, offset: (known.length + output) * SLOT }, vector),
        );
        f.increase(pointer, VECTOR);
      };
      f.repeat(turn, () => op('i32.lt_u', pointer, end));
    },
    true,
  );
  return module;
}

/** The nodes that are the same for all elements. */
function uniformNodes(
  results: readonly Expression[],
  knownOf: (leaf: Expression) => KnownOperand,
): readonly Expression[] {
  const varies = new Set<Expression>();
  const order = topologicalOrder(results, 'values');
  for (const node of order) {
    const isLeaf = node.kind === 'input' || node.kind === 'parameter';
    const doesVary = isLeaf
      ? knownOf(node) === undefined
      : operandsOf(node, 'values').some((operand) => varies.has(operand));
    if (doesVary) varies.add(node);
  }
  return order.filter((node) => !varies.has(node));
}
