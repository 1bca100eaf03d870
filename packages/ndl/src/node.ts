/** @file What needs files, for Node only: parameters to and from disk. */
export { loadParameters, saveParameters } from '@ndl/simulator/node';
