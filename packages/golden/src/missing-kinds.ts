/** @file Everything in a golden network that ndl does not have, not only the first that a replay would meet. */
import {
  connectionFunction,
  distributionFrom,
  learningRuleFrom,
  MissingKind,
  neuronTypeFrom,
  processFrom,
  solverFrom,
  synapseFrom,
  transformFrom,
  type GoldenData,
  type GoldenFile,
} from '@ndl/networks/nengo';

/** Names of the missing kinds, each once, in the order of the file: `neuron type Izhikevich`. */
export function missingKinds(file: GoldenFile): readonly string[] {
  const missing = new Set<string>();
  const attempt = (make: () => unknown): void => {
    try {
      make();
    } catch (error) {
      if (!(error instanceof MissingKind)) throw error;
      missing.add(error.missing);
    }
  };
  for (const { neuron_type: neuronType, spec, noise } of file.ensembles) {
    attempt(() => neuronTypeFrom(neuronType));
    for (const source of Object.values(spec)) attempt(() => isData(source) && distributionFrom(source));
    attempt(() => noise !== null && processFrom(noise));
  }
  for (const { process } of file.nodes) attempt(() => process !== null && processFrom(process));
  for (const connection of file.connections) {
    const { synapse, solver, eval_points: points, learning_rules: rules } = connection;
    attempt(() => synapseFrom(synapse));
    attempt(() => solverFrom(solver));
    attempt(() => transformFrom(connection));
    attempt(() => connectionFunction(file, connection));
    attempt(() => isData(points) && distributionFrom(points));
    for (const rule of rules) attempt(() => learningRuleFrom(rule));
  }
  for (const { synapse, solver } of file.probes) {
    attempt(() => synapseFrom(synapse));
    attempt(() => solver && solverFrom(solver));
  }
  return [...missing];
}

function isData(value: unknown): value is GoldenData {
  return typeof value === 'object' && value !== null && 'type' in value;
}
