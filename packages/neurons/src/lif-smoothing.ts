/** @file The setting `lifSmoothing`, contributed as any plugin contributes one: its type, its default, and what is wrong with a value. */
import type { SettingSpec } from '@ndl/core';
import { isFiniteIn, isTooSmallIn } from '@ndl/ir';
import { smoothingConflict, smoothingNotFinite } from './errors.ts';

declare module '@ndl/core' {
  interface Settings {
    /** σ of SoftLIF, in units of normalized current, with which LIF neurons are trained; `null`, the default, for LIFRate. */
    readonly lifSmoothing: number | null;
  }
}

/** Excludes a setting `gradient` that says how LIF neurons are trained: NdlError GRADIENT_CONFLICT. */
export const lifSmoothing: SettingSpec<'lifSmoothing'> = {
  name: 'lifSmoothing',
  default: null,
  summary: 'Trains LIF neurons as SoftLIF of this σ, instead of as LIFRate.',
  validate(value, { dtype, gradient }) {
    if (value === null) return undefined;
    if (typeof value !== 'number' || !(value > 0 && value < Infinity)) return 'must be a number above 0, or null';
    if (!isFiniteIn(dtype, value) || isTooSmallIn(dtype, value)) throw smoothingNotFinite(value, dtype);
    if (concernsLif(gradient)) throw smoothingConflict();
    return undefined;
  },
};

function concernsLif(gradient: unknown): boolean {
  if (typeof gradient === 'symbol') return true;
  return typeof gradient === 'object' && gradient !== null && Object.hasOwn(gradient, 'lif');
}
