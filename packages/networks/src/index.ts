/** @file The public names of `@ndl/networks`: networks to build models from. */
export { AssociativeMemory, type AssociativeMemoryOptions, type DefaultOutputOptions } from './associative-memory.ts';
export { BasalGanglia, type BasalGangliaOptions, type Nuclei, type TransmitterOptions } from './basal-ganglia.ts';
export { CircularConvolution, type CircularConvolutionOptions } from './circular-convolution.ts';
export {
  EnsembleArray,
  type ArrayFunction,
  type EnsembleArrayOptions,
  type OutputOptions,
  type SharedEnsembleOptions,
} from './ensemble-array.ts';
export { InputGatedMemory, type InputGatedMemoryOptions } from './input-gated-memory.ts';
export { importNengo } from './nengo/import-nengo.ts';
export { Integrator, type IntegratorOptions } from './integrator.ts';
export { LegendreMemory, type LegendreMemoryOptions } from './legendre-memory.ts';
export {
  discreteLegendreSystem,
  legendreReadout,
  legendreSystem,
  type DiscreteLegendreSystem,
  type LegendreSystem,
} from './legendre-system.ts';
export { LegendreUnit, type LegendreUnitOptions } from './legendre-unit.ts';
export { Oscillator, type OscillatorOptions } from './oscillator.ts';
export { Product, type ProductOptions } from './product.ts';
export { Thalamus, type ThalamusOptions } from './thalamus.ts';
export { thresholdingEnsembles, type ThresholdingOptions } from './thresholding-ensembles.ts';
export { withDefaults, type Defaults } from './with-defaults.ts';
