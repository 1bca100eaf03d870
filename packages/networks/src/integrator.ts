/** @file `Integrator`: an ensemble that adds up its input. */
import { Connection, Ensemble, Network, Node, type NetworkOptions } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, positive } from './checks.ts';

/** Options of `new Integrator`. */
export interface IntegratorOptions extends NetworkOptions {
  /** Time constant of the connection of the ensemble to itself, in seconds. */
  readonly recurrentTau: number;
  /** At least 1. */
  readonly nNeurons: number;
  /** At least 1. Default 1. */
  readonly dimensions?: number;
}

/** A network whose ensemble holds the integral of its input over time. */
export class Integrator extends Network {
  readonly #parts: { readonly input: Node; readonly ensemble: Ensemble };

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
  constructor(options: IntegratorOptions) {
    refuseSurplus('new Integrator', arguments, 1);
    checkOptions(options, ['recurrentTau', 'nNeurons', 'dimensions', 'label', 'seed', 'addToContainer'], 'Integrator');
    const { recurrentTau, nNeurons, dimensions = 1, label = 'Integrator', seed, addToContainer } = options;
    positive(recurrentTau, 'Integrator: recurrentTau');
    count(nNeurons, 'Integrator: nNeurons');
    count(dimensions, 'Integrator: dimensions');
    let parts!: { readonly input: Node; readonly ensemble: Ensemble };
    super({ label, seed, addToContainer }, () => {
      const input = new Node({ sizeIn: dimensions });
      const ensemble = new Ensemble({ nNeurons, dimensions });
      new Connection(ensemble, ensemble, { synapse: recurrentTau });
      new Connection(input, ensemble, { transform: recurrentTau, synapse: null });
      parts = { input, ensemble };
    });
    this.#parts = parts;
  }

  /** [dimensions] */
  get input(): Node {
    return this.#parts.input;
  }

  get ensemble(): Ensemble {
    return this.#parts.ensemble;
  }
}
