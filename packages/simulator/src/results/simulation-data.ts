/** @file `sim.data`: what was recorded, and what was built or learnt, typed by the object that one asks for. */
import type { BuiltConnection, BuiltEnsemble } from '@ndl/core';
import {
  guardAssignments,
  isNetworkObject,
  type Connection,
  type Ensemble,
  type NetworkObject,
  type Probe,
} from '@ndl/model';
import { type NdArray, refuseSurplus } from '@ndl/numerics';
import { DATA_RULES } from '../options/assignment-rules.ts';
import type { BuiltNetwork } from '../composition/built-network.ts';
import { copyOf } from '../copy-of.ts';
import { badOption } from '../errors.ts';
import type { LearntArrays } from '../parameters/learnt-arrays.ts';
import { nameOf } from './object-name.ts';
import type { ProbeRecorder } from './probe-recorder.ts';

/** Reads recorded samples, and parameters as they are now. Whatever it gives is a copy. */
export class SimulationData {
  readonly #network: BuiltNetwork;
  readonly #arrays: LearntArrays;
  readonly #recorder: ProbeRecorder;
  readonly #hasItems: boolean;

  static {
    guardAssignments(this, DATA_RULES);
  }

  constructor(network: BuiltNetwork, arrays: LearntArrays, recorder: ProbeRecorder, hasItems: boolean) {
    this.#network = network;
    this.#arrays = arrays;
    this.#recorder = recorder;
    this.#hasItems = hasItems;
  }

  /**
   * Samples of a probe: [samples, size], or [items, samples, size] where the simulator has a minibatch size. In place of
   * size stands the shape of what is probed: [samples, 2, 20] for weights from 20 neurons to 2 dimensions.
   */
  get(probe: Probe): NdArray;
  /**
   * Arrays of an ensemble, learnt values included. Gain is inferred from learnt encoders: radius · ‖scaled row‖; where connections
   * reach the neurons directly, which it weighs too, it is the one that was built, and the encoders take the rest.
   */
  get(ensemble: Ensemble): BuiltEnsemble;
  /** Weights of a connection, learnt values included, and what the solver saw. */
  get(connection: Connection): BuiltConnection;
  get(object: Probe | Ensemble | Connection): NdArray | BuiltEnsemble | BuiltConnection {
    refuseSurplus('sim.data.get', arguments, 1);
    if (!hasData(object))
      throw badOption('sim.data.get', 'object', 'must be a probe, an ensemble or a connection', object);
    const built = this.#network.copyOf<NetworkObject>(object);
    if (built?.kind === 'probe') return this.#samples(object as Probe);
    const arrays =
      built &&
      (built.kind === 'ensemble' ? this.#arrays.ensemble(built) : this.#arrays.connection(built as Connection));
    if (arrays === undefined) throw this.#refusal(object);
    return copyOf(arrays);
  }

  #samples(probe: Probe): NdArray {
    const samples = this.#recorder.samples(probe);
    return this.#hasItems ? samples : samples.row(0);
  }

  #refusal(object: Probe | Ensemble | Connection): Error {
    const { graph, originalOf, refusalOf } = this.#network;
    const objects = [...graph.objects.keys()].filter((other) => isNetworkObject(other) && other.kind === object.kind);
    const probes = object.kind === 'probe' ? graph.probes.map(({ probe }) => probe) : [];
    const known = [...objects, ...probes].map((other) => nameOf(originalOf(other as Probe)));
    return refusalOf('sim.data.get', object, nameOf(object), [...new Set(known)]);
  }
}

function hasData(object: unknown): boolean {
  return isNetworkObject(object) && ['probe', 'ensemble', 'connection'].includes(object.kind);
}
