/** @file `Oscillator`: an ensemble whose value goes round in a circle. */
import { Connection, Ensemble, Network, Node, type NetworkOptions } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, number, positive } from './checks.ts';

/** Options of `new Oscillator`. */
export interface OscillatorOptions extends NetworkOptions {
  /** Time constant of the connection of the ensemble to itself, in seconds. */
  readonly recurrentTau: number;
  /** In radians per second; negative ones go the other way round. */
  readonly frequency: number;
  /** At least 1. */
  readonly nNeurons: number;
}

/** A network of one two-dimensional ensemble that oscillates once its input has pushed it. */
export class Oscillator extends Network {
  readonly #parts: { readonly input: Node; readonly ensemble: Ensemble };

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
  constructor(options: OscillatorOptions) {
    refuseSurplus('new Oscillator', arguments, 1);
    checkOptions(options, ['recurrentTau', 'frequency', 'nNeurons', 'label', 'seed', 'addToContainer'], 'Oscillator');
    const { recurrentTau, frequency, nNeurons, label = 'Oscillator', seed, addToContainer } = options;
    positive(recurrentTau, 'Oscillator: recurrentTau');
    number(frequency, 'Oscillator: frequency');
    count(nNeurons, 'Oscillator: nNeurons');
    let parts!: { readonly input: Node; readonly ensemble: Ensemble };
    super({ label, seed, addToContainer }, () => {
      const input = new Node({ sizeIn: 2, label: 'In' });
      const ensemble = new Ensemble({ nNeurons, dimensions: 2, label: 'Oscillator' });
      const turn = frequency * recurrentTau;
      const transform = [
        [1, -turn],
        [turn, 1],
      ];
      new Connection(ensemble, ensemble, { transform, synapse: recurrentTau });
      new Connection(input, ensemble, { synapse: null });
      parts = { input, ensemble };
    });
    this.#parts = parts;
  }

  /** [2] */
  get input(): Node {
    return this.#parts.input;
  }

  get ensemble(): Ensemble {
    return this.#parts.ensemble;
  }
}
