/** @file NaN targets ask for nothing: here, of a whole item and step. */
import type { LossContext } from '@ndl/core';
import { kernel, type Kernel, type View } from '@ndl/ir';
import { mapped, overElements } from './objective-writing.ts';

const isMissing: Kernel = /* @__PURE__ */ kernel({ name: 'is missing', inputs: ['target'] }, (k) => ({
  missing: k.isNan(k.inputs.target),
}));

/** 1 for each item and step with a NaN among its targets, else 0. Shape []. */
export function missingTargets(context: LossContext): View {
  return overElements(context, 'max', mapped(context, isMissing, [context.target]));
}
