/** @file What needs files, for Node only: parameters to and from disk, and files written whole or not at all. */
export { loadParameters, loadState, saveParameters, saveState, writeWholeFile } from '@ndl/simulator/node';
