/** @file Arrays of ensembles and connections as they are now: as built, but for what training or a file has moved. */
import type { BuiltConnection, BuiltEnsemble, OperatorGraph, SignalView } from '@ndl/core';
import type { Connection, Ensemble, Probe } from '@ndl/model';
import { euclideanNorm, exp, NdArray } from '@ndl/numerics';
import type { ParameterCache } from './parameter-cache.ts';

/**
 * Looks up arrays by the objects of the graph. What nothing has moved is the very object that was built, so that one can tell;
 * nothing here is a copy.
 */
export class LearntArrays {
  readonly #graph: OperatorGraph;
  readonly #parameters: ParameterCache;
  /** Ensembles whose neurons something comes to directly, weighed by their gain. */
  readonly #reachedDirectly: ReadonlySet<Ensemble>;

  constructor(graph: OperatorGraph, parameters: ParameterCache) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#reachedDirectly = new Set(
      [...graph.connections.keys()].flatMap((object) => {
        const target = object.kind === 'connection' ? object.postObject : undefined;
        return target?.kind === 'neurons' ? [target.ensemble] : [];
      }),
    );
  }

  /**
   * Gain is inferred from learnt encoders: radius · ‖scaled row‖; but where connections reach the neurons directly, which it weighs
   * too, it stays as built, and the encoders take the rest. Undefined for ensembles that were not built.
   */
  ensemble(ensemble: Ensemble): BuiltEnsemble | undefined {
    const built = this.#graph.ensembles.get(ensemble);
    if (built === undefined) return undefined;
    const { encoders, bias } = this.#graph.objects.get(ensemble)!;
    const scaledEncoders = this.#moved(encoders);
    const learntBias = this.#moved(bias);
    const timeConstants = this.#movedTimeConstants(ensemble, built);
    if (scaledEncoders === undefined && learntBias === undefined && timeConstants === undefined) return built;
    const unscaled =
      scaledEncoders === undefined || built.gain === null
        ? {}
        : unscale(scaledEncoders, ensemble, built, this.#reachedDirectly.has(ensemble));
    return { ...built, ...unscaled, ...(learntBias === undefined ? {} : { bias: learntBias }), ...timeConstants };
  }

  /** Undefined for connections that were not built. */
  connection(connection: Connection | Probe): BuiltConnection | undefined {
    const built = this.#graph.connections.get(connection);
    if (built === undefined || connection.kind === 'probe') return built;
    const signals = this.#graph.objects.get(connection)!;
    const weights = this.#moved(signals['weights']) ?? built.weights;
    const moved = Object.keys(built.parameters).flatMap((name) => {
      const value = this.#moved(signals[name]);
      return value === undefined ? [] : [[name, value] as const];
    });
    const timeConstants = this.#movedTimeConstants(connection, built);
    if (weights === built.weights && moved.length === 0 && timeConstants === undefined) return built;
    return { ...built, weights, parameters: { ...built.parameters, ...Object.fromEntries(moved) }, ...timeConstants };
  }

  /** Time constants as they are now, where one has moved: what is learnt are logarithms. */
  #movedTimeConstants(
    object: Ensemble | Connection,
    { timeConstants = {} }: BuiltEnsemble | BuiltConnection,
  ): Pick<BuiltEnsemble, 'timeConstants'> | undefined {
    const signals = this.#graph.objects.get(object)!;
    const moved = Object.keys(timeConstants).flatMap((name) => {
      const logarithm = this.#moved(signals[`log(${name})`]);
      return logarithm === undefined ? [] : [[name, exp(logarithm.data[0]!)] as const];
    });
    return moved.length === 0 ? undefined : { timeConstants: { ...timeConstants, ...Object.fromEntries(moved) } };
  }

  /** The present value of a parameter that has moved; undefined where it is as built. */
  #moved(view: SignalView | undefined): NdArray | undefined {
    return view === undefined ? undefined : this.#parameters.changed(view.signal.name);
  }
}

/**
 * Encoders and gains that go with scaled encoders = encoders · gain / radius: encoders as long as they were built, gains of the
 * sign that they had. Where that leaves no gain that could be divided by - an encoder that was built as zeros -, and with
 * `keepsGain`, the gain stays as built (1 if that is zero), and the encoder takes the rest.
 */
function unscale(
  scaledEncoders: NdArray,
  { radius }: Ensemble,
  built: BuiltEnsemble,
  keepsGain: boolean,
): Pick<BuiltEnsemble, 'scaledEncoders' | 'encoders' | 'gain'> {
  const [neurons, dimensions] = scaledEncoders.shape as [number, number];
  const encoders = new NdArray(new Float64Array(neurons * dimensions), [neurons, dimensions]);
  const gain = new NdArray(new Float64Array(neurons), [neurons]);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const row = scaledEncoders.row(neuron).data;
    const length = euclideanNorm(row);
    const builtLength = euclideanNorm(built.encoders.row(neuron).data);
    const builtGain = built.gain!.data[neuron]!;
    if (length === 0) {
      gain.data[neuron] = keepsGain || builtLength === 0 ? builtGain : 0;
      continue;
    }
    const inferred = keepsGain ? builtGain : ((builtGain < 0 ? -radius : radius) * length) / builtLength;
    const isUsable = Number.isFinite(inferred) && Number.isFinite(radius / inferred);
    gain.data[neuron] = isUsable ? inferred : builtGain || 1;
    const scale = radius / gain.data[neuron]!;
    row.forEach((value, dimension) => (encoders.data[neuron * dimensions + dimension] = value * scale));
  }
  return { scaledEncoders, encoders, gain };
}
