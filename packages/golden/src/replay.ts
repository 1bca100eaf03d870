/** @file Replays a golden network in ndl and compares everything that Nengo recorded of it. */
import type { OperatorGraph } from '@ndl/core';
import type { Simulator, SimulatorOptions } from '@ndl/simulator';
import type { Network, Probe } from '@ndl/model';
import { flatten, relativeError } from './compare.ts';
import { findGivenSeeds } from './given-seeds.ts';
import { importNengo } from '@ndl/networks';
import { camelCase, MissingKind, parameterOfWeights, type GoldenFile, type RebuiltNetwork } from '@ndl/networks/nengo';
import { missingKinds } from './missing-kinds.ts';
import { rebuildNetwork } from './rebuild-network.ts';

/** Makes the simulator that is under test; its plugins, backend and dtype are the caller's. */
export type CreateSimulator = (network: Network, options: Pick<SimulatorOptions, 'dt' | 'seed'>) => Promise<Simulator>;

/**
 * Worst error per quantity: `seeds`, `evalPoints`, `encoders`, `gain`, `bias`, `maxRates`, `intercepts`, `initialState`,
 * `decoders`, `weights`, `nodes` (outputs of processes), `probes`.
 */
export type ReplayErrors = Readonly<Record<string, number>>;

/** What came of a replay: errors by quantity, or what ndl lacks for it. */
export type ReplayResult =
  | {
      readonly name: string;
      readonly outcome: 'replayed';
      readonly errors: ReplayErrors;
      readonly probes: readonly ReplayedProbe[];
      /** Kinds that ndl does not have; probes that they reach are not compared. */
      readonly leftOut: readonly string[];
      /** Number of objects whose seed does not follow from the network's, and which are taken to have been given theirs. */
      readonly givenSeeds: number;
    }
  | { readonly name: string; readonly outcome: 'skipped'; readonly missing: string };

/** What was recorded, here and by Nengo, flat. */
export interface ReplayedProbe {
  readonly id: string;
  /** Whether it looks at single neurons rather than at what they represent together. */
  readonly isOfNeurons: boolean;
  readonly got: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
}

/**
 * Rebuilds, imports, runs and compares. Where ndl lacks a synapse, the probes that it reaches are left out; cases with other kinds that
 * ndl lacks, or with no probe left, are skipped. What is missing is named.
 */
export async function replayGolden(file: GoldenFile, createSimulator: CreateSimulator): Promise<ReplayResult> {
  let rebuilt: RebuiltNetwork;
  let givenSeeds: ReadonlyMap<string, number>;
  try {
    givenSeeds = findGivenSeeds(file);
    rebuilt = rebuildNetwork(file, givenSeeds);
  } catch (error) {
    if (error instanceof MissingKind)
      return { name: file.name, outcome: 'skipped', missing: namesOf(missingKinds(file), error) };
    throw error;
  }
  const reached = reachedBySubstitutes(file, rebuilt);
  const compared = file.probes.filter(({ id, target }) => !reached.has(id) && !reached.has(target.id));
  const leftOut = [...new Set(rebuilt.substituted.map(({ missing }) => missing.missing))];
  if (compared.length === 0 && leftOut.length > 0)
    return { name: file.name, outcome: 'skipped', missing: leftOut.join(', ') };
  // What can be replayed must be let in at the door for files too.
  if (leftOut.length === 0) importNengo(file);
  const simulator = await createSimulator(rebuilt.network, { dt: file.dt, seed: file.sim_seed });
  try {
    const worst = new WorstErrors();
    compareSeeds(file, rebuilt, simulator.graph, worst);
    compareEnsembles(file, rebuilt, simulator.graph, worst);
    compareWeights(file, rebuilt, simulator.graph, worst);
    await simulator.runSteps(file.n_steps);
    compareProcesses(file, rebuilt, simulator, reached, worst);
    const probes = compared.map(({ id, target, data }): ReplayedProbe => ({
      id,
      isOfNeurons: target.kind === 'neurons',
      got: simulator.data.get(rebuilt.probes.get(id)!).data,
      expected: flatten(data),
    }));
    for (const { got, expected } of probes) worst.note('probes', relativeError(got, expected));
    return {
      name: file.name,
      outcome: 'replayed',
      errors: worst.errors(),
      probes,
      leftOut,
      givenSeeds: givenSeeds.size,
    };
  } finally {
    await simulator.dispose();
  }
}

