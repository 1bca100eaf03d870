/** @file The stage that compiles: from the graph to programs, by the planner, the sorter and the simplifications that settings choose. */
import { BuildWork } from '@ndl/builder';
import { compileNetworkInPieces, withNeuronSteps, type CompiledNetwork } from '@ndl/compiler';
import { frozenInPieces, isReader, type OperatorGraph } from '@ndl/core';
import {
  dropZeroFills,
  foldConstants,
  fuseMaps,
  loopPasses,
  moveLoopInvariants,
  removeDeadBuffers,
  shareCommonSubexpressions,
  type Program,
  type ProgramPass,
} from '@ndl/ir';
import { RandomState, type NdArray } from '@ndl/numerics';
import { finiteGraph } from '../finite/finite-graph.ts';
import { ProcessContinuation } from '../inputs/continued-processes.ts';
import { heldByDefault } from '../inputs/input-sources.ts';
import type { ResolvedOptions } from '../options/simulator-options.ts';
import type { ProgressReport } from '../progress/progress.ts';
import type { Choices } from './choices.ts';
import { warnOfTrainedRules } from './trained-rules.ts';
import { whatDataReads } from './what-data-reads.ts';

/** Passes over every program, in order: while everything is one loop over steps. */
export const programPasses: readonly ProgramPass[] = [
  foldConstants,
  dropZeroFills,
  shareCommonSubexpressions,
  moveLoopInvariants,
  fuseMaps,
  removeDeadBuffers,
];

/** A graph as it is compiled. */
export interface Compiled {
  /** With the steps of its neurons; its built arrays are those that nothing changes any more. */
  readonly graph: OperatorGraph;
  /** Parameters as they were built, by signal, in the order of the graph. */
  readonly parameters: ReadonlyMap<string, NdArray>;
  readonly compiled: CompiledNetwork;
  /** Lets processes go on from minibatch to minibatch. */
  readonly processes: ProcessContinuation;
  /** Of runs on data of their own. */
  readonly program: Program;
}

/** What compiling takes for each operator, and each signal, of a graph, in operations. */
const COMPILE_COST = 30_000;

export async function compile(
  built: OperatorGraph,
  { signal, onWarning }: ResolvedOptions,
  { settings, seed, buildFunctions, neurons, lowerings, services, pluginOf }: Choices,
  report: ProgressReport,
): Promise<Compiled> {
  await report(1, { stage: 'compile' });
  let detail = 'check';
  const work = new BuildWork({
    signal,
    operations: COMPILE_COST * (built.operators.length + built.signals.length),
    onProgress: (fraction) => void report(1 + fraction, { stage: 'compile', detail }),
  });
  const { gradientFor, simplifications, planner, sorter } = services;
  const processes = new ProcessContinuation();
  const finite = await work.run(processes.onto(await work.run(finiteGraph(built, settings.dtype))));
  const graph = withNeuronSteps(finite, { neurons, gradientFor, pluginOf, settings });
  processes.see(graph);
  const seeGraph = [...buildFunctions, ...simplifications, planner, sorter, ...lowerings.values()];
  const areReaders = seeGraph.every((each) => isReader(each));
  if (!areReaders) await work.run(frozenInPieces(graph));
  const { ensembles, connections, parameters } = await work.run(whatDataReads(graph, areReaders));
  const random = new RandomState(seed);
  const compiled = await work.run(
    compileNetworkInPieces(graph, {
      ...services,
      settings,
      random: () => random.uniform(0, 1),
      lowerings,
      pluginOf,
      passes: programPasses,
      loopPasses: [...loopPasses, removeDeadBuffers],
      onStage: (stage) => (detail = stage),
    }),
  );
  warnOfTrainedRules(compiled, onWarning);
  const { program } = await work.run(compiled.forwardProgramInPieces('run', heldByDefault(graph)));
  return { graph: { ...graph, ensembles, connections }, parameters, compiled, processes, program };
}
