/** @file The public names of `@ndl/plots`: pictures as SVG text, a chart of characters, tables. */
export { confusion, type ConfusionOptions } from './confusion.ts';
export { lossCurve, type LossCurveOptions } from './loss-curve.ts';
export {
  responseCurves,
  tuningCurves,
  type CurvesOptions,
  type CurveSource,
  type TuningCurvesOptions,
} from './neuron-curves.ts';
export type { PictureOptions } from './picture.ts';
export { planDiagram } from './plan-diagram.ts';
export { raster, type RasterOptions } from './raster.ts';
export { terminalPlot, type TerminalPlotOptions } from './terminal-plot.ts';
export type { Theme } from './theme.ts';
export { toCsv } from './to-csv.ts';
export { traces, type TracesOptions } from './traces.ts';
export { weights, type WeightsOptions } from './weights.ts';
