/** @file NaN targets ask for nothing: whether they count in a mean, and of which items and steps some are missing. */
import type { LossContext } from '@ndl/core';
import { kernel, type Kernel, type View } from '@ndl/ir';
import { invalidParameter } from './errors.ts';
import { checkOptions } from './options.ts';
import { mapped, overElements, total } from './objective-writing.ts';

/**
 * What becomes of NaN targets in the mean that a loss is. `zero`: no error there, and they count in the mean, as in NengoDL.
 * `ignore`: the mean over what was asked for, as PyTorch's `ignore_index` has it; for padded sequences.
 */
export type MissingTargets = 'zero' | 'ignore';

/** Options of losses that are means. */
export interface MeanLossOptions {
  /** What becomes of NaN targets. Default `zero`. */
  readonly missing?: MissingTargets;
}

/** @throws NdlError INVALID_OPTION. */
export function missingTargetsOf(factory: string, missing: MissingTargets = 'zero'): MissingTargets {
  if (missing === 'zero' || missing === 'ignore') return missing;
  throw invalidParameter(`${factory}: missing`, "'zero' or 'ignore'", missing);
}

/** A factory of a loss that has no other option. Gives one object per choice, as programs are compiled once per objective. */
export function oncePerChoice<Loss>(
  factory: string,
  make: (missing: MissingTargets) => Loss,
): (options?: MeanLossOptions) => Loss {
  const made = new Map<MissingTargets, Loss>();
  return (options = {}) => {
    checkOptions(factory, options, ['missing']);
    const missing = missingTargetsOf(factory, options.missing);
    const loss = made.get(missing) ?? make(missing);
    made.set(missing, loss);
    return loss;
  };
}

const isMissing: Kernel = /* @__PURE__ */ kernel({ name: 'is missing', inputs: ['target'] }, (k) => ({
  missing: k.isNan(k.inputs.target),
}));

const isAskedFor: Kernel = /* @__PURE__ */ kernel({ name: 'is asked for', inputs: ['missing'] }, (k) => ({
  asked: k.subtract(1, k.inputs.missing),
}));

/** 1 for each item and step with a NaN among its targets, else 0. Shape []. */
export function missingTargets(context: LossContext): View {
  return overElements(context, 'max', mapped(context, isMissing, [context.target]));
}

/** The number of elements that have a target. */
export function elementsAskedFor(context: LossContext): View {
  const asked = mapped(context, isAskedFor, [mapped(context, isMissing, [context.target])]);
  return total(context, 'elements asked for', overElements(context, 'sum', asked));
}

/** The number of items and steps of which none is `missing`. */
export function rowsAskedFor(context: LossContext, missing: View): View {
  return total(context, 'rows asked for', mapped(context, isAskedFor, [missing], [], []));
}
