/** @file `Neurons`: the neurons of an ensemble as objects that connections and probes may reach directly. */
import { refuseSurplus } from '@ndl/numerics';
import { guardAssignments } from './assignment-guard.ts';
import type { Ensemble } from './ensemble.ts';
import type { Network } from '../networks/network.ts';
import { describeObject } from '../networks/naming.ts';
import { viewAt, viewOfSlice, type ObjectView } from './object-view.ts';
import type { ParameterTable } from '../config/parameters.ts';
import { Recorded, recordOf } from './recorded.ts';
import type { IndexInput } from './selection.ts';

interface NeuronsRecord {
  readonly ensemble: Ensemble;
}

/** The neurons of one ensemble: input currents in, spikes or rates out. There is one per ensemble, `ensemble.neurons`. */
export class Neurons extends Recorded<NeuronsRecord> {
  static readonly kind = 'neurons';
  /** Neurons have no parameters of their own; the class can be configured with attributes (`trainable`). */
  static readonly parameters: ParameterTable<object> = {};

  static {
    guardAssignments(Neurons, {
      describe: (object) => describeObject(object as Neurons),
      otherwise: 'neurons are those of their ensemble; change the ensemble',
    });
  }

  constructor(ensemble: Ensemble) {
    super({ ensemble });
  }

  get kind(): 'neurons' {
    return 'neurons';
  }

  get ensemble(): Ensemble {
    return recordOf<NeuronsRecord>(this).ensemble;
  }

  get network(): Network {
    return this.ensemble.network;
  }

  /** Number of neurons; 0 where there are none (`direct()`). */
  get sizeIn(): number {
    return this.ensemble.neuronType.kind === 'direct' ? 0 : this.ensemble.nNeurons;
  }

  get sizeOut(): number {
    return this.sizeIn;
  }

  /** Attributes that probes may name: `output`, the states of the neuron type, `input`. */
  get probeable(): readonly string[] {
    return [...this.ensemble.neuronType.probeable, 'input'];
  }

  /** Some neurons: at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
  at(index: IndexInput): ObjectView<Neurons> {
    refuseSurplus('at', arguments, 1);
    return viewAt<Neurons>(this, index);
  }

  /** Neurons from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
  slice(start?: number | null, end?: number | null, step?: number | null): ObjectView<Neurons> {
    refuseSurplus('slice', arguments, 3);
    return viewOfSlice<Neurons>(this, start, end, step);
  }
}

const known = new WeakMap<Ensemble, Neurons>();

/** The neurons of an ensemble: always the same object. */
export function neuronsOf(ensemble: Ensemble): Neurons {
  const neurons = known.get(ensemble) ?? new Neurons(ensemble);
  known.set(ensemble, neurons);
  return neurons;
}
