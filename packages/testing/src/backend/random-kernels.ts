/** @file Smooth, bounded kernels for random programs: rounding errors must not grow, and no comparison may tip over. */
import { kernel, type Kernel } from '@ndl/ir';

export const BLEND: Kernel = /* @__PURE__ */ kernel(
  { name: 'blend', inputs: ['x', 'y'], parameters: ['share'] },
  (k) => ({
    output: k.add(
      k.multiply(k.parameters.share, k.inputs.x),
      k.multiply(k.subtract(1, k.parameters.share), k.inputs.y),
    ),
  }),
);

export const TANH: Kernel = /* @__PURE__ */ kernel({ name: 'tanh', inputs: ['x'] }, (k) => ({
  output: k.tanh(k.inputs.x),
}));

const GATE: Kernel = /* @__PURE__ */ kernel({ name: 'gate', inputs: ['x', 'y'] }, (k) => ({
  output: k.multiply(k.sigmoid(k.inputs.x), k.tanh(k.inputs.y)),
}));

const BUMP: Kernel = /* @__PURE__ */ kernel({ name: 'bump', inputs: ['x'], parameters: ['center', 'width'] }, (k) => {
  const away = k.divide(
    k.subtract(k.inputs.x, k.parameters.center),
    k.add(1, k.multiply(k.parameters.width, k.parameters.width)),
  );
  return { output: k.exp(k.negate(k.multiply(away, away))) };
});

const TWO_OUTPUTS: Kernel = /* @__PURE__ */ kernel({ name: 'twoOutputs', inputs: ['x', 'y', 'z'] }, (k) => {
  const { x, y, z } = k.inputs;
  return {
    saturated: k.tanh(k.add(x, k.multiply(y, z))),
    root: k.divide(y, k.sqrt(k.add(1, k.multiply(x, x), k.multiply(z, z)))),
  };
});

const CONSTANT: Kernel = /* @__PURE__ */ kernel({ name: 'constant', inputs: [], parameters: ['value'] }, (k) => ({
  output: k.log1p(k.exp(k.parameters.value)),
}));

export const PRODUCT: Kernel = /* @__PURE__ */ kernel({ name: 'product', inputs: ['x', 'y', 'z'] }, (k) => ({
  output: k.multiply(k.inputs.x, k.inputs.y, k.inputs.z),
}));

export const ADD: Kernel = /* @__PURE__ */ kernel({ name: 'add', inputs: ['x', 'y'] }, (k) => ({
  output: k.add(k.inputs.x, k.inputs.y),
}));

/** What random maps draw from. */
export const RANDOM_KERNELS: readonly Kernel[] = [BLEND, TANH, GATE, BUMP, TWO_OUTPUTS, CONSTANT];
