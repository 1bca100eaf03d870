/** @file What needs files, for Node only: parameters to and from disk, and files written whole or not at all. */
export {
  checkpoint,
  csvLog,
  loadParameters,
  loadState,
  makeFolder,
  saveParameters,
  saveState,
  tensorBoard,
  writeWholeFile,
} from '@ndl/simulator/node';
