/** @file The public names of `@ndl/backend-reference`. */
export { referenceEntry } from './backend.ts';
export { REFERENCE_BACKEND, referenceBackend } from './plugin.ts';
