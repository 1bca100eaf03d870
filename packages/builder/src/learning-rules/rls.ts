/**
 * @file RLS, recursive least squares: decoders as least squares over all that was seen, kept up to date in each step. Sussillo & Abbott
 * (2009), "Generating coherent patterns of activity from chaotic neural networks" (FORCE).
 */
import type { LearningRuleDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { describeObject, type Rls } from '@ndl/model';
import { NdArray, zeros } from '@ndl/numerics';
import { ruleInputMisfit } from './rule-errors.ts';
import { COLUMN, ROW } from './spreads.ts';

/** k = 1 / (1 + r · P r). */
const rlsScale: Kernel = /* @__PURE__ */ kernel({ name: 'rls scale', inputs: ['product'] }, (k) => ({
  scale: k.divide(1, k.add(1, k.inputs.product)),
}));

/** P - k · (P r) (P r)ᵀ. */
const rlsInverse: Kernel = /* @__PURE__ */ kernel(
  { name: 'rls inverse', inputs: ['inverse', 'scale', 'row', 'column'] },
  ({ inputs: { inverse, scale, row, column }, multiply, subtract }) => ({
    inverse: subtract(inverse, multiply(multiply(scale, row), column)),
  }),
);

/** delta = -k · error · (P r)ᵀ. */
const rlsDelta: Kernel = /* @__PURE__ */ kernel(
  { name: 'rls', inputs: ['error', 'scale', 'direction'] },
  ({ inputs: { error, scale, direction }, multiply, negate }) => ({
    delta: multiply(multiply(negate(scale), error), direction),
  }),
);

export const rlsDefinition: LearningRuleDefinition<Rls> = {
  kind: 'rls',
  // The inverse of the correlations, in the graph, in memory, and as it is updated.
  cost: (_, { columns: neurons }) => ({ operations: 8 * neurons * neurons, bytes: 8 * 4 * neurons * neurons }),
  async build({ learningRate, preSynapse }, { connection, modified, input, pre }, context) {
    const [rows, neurons] = modified.shape as [number, number];
    const size = input!.shape[0]!;
    if (size !== rows && size !== 1) throw ruleInputMisfit(describeObject(connection), 'rls', size, rows);
    const preFiltered = await context.filtered('preFiltered', preSynapse, pre);
    const inverse = context.signal('invGamma', multipleOfIdentity((learningRate * context.dt) / neurons, neurons));
    const direction = context.signal('direction', zeros([neurons]));
    const product = context.signal('product', zeros([]));
    const scale = context.signal('scale', zeros([]));
    const delta = context.signal('delta', zeros(modified.shape));
    context.contract({
      shape: [neurons, neurons],
      left: inverse,
      right: COLUMN(preFiltered),
      target: ROW(direction),
    });
    context.contract({ shape: [neurons], left: preFiltered, right: direction, target: { view: product, along: [] } });
    context.map({ kernel: rlsScale, inputs: { product }, outputs: { scale }, mode: 'set' });
    const ofAll = { view: scale, along: [] };
    context.map({
      kernel: rlsInverse,
      inputs: { inverse, scale: ofAll, row: ROW(direction), column: COLUMN(direction) },
      outputs: { inverse },
      mode: 'update',
    });
    context.map({
      kernel: rlsDelta,
      inputs: { error: ROW(input!), scale: ofAll, direction: COLUMN(direction) },
      outputs: { delta },
      mode: 'update',
    });
    return { delta, signals: { preFiltered, error: input!, invGamma: inverse } };
  },
};

function multipleOfIdentity(factor: number, size: number): NdArray {
  const data = new Float64Array(size * size);
  for (let at = 0; at < data.length; at += size + 1) data[at] = factor;
  return new NdArray(data, [size, size]);
}
