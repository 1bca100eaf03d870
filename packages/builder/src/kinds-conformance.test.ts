/** @file Built-in distributions, solvers, synapses and processes in their conformance suites. */
import type { DistributionDefinition, ProcessDefinition, SolverDefinition, SynapseDefinition } from '@ndl/core';
import {
  alpha,
  exponential,
  gaussian,
  lowpass,
  lstsq,
  lstsqL2,
  nnls,
  presentInput,
  triangle,
  uniform,
  whiteNoise,
  type Distribution,
  type Process,
  type Solver,
  type Synapse,
} from '@ndl/model';
import { describeDistribution, describeProcess, describeSolver, describeSynapse } from '@ndl/testing';
import { BUILT_IN_DISTRIBUTIONS } from './distributions/index.ts';
import { processTools } from './processes/process-tools.ts';
import { BUILT_IN_PROCESSES } from './processes/index.ts';
import { BUILT_IN_SOLVERS } from './solvers/index.ts';
import { BUILT_IN_SYNAPSES } from './synapses/index.ts';

/** The definition of a kind. */
function of<Definition extends { readonly kind: string }>(
  definitions: readonly Definition[],
  { kind }: { readonly kind: string },
): Definition {
  return definitions.find((definition) => definition.kind === kind)!;
}

const distribution = <Type extends Distribution>(example: Type): DistributionDefinition<Type> =>
  of(BUILT_IN_DISTRIBUTIONS, example) as unknown as DistributionDefinition<Type>;
const solver = <Type extends Solver>(example: Type): SolverDefinition<Type> =>
  of(BUILT_IN_SOLVERS, example) as unknown as SolverDefinition<Type>;
const synapse = <Type extends Synapse>(example: Type): SynapseDefinition<Type> =>
  of(BUILT_IN_SYNAPSES, example) as unknown as SynapseDefinition<Type>;
const process = <Type extends Process>(example: Type): ProcessDefinition<Type> =>
  of(BUILT_IN_PROCESSES, example) as unknown as ProcessDefinition<Type>;

describeDistribution('uniform', {
  definition: distribution(uniform(0, 1)),
  distributions: [uniform(0, 1), uniform(-3, 0.5)],
  range: ({ low, high }) => [low, high],
  moments: ({ low, high }) => ({ mean: (low + high) / 2, deviation: (high - low) / Math.sqrt(12) }),
});

describeDistribution('gaussian', {
  definition: distribution(gaussian(0, 1)),
  distributions: [gaussian(0, 1), gaussian(2, 0.1)],
  moments: ({ mean, standardDeviation: deviation }) => ({ mean, deviation }),
});

describeDistribution('exponential', {
  definition: distribution(exponential(1)),
  distributions: [exponential(1), exponential(0.2, { shift: 1 })],
  range: ({ shift }) => [shift, Infinity],
});

describeSolver('lstsq', {
  definition: solver(lstsq()),
  solvers: [lstsq(), lstsq({ conditionThreshold: 0.001 })],
  tolerance: 0.02,
});
describeSolver('lstsqL2', { definition: solver(lstsqL2()), solvers: [lstsqL2(), lstsqL2({ regularization: 0.02 })] });
describeSolver('nnls', { definition: solver(nnls()), solvers: [nnls(), nnls({ weights: true })], tolerance: 1 });

describeSynapse('lowpass', {
  definition: synapse(lowpass(0.01)),
  synapses: [lowpass(0.01), lowpass(0.05)],
  stepResponse: ({ tau }, k, dt) => 1 - Math.exp((-k * dt) / tau),
});

describeSynapse('alpha', {
  definition: synapse(alpha(0.01)),
  synapses: [alpha(0.01), alpha(0.05)],
});

describeSynapse('triangle', { definition: synapse(triangle(0.01)), synapses: [triangle(0.01), triangle(0.03)] });

describeProcess('whiteNoise', {
  definition: process(whiteNoise()),
  processes: [whiteNoise(), whiteNoise({ scale: false })],
  tools: processTools(),
});

describeProcess('presentInput', {
  definition: process(presentInput([[1], [2]], 0.01)),
  processes: [presentInput([[1], [2]], 0.01), presentInput([[-1], [3], [5]], 0.002)],
  isRandom: false,
  expected: ({ inputs, presentationTime }, k, dt) =>
    inputs.data[Math.floor(((k - 1) * dt) / presentationTime + 1e-7) % inputs.shape[0]!]!,
});
