/** @file The public names of `@ndl/backend-tfjs`. */
export type { TfjsEngine, TfjsOptions } from './options.ts';
export { TFJS_BACKEND, tfjs } from './plugin.ts';
