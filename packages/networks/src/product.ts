/** @file `Product`: multiplies two vectors element by element, by squares: x·y = ((x + y)² - (x - y)²) / 4. */
import { Connection, Network, Node, type NetworkOptions } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, positive } from './checks.ts';
import { EnsembleArray } from './ensemble-array.ts';

/** Options of `new Product`. */
export interface ProductOptions extends NetworkOptions {
  /** Of each product, at least 1: half of them for each of its two squares. */
  readonly nNeurons: number;
  /** At least 1. */
  readonly dimensions: number;
  /** Largest size of elements of the inputs, above 0. Default 1. */
  readonly inputMagnitude?: number;
}

const square = (x: ArrayLike<number>): number[] => [x[0]! * x[0]!];

interface Parts {
  readonly inputA: Node;
  readonly inputB: Node;
  readonly output: Node;
  readonly sums: EnsembleArray;
  readonly differences: EnsembleArray;
}

/** A network that multiplies `inputA` and `inputB` element by element. */
export class Product extends Network {
  readonly #parts: Parts;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
  constructor(options: ProductOptions) {
    refuseSurplus('new Product', arguments, 1);
    checkOptions(options, ['nNeurons', 'dimensions', 'inputMagnitude', 'label', 'seed', 'addToContainer'], 'Product');
    const { nNeurons, dimensions, inputMagnitude = 1, label = 'Product', seed, addToContainer } = options;
    count(nNeurons, 'Product: nNeurons');
    count(dimensions, 'Product: dimensions');
    positive(inputMagnitude, 'Product: inputMagnitude');
    let parts!: Parts;
    super({ label, seed, addToContainer }, () => {
      const inputA = new Node({ sizeIn: dimensions, label: 'input_a' });
      const inputB = new Node({ sizeIn: dimensions, label: 'input_b' });
      const output = new Node({ sizeIn: dimensions, label: 'output' });
      const array = {
        nNeurons: Math.max(1, Math.floor(nNeurons / 2)),
        nEnsembles: dimensions,
        radius: inputMagnitude * Math.sqrt(2),
      };
      const [sums, differences] = [new EnsembleArray(array), new EnsembleArray(array)];
      const half = 1 / Math.sqrt(2);
      new Connection(inputA, sums.input, { transform: half, synapse: null });
      new Connection(inputB, sums.input, { transform: half, synapse: null });
      new Connection(inputA, differences.input, { transform: half, synapse: null });
      new Connection(inputB, differences.input, { transform: -half, synapse: null });
      new Connection(sums.addOutput('square', square), output, { transform: 0.5, synapse: null });
      new Connection(differences.addOutput('square', square), output, { transform: -0.5, synapse: null });
      parts = { inputA, inputB, output, sums, differences };
    });
    this.#parts = parts;
  }

  /** [dimensions] */
  get inputA(): Node {
    return this.#parts.inputA;
  }

  /** [dimensions] */
  get inputB(): Node {
    return this.#parts.inputB;
  }

  /** [dimensions] */
  get output(): Node {
    return this.#parts.output;
  }

  /** The array that represents (a + b) / √2. */
  get sums(): EnsembleArray {
    return this.#parts.sums;
  }

  /** The array that represents (a - b) / √2. */
  get differences(): EnsembleArray {
    return this.#parts.differences;
  }
}
