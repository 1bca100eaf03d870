/** @file The one rule between two settings: `lifSmoothing` and a `gradient` for LIF exclude each other. */
import type { SitedValue } from '@ndl/model';
import { gradientConflict } from './errors.ts';

/** Refuses a smoothing for LIF neurons beside a gradient for them. @throws NdlError GRADIENT_CONFLICT */
export function checkGradientConflict(settings: ReadonlyMap<string, SitedValue>): void {
  const smoothing = settings.get('lifSmoothing');
  const gradient = settings.get('gradient');
  if (typeof smoothing?.value !== 'number' || gradient === undefined || !concernsLif(gradient.value)) return;
  throw gradientConflict(smoothing.site, gradient.site);
}

function concernsLif(gradient: unknown): boolean {
  if (typeof gradient === 'symbol') return true;
  return typeof gradient === 'object' && gradient !== null && Object.hasOwn(gradient, 'lif');
}
