/** @file Nodes: inputs of the graph, junctions, and functions of the host language. */
import type { BuildFunction } from '@ndl/core';
import { isNdArray, NdArray, zeros } from '@ndl/numerics';
import { nodeStep } from './node-source.ts';
import { hostFunction, reset } from './operators.ts';
import { processSeed } from './process-seed.ts';
import { wholeOf } from './views.ts';

/**
 * A node without input becomes an input of the graph, initially its constant or zeros. One with input sums what arrives, and hands it
 * on as it is or through a host function.
 */
export const NODE_BUILD: BuildFunction<'node'> = {
  kind: 'node',
  build(node, context) {
    const { output: computed, sizeIn, sizeOut } = node;
    const name = context.nameOf(node);
    const label = context.labelOf(node);
    if (sizeIn === 0) {
      const initial = isNdArray(computed) ? new NdArray(Float64Array.from(computed.data), [sizeOut]) : zeros([sizeOut]);
      const signal = context.signal({ name: `${name}.output`, initial, role: 'input' });
      context.input(node, signal);
      context.setSignals(node, { output: wholeOf(signal) });
      return;
    }
    const input = wholeOf(context.signal({ name: `${name}.input`, initial: zeros([sizeIn]) }));
    context.add(reset(`${label}: input`, input));
    if (computed === null || isNdArray(computed)) {
      context.setSignals(node, { input, output: input });
      return;
    }
    const output = wholeOf(context.signal({ name: `${name}.output`, initial: zeros([sizeOut]) }));
    const seed = typeof computed === 'function' ? 0 : processSeed(computed, node, context);
    const make = nodeStep(node, computed, { dt: context.dt, seed, process: context.process });
    context.add(hostFunction(label, { node, takesTime: true, make, input, output }));
    context.setSignals(node, { input, output });
  },
};
