/** @file The plugin that offers the reference backend. */
import { refuseSurplus } from '@ndl/numerics';
import { BACKENDS, definePlugin, token, type BackendEntry, type Plugin, type Token } from '@ndl/core';
import { referenceEntry } from './backend.ts';

/** Chooses the reference backend: `configureSettings({ backend: REFERENCE_BACKEND })`. */
export const REFERENCE_BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>(
  '@ndl/backend-reference/backend',
);

/** Offers the plain interpreter, in float32 and float64. Slow and obvious: what it computes is what a Program means. */
export function referenceBackend(): Plugin {
  refuseSurplus('referenceBackend', arguments, 0);
  return definePlugin({
    name: '@ndl/backend-reference',
    register({ bind, contribute }) {
      bind(REFERENCE_BACKEND).toConstantValue(referenceEntry);
      contribute(BACKENDS).toConstantValue({
        key: REFERENCE_BACKEND,
        summary: 'plain loops in JavaScript, float32 and float64; slow, and the law for all others',
      });
    },
  });
}