/** What is missing, in words; `first` stands in for what no kind covers, such as an unknown function. */
function namesOf(missing: readonly string[], first: MissingKind): string {
  return (missing.length === 0 ? [first.missing] : missing).join(', ');
}

/** Ids of what was substituted, and of objects that it reaches, directly or through others. */
function reachedBySubstitutes(file: GoldenFile, { substituted }: RebuiltNetwork): ReadonlySet<string> {
  const reached = new Set(substituted.map(({ id }) => id));
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { id, pre, post } of file.connections) {
      if (reached.has(id)) reached.add(post.id);
      if (reached.has(pre.id)) reached.add(id);
    }
  }
  return reached;
}

class WorstErrors {
  readonly #worst = new Map<string, number>();

  note(quantity: string, error: number): void {
    this.#worst.set(quantity, Math.max(this.#worst.get(quantity) ?? 0, error));
  }

  errors(): ReplayErrors {
    return Object.fromEntries(this.#worst);
  }
}

function compareSeeds(file: GoldenFile, rebuilt: RebuiltNetwork, graph: OperatorGraph, worst: WorstErrors): void {
  const families = [
    [file.networks, rebuilt.networks],
    [file.ensembles, rebuilt.ensembles],
    [file.connections, rebuilt.connections],
    [file.probes, rebuilt.probes],
  ] as const;
  for (const [golden, objects] of families) {
    for (const { id, seed } of golden) worst.note('seeds', graph.seeds.get(objects.get(id)!) === seed ? 0 : Infinity);
  }
}

function compareEnsembles(file: GoldenFile, rebuilt: RebuiltNetwork, graph: OperatorGraph, worst: WorstErrors): void {
  for (const golden of file.ensembles) {
    const ensemble = rebuilt.ensembles.get(golden.id)!;
    const built = graph.ensembles.get(ensemble)!;
    const compare = (quantity: string, got: ArrayLike<number> | undefined, expected: unknown): void => {
      if (expected !== null) worst.note(quantity, relativeError(got ?? [], flatten(expected)));
    };
    compare('evalPoints', built.evalPoints.data, golden.eval_points);
    if (golden.eval_points === null)
      compare('evalPoints', columnSums(built.evalPoints.data, golden.dimensions), golden.eval_points_sum);
    compare('encoders', built.encoders.data, golden.encoders);
    compare('encoders', built.scaledEncoders.data, golden.scaled_encoders);
    compare('gain', built.gain?.data, golden.gain);
    compare('bias', built.bias?.data, golden.bias);
    // Neurons that never fire have no maximum rate and no intercept, in no agreed notation.
    if (golden.max_rates.every(Number.isFinite)) compare('maxRates', built.maxRates?.data, golden.max_rates);
    if (golden.intercepts.every(Number.isFinite)) compare('intercepts', built.intercepts?.data, golden.intercepts);
    for (const [state, expected] of Object.entries(golden.initial_state)) {
      compare('initialState', graph.objects.get(ensemble)![camelCase(state)]?.signal.initial.data, expected);
    }
  }
}

function compareWeights(file: GoldenFile, rebuilt: RebuiltNetwork, graph: OperatorGraph, worst: WorstErrors): void {
  for (const { id, weights, decoded } of file.connections) {
    if (weights === null) continue;
    const connection = graph.connections.get(rebuilt.connections.get(id)!);
    const parameter = parameterOfWeights(weights.kind);
    const built = parameter === undefined ? connection?.weights : connection?.parameters[parameter];
    worst.note(decoded ? 'decoders' : 'weights', relativeError(built?.data ?? [], flatten(weights.data)));
  }
  for (const { id, decoder } of file.probes) {
    if (decoder === null) continue;
    const probe: Probe = rebuilt.probes.get(id)!;
    worst.note('decoders', relativeError(graph.connections.get(probe)?.weights?.data ?? [], flatten(decoder.data)));
  }
}

function compareProcesses(
  file: GoldenFile,
  { nodeProbes }: RebuiltNetwork,
  simulator: Simulator,
  reached: ReadonlySet<string>,
  worst: WorstErrors,
): void {
  for (const { id, samples } of file.nodes) {
    const probe = nodeProbes.get(id);
    if (probe !== undefined && !reached.has(id))
      worst.note('nodes', relativeError(simulator.data.get(probe).data, flatten(samples)));
  }
}

function columnSums(data: ArrayLike<number>, columns: number): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (let index = 0; index < data.length; index++) sums[index % columns] = sums[index % columns]! + data[index]!;
  return sums;
}
