/** @file `CircularConvolution`: binds two vectors. Plate (1995), "Holographic reduced representations". */
import { Connection, Network, Node, type NetworkOptions } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions, count, flag, positive, sized } from './checks.ts';
import { fromFrequencies, productCount, toFrequencies } from './fourier-transforms.ts';
import { Product } from './product.ts';

/** Options of `new CircularConvolution`. */
export interface CircularConvolutionOptions extends NetworkOptions {
  /** Of each product, of which there are four per frequency; at least 1. */
  readonly nNeurons: number;
  /** At least 1. */
  readonly dimensions: number;
  /** Whether the first vector is inverted: unbinds it. Default false. */
  readonly invertA?: boolean;
  /** Whether the second vector is inverted. Default false. */
  readonly invertB?: boolean;
  /** Length of the inputs, above 0. Default 1. */
  readonly inputMagnitude?: number;
}

const NAMES = ['nNeurons', 'dimensions', 'invertA', 'invertB', 'inputMagnitude', 'label', 'seed', 'addToContainer'];

interface Parts {
  readonly inputA: Node;
  readonly inputB: Node;
  readonly output: Node;
  readonly product: Product;
}

/** A network that convolves `inputA` with `inputB`: their frequencies are multiplied, and taken back. */
export class CircularConvolution extends Network {
  readonly #parts: Parts;

  /** @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, TOO_LARGE */
  constructor(options: CircularConvolutionOptions) {
    refuseSurplus('new CircularConvolution', arguments, 1);
    checkOptions(options, NAMES, 'CircularConvolution');
    const { nNeurons, dimensions, invertA = false, invertB = false, inputMagnitude = 1 } = options;
    const { label = 'Circular convolution', seed, addToContainer } = options;
    count(nNeurons, 'CircularConvolution: nNeurons');
    sized(dimensions, 'CircularConvolution: dimensions', (size) => size * productCount(size));
    flag(invertA, 'CircularConvolution: invertA');
    flag(invertB, 'CircularConvolution: invertB');
    positive(inputMagnitude, 'CircularConvolution: inputMagnitude');
    let parts!: Parts;
    super({ label, seed, addToContainer }, () => {
      const inputA = new Node({ sizeIn: dimensions, label: 'input_a' });
      const inputB = new Node({ sizeIn: dimensions, label: 'input_b' });
      const product = new Product({
        nNeurons,
        dimensions: productCount(dimensions),
        inputMagnitude: 2 * inputMagnitude,
      });
      const output = new Node({ sizeIn: dimensions, label: 'output' });
      const first = toFrequencies(dimensions, 'first', invertA);
      const second = toFrequencies(dimensions, 'second', invertB);
      new Connection(inputA, product.inputA, { transform: first, synapse: null });
      new Connection(inputB, product.inputB, { transform: second, synapse: null });
      new Connection(product.output, output, { transform: fromFrequencies(dimensions), synapse: null });
      parts = { inputA, inputB, output, product };
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

  /** Multiplies the frequencies. */
  get product(): Product {
    return this.#parts.product;
  }
}
