/** @file `sim.data`: what was recorded, and what was built or learnt, typed by the object that one asks for. */
import type { BuiltConnection, BuiltEnsemble, OperatorGraph, SignalView } from '@ndl/core';
import { isNetworkObject, type Connection, type Ensemble, type Probe } from '@ndl/model';
import { NdArray } from '@ndl/numerics';
import { badOption, foreignObject } from './errors.ts';
import type { ParameterCache } from './parameter-cache.ts';
import type { ProbeRecorder } from './probe-recorder.ts';

/** Reads recorded samples, and parameters as they are now. */
export class SimulationData {
  readonly #graph: OperatorGraph;
  readonly #parameters: ParameterCache;
  readonly #recorder: ProbeRecorder;
  readonly #hasItems: boolean;

  constructor(graph: OperatorGraph, parameters: ParameterCache, recorder: ProbeRecorder, hasItems: boolean) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#recorder = recorder;
    this.#hasItems = hasItems;
  }

  /**
   * Samples of a probe: [samples, size], or [items, samples, size] where the simulator has a minibatch size. In place of
   * size stands the shape of what is probed: [samples, 2, 20] for weights from 20 neurons to 2 dimensions.
   */
  get(probe: Probe): NdArray;
  /** Arrays of an ensemble, learnt values included. Gain is inferred from learnt encoders: radius · ‖scaled row‖. */
  get(ensemble: Ensemble): BuiltEnsemble;
  /** Weights of a connection, learnt values included, and what the solver saw. */
  get(connection: Connection): BuiltConnection;
  get(object: Probe | Ensemble | Connection): NdArray | BuiltEnsemble | BuiltConnection {
    if (!hasData(object))
      throw badOption('sim.data.get', 'object', 'must be a probe, an ensemble or a connection', object);
    if (object.kind === 'probe') return this.#samples(object);
    return object.kind === 'ensemble' ? this.#ensemble(object) : this.#connection(object);
  }

  #samples(probe: Probe): NdArray {
    if (!this.#graph.probes.some((recorded) => recorded.probe === probe)) throw this.#foreign(probe);
    const samples = this.#recorder.samples(probe);
    return this.#hasItems ? samples : samples.row(0);
  }

  #ensemble(ensemble: Ensemble): BuiltEnsemble {
    const built = this.#graph.ensembles.get(ensemble);
    if (built === undefined) throw this.#foreign(ensemble);
    const { encoders, bias } = this.#graph.objects.get(ensemble)!;
    const scaledEncoders = this.#learnt(encoders);
    const learntBias = this.#learnt(bias);
    if (scaledEncoders === undefined && learntBias === undefined) return built;
    const unscaled =
      scaledEncoders === undefined || built.gain === null ? {} : unscale(scaledEncoders, ensemble, built);
    return { ...built, ...unscaled, ...(learntBias === undefined ? {} : { bias: learntBias }) };
  }

  #connection(connection: Connection): BuiltConnection {
    const built = this.#graph.connections.get(connection);
    if (built === undefined) throw this.#foreign(connection);
    const weights = this.#learnt(this.#graph.objects.get(connection)!['weights']);
    return weights === undefined ? built : { ...built, weights };
  }

  /** The present value of a parameter that training may have moved; undefined where it is as built. */
  #learnt(view: SignalView | undefined): NdArray | undefined {
    return view === undefined ? undefined : this.#parameters.changed(view.signal.name);
  }

  #foreign(object: Probe | Ensemble | Connection): Error {
    const known = [...this.#graph.objects.keys()].map((other) =>
      String((other as { readonly label?: unknown }).label ?? (other as { readonly kind: string }).kind),
    );
    return foreignObject('sim.data.get', `${object.kind} ${object.label ?? '(without label)'}`, [...new Set(known)]);
  }
}

function hasData(object: unknown): boolean {
  return isNetworkObject(object) && ['probe', 'ensemble', 'connection'].includes(object.kind);
}

/** Encoders of length one and the gains that go with them, from scaled encoders = encoders · gain / radius. */
function unscale(
  scaledEncoders: NdArray,
  ensemble: Ensemble,
  built: BuiltEnsemble,
): Pick<BuiltEnsemble, 'scaledEncoders' | 'encoders' | 'gain'> {
  const [neurons, dimensions] = scaledEncoders.shape as [number, number];
  const encoders = new NdArray(new Float64Array(neurons * dimensions), [neurons, dimensions]);
  const gain = new NdArray(new Float64Array(neurons), [neurons]);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const row = scaledEncoders.row(neuron).data;
    const original = built.encoders.row(neuron).data;
    const length = Math.hypot(...row);
    gain.data[neuron] = (ensemble.radius * length) / Math.hypot(...original);
    const scale = gain.data[neuron] === 0 ? 0 : ensemble.radius / gain.data[neuron]!;
    row.forEach((value, dimension) => (encoders.data[neuron * dimensions + dimension] = value * scale));
  }
  return { scaledEncoders, encoders, gain };
}
