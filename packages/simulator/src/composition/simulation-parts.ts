/** @file What a Simulator works with, wired together: the parts that run, learn, predict, record and remember. */
import type { LearningTask } from '@ndl/compiler';
import type { Network, NetworkSnapshot, Probe } from '@ndl/model';
import { warnOfBlockedGradients, warnOfDelayedOutputs } from '../training/blocked-gradients.ts';
import { BuiltNetwork } from './built-network.ts';
import type { Calls } from '../calls.ts';
import type { Composition } from './composition.ts';
import {
  inputOwners,
  inputRefusals,
  probeLabels,
  recordedProbes,
  targetOwners,
  targetRefusals,
} from '../inputs/data-owners.ts';
import type { GradientRequestContext } from '../gradients/gradient-request.ts';
import { Learner } from '../training/learner.ts';
import { LearningData } from '../training/learning-data.ts';
import { LearningTasks } from '../training/learning-task.ts';
import { LearntArrays } from '../parameters/learnt-arrays.ts';
import type { NetworkExecutable } from './network-executable.ts';
import { ParameterCache } from '../parameters/parameter-cache.ts';
import { Predictor } from '../predictor.ts';
import { Runner } from '../runner.ts';
import { SimulationData } from '../results/simulation-data.ts';
import type { ResolvedOptions } from '../options/simulator-options.ts';

export interface SimulationParts {
  readonly built: BuiltNetwork;
  readonly parameters: ParameterCache;
  readonly arrays: LearntArrays;
  readonly runner: Runner;
  /** A runner, and a learner, of another executable of the same network, on sources of their own. */
  runnerOn(executable: NetworkExecutable): Runner;
  learnerOn(executable: NetworkExecutable, parameters: ParameterCache): Learner;
  readonly data: SimulationData;
  readonly learner: Learner;
  readonly predictor: Predictor;
  readonly gradients: GradientRequestContext;
}

/** The parts of a simulator of a network that was composed. */
export function simulationParts(
  network: Network,
  snapshot: NetworkSnapshot,
  composition: Composition,
  { minibatchSize, onWarning }: ResolvedOptions,
  { waitFor }: Calls,
): SimulationParts {
  const { graph, executable, processes, sources, settings, seed, compiled, memory } = composition;
  const { dtype } = settings;
  const built = new BuiltNetwork(network, snapshot, graph, dtype);
  const { refusalOf } = built;
  const { trainable } = compiled.layout;
  const owners = { inputs: inputOwners(built), inputRefusals: inputRefusals(built) };
  const probes = recordedProbes(built, settings.keepHistory);
  const parameters = new ParameterCache(composition.parameters, executable);
  const arrays = new LearntArrays(graph, parameters);
  const runnerOn = (on: NetworkExecutable): Runner =>
    new Runner({ executable: on, ...owners, probes, sources, memory, items: minibatchSize ?? 1, onWarning });
  const runner = runnerOn(executable);
  const targets = { targets: targetOwners(built), targetRefusals: targetRefusals(built) };
  const data = new LearningData({ ...owners, ...targets, sources, minibatchSize });
  const labelOf = probeLabels(graph);
  const tasks = new LearningTasks(
    built,
    composition.tasks,
    (probe: Probe) => labelOf(built.copyOf(probe)!),
    (task: LearningTask) => warnOfBlockedGradients(compiled, task, onWarning),
    onWarning,
  );
  const learnerOn = (on: NetworkExecutable, ownParameters: ParameterCache): Learner =>
    new Learner({
      executable: on,
      processes,
      dt: graph.dt,
      data,
      tasks,
      keepsTape: composition.choice.entry.keepsTape === true ? composition.choice.name : undefined,
      onSingleSteps: (id) => warnOfDelayedOutputs(compiled, composition.tasks.get(id)!, onWarning),
      onWarning,
      waitFor,
      trainable,
      parameters: ownParameters,
      memory,
      dtype,
      seed,
    });
  return {
    built,
    parameters,
    arrays,
    runner,
    runnerOn,
    learnerOn,
    data: new SimulationData(built, arrays, runner.recorder, minibatchSize !== undefined),
    learner: learnerOn(executable, parameters),
    predictor: new Predictor({ executable, data, probes, memory, refusalOf }),
    gradients: { data, tasks, memory, trainable, seed },
  };
}
