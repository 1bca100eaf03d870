/** @file The plugin that offers the counting backend. */
import { BACKENDS, definePlugin, token, type BackendEntry, type Plugin, type Token } from '@ndl/core';
import { countingEntry } from './entry.ts';
import { Tally } from './tally.ts';

/** Chooses the counting backend: `configureSettings({ backend: COUNTING_BACKEND })`. */
export const COUNTING_BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>(
  '@acme/ndl-backend-counting/backend',
);

/**
 * Offers a backend that counts multiply-adds, operations and bytes.
 * @param tally where it counts, for all simulators that are given this plugin
 */
export function countingBackend(tally: Tally = new Tally()): Plugin {
  return definePlugin({
    name: '@acme/ndl-backend-counting',
    register({ bind, contribute }) {
      bind(COUNTING_BACKEND).toConstantValue(countingEntry(tally));
      contribute(BACKENDS).toConstantValue({ key: COUNTING_BACKEND, summary: 'counts what networks cost; slow' });
    },
  });
}
