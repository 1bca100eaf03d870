/** @file What users look at of a compiled network: copies, in which the user's objects stand for those that were built. */
import type { CompiledNetwork } from '@ndl/compiler';
import { printProgram } from '@ndl/ir';
import { heldByDefault } from '../inputs/input-sources.ts';
import type { OperatorGraph, Signal, SignalView } from '@ndl/core';
import { isNetworkObject } from '@ndl/model';
import type { Pieces } from '@ndl/numerics';
import type { BuiltNetwork } from '../composition/built-network.ts';
import { copyOf } from '../copy-of.ts';

/** A graph before and after simplification, and its programs. Signals and operators are the same objects in all parts. */
export interface Inspection {
  readonly graph: OperatorGraph;
  readonly compiled: CompiledNetwork & { toString(): string };
}

/** Copies graph and compiled network, so that nothing that is done to them reaches the simulation. */
export function inspect({ graph, originalOf }: BuiltNetwork, compiled: CompiledNetwork): Inspection {
  const { layout, forwardProgram, forwardProgramInPieces, trainingProgram, trainingProgramInPieces, ...stages } =
    compiled;
  const { buffers, arrays, trainable } = layout;
  const copy = copyOf({ graph, stages, buffers, arrays, trainable }, (object) =>
    isNetworkObject(object) ? originalOf(object) : undefined,
  );
  const built = new Map(compiled.graph.signals.map((signal) => [signal.name, signal] as const));
  const builtSignal = (signal: Signal): Signal => built.get(signal.name) ?? signal;
  const builtView = (view: SignalView): SignalView => ({ ...view, signal: builtSignal(view.signal) });
  return {
    graph: copy.graph,
    compiled: {
      ...copy.stages,
      layout: {
        buffers: copy.buffers,
        arrays: copy.arrays,
        trainable: copy.trainable,
        viewOf: (view) => copyOf(layout.viewOf(builtView(view))),
        parameterOf: (signal) => copyOf(layout.parameterOf(builtSignal(signal))),
        roleOf: (signal) => layout.roleOf(builtSignal(signal)),
      },
      forwardProgram: (neurons, held) => copyOf(forwardProgram(neurons, held)),
      forwardProgramInPieces: (neurons, held) => copyOfResult(forwardProgramInPieces(neurons, held)),
      trainingProgram: (task, variant) => copyOf(trainingProgram(task, variant)),
      trainingProgramInPieces: (task, variant) => copyOfResult(trainingProgramInPieces(task, variant)),
      toString: () => printProgram(forwardProgram('run', heldByDefault(graph)).program),
    },
  };
}

function* copyOfResult<Result>(pieces: Pieces<Result>): Pieces<Result> {
  return copyOf(yield* pieces);
}
