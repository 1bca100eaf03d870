/** @file The networks that are measured. All are seeded, of spiking LIF neurons unless said otherwise, with one filtered probe. */
import { Connection, dense, Ensemble, lifRate, Network, Node, Probe, uniform, type ConnectionEnd } from 'ndl';

/** One population of `neurons` in one dimension, driven by a sine wave. */
export function single(neurons: number): Network {
  return new Network({ seed: 0, label: `single(${neurons})` }, () => {
    const input = new Node((t) => Math.sin(2 * Math.PI * t));
    const population = new Ensemble({ nNeurons: neurons, dimensions: 1 });
    new Connection(input, population);
    new Probe(population, { synapse: 0.01 });
  });
}

/** A vector of `dimensions`, one population of `neuronsPerDimension` each, that integrates its input. */
export function integrator(dimensions: number, neuronsPerDimension: number): Network {
  const tau = 0.1;
  return new Network({ seed: 0, label: `integrator(${dimensions}, ${neuronsPerDimension})` }, () => {
    const input = new Node(new Array<number>(dimensions).fill(1));
    const { populations, output } = populationArray(input, dimensions, neuronsPerDimension, 1);
    populations.forEach((population, index) => new Connection(output.at(index), population, { synapse: tau }));
    new Probe(output, { synapse: 0.01 });
  });
}

/**
 * The circular convolution of two vectors: both are represented by populations, taken to the frequency domain, multiplied
 * there by populations that decode products, and taken back. Plate (1995), "Holographic reduced representations".
 */
export function circularConvolution(dimensions: number, neuronsPerDimension: number): Network {
  const frequencies = Math.floor(dimensions / 2) + 1;
  const products = 4 * frequencies;
  return new Network({ seed: 0, label: `cconv(${dimensions}, ${neuronsPerDimension})` }, () => {
    const vector = (shift: number): number[] =>
      Array.from({ length: dimensions }, (_, index) => Math.sin(index + shift) / Math.sqrt(dimensions));
    const factors = [vector(0), vector(1)].map(
      (values) => populationArray(new Node(values), dimensions, neuronsPerDimension, 1).output,
    );
    const spectrum = new Node({ sizeIn: products });
    const terms = [new Node({ sizeIn: products }), new Node({ sizeIn: products })] as const;
    factors.forEach(
      (factor, index) =>
        new Connection(factor, terms[index as 0 | 1], {
          transform: toFrequencies(dimensions, index === 1),
          synapse: null,
        }),
    );
    for (let product = 0; product < products; product++)
      multiply(terms[0].at(product), terms[1].at(product), spectrum.at(product), neuronsPerDimension);
    const result = new Node({ sizeIn: dimensions });
    new Connection(spectrum, result, { transform: fromFrequencies(dimensions), synapse: null });
    const { output } = populationArray(result, dimensions, neuronsPerDimension, 1);
    new Probe(output, { synapse: 0.01 });
  });
}

/** A network to train, its input and its output. */
export interface Classifier {
  readonly network: Network;
  readonly image: Node;
  readonly output: Probe;
}

/** An image classifier of one hidden population of rate neurons, for measuring training. */
export function classifier(pixels: number, hidden: number, classes: number): Classifier {
  const network = new Network({ seed: 0, label: `classifier(${pixels}, ${hidden}, ${classes})` });
  return network.within(() => {
    const image = new Node(new Array<number>(pixels).fill(0));
    const population = new Ensemble({ nNeurons: hidden, dimensions: 1, neuronType: lifRate({ amplitude: 0.01 }) });
    const output = new Node({ sizeIn: classes });
    new Connection(image, population.neurons, { transform: uniform(-0.05, 0.05), synapse: null });
    new Connection(population.neurons, output, { transform: uniform(-0.1, 0.1), synapse: null });
    return { network, image, output: new Probe(output) };
  });
}

function populationArray(input: Node, dimensions: number, neurons: number, radius: number) {
  const output = new Node({ sizeIn: dimensions });
  const populations = Array.from({ length: dimensions }, (_, index) => {
    const population = new Ensemble({ nNeurons: neurons, dimensions: 1, radius });
    new Connection(input.at(index), population, { synapse: null });
    new Connection(population, output.at(index), { synapse: null });
    return population;
  });
  return { populations, output };
}

/** x · y = ((x + y)² - (x - y)²) / 4, each square decoded from a population of its own. */
function multiply(x: ConnectionEnd, y: ConnectionEnd, product: ConnectionEnd, neurons: number): void {
  for (const sign of [1, -1]) {
    const population = new Ensemble({ nNeurons: Math.ceil(neurons / 2), dimensions: 1, radius: 2 });
    new Connection(x, population, { transform: 1 / Math.SQRT2 });
    new Connection(y, population, { transform: sign / Math.SQRT2 });
    new Connection(population, product, { function: ([value]) => value * value, transform: sign / 2 });
  }
}

/** Real and imaginary parts per frequency, in the order in which the products need them: re·re, im·im, re·im, im·re. */
function toFrequencies(dimensions: number, isSecond: boolean) {
  const rows = Array.from({ length: Math.floor(dimensions / 2) + 1 }, (_, frequency) => {
    const angles = Array.from({ length: dimensions }, (_, index) => (2 * Math.PI * frequency * index) / dimensions);
    const real = angles.map(Math.cos);
    const imaginary = angles.map((angle) => -Math.sin(angle));
    return isSecond ? [real, imaginary, imaginary, real] : [real, imaginary, real, imaginary];
  }).flat();
  return dense([rows.length, dimensions], rows);
}

/** The inverse: each frequency but the first and the middle one stands for its mirror image too. */
function fromFrequencies(dimensions: number) {
  const frequencies = Math.floor(dimensions / 2) + 1;
  const rows = Array.from({ length: dimensions }, (_, index) =>
    Array.from({ length: frequencies }, (_, frequency) => {
      const weight = (frequency === 0 || 2 * frequency === dimensions ? 1 : 2) / dimensions;
      const angle = (2 * Math.PI * frequency * index) / dimensions;
      const [real, imaginary] = [weight * Math.cos(angle), -weight * Math.sin(angle)];
      return [real, -real, imaginary, imaginary];
    }).flat(),
  );
  return dense([dimensions, 4 * frequencies], rows);
}
