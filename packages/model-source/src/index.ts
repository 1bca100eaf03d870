/** @file The public names of `@ndl/model-source`: from the source of a model to a network with names and lines. */
export { createLoopGuard, type LoopGuard } from './endless-loops.ts';
export { ModelSourceError, type Place } from './errors.ts';
export type {
  Declaration,
  ExpectedResult,
  MakeTraining,
  Model,
  ModelHost,
  ModelPanel,
  ModelTest,
  ModelTraining,
  PanelKind,
} from './model.ts';
export { importModel, lineOfModel, type ImportModelOptions } from './import-model.ts';
export { modelToJavaScript, type ModelJavaScript, type ModelToJavaScriptOptions } from './model-to-java-script.ts';
export { PANEL_KINDS, readModel, type ReadModel } from './read-model.ts';
