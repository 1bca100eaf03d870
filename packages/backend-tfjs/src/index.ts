/** @file The public names of `@ndl/backend-tfjs`. */
export { TFJS_BACKEND, tfjs, type TfjsEngine, type TfjsOptions } from './plugin.ts';
