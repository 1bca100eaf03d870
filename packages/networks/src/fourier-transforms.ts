/** @file The matrices that take vectors to frequencies and back, in the order in which products of complex numbers need them. */
import { cos, NdArray, sin } from '@ndl/numerics';

/** Numbers per frequency: the four products of real and imaginary parts. */
const PRODUCTS = 4;

/** Products of a circular convolution of vectors of so many elements: four for each frequency that is not another's mirror image. */
export function productCount(dimensions: number): number {
  return PRODUCTS * (Math.floor(dimensions / 2) + 1);
}

/**
 * Real and imaginary parts of the discrete Fourier transform, [products, dimensions]: of the first factor re, im, re, im; of the
 * second one re, im, im, re. An inverse factor - what undoes a convolution with it - is the complex conjugate.
 */
export function toFrequencies(dimensions: number, factor: 'first' | 'second', isInverse: boolean): NdArray {
  const rows = productCount(dimensions);
  const matrix = new NdArray(new Float64Array(rows * dimensions), [rows, dimensions]);
  const isImaginary = factor === 'first' ? [false, true, false, true] : [false, true, true, false];
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < dimensions; index++) {
      const angle = (2 * Math.PI * Math.floor(row / PRODUCTS) * index) / dimensions;
      const imaginary = isInverse ? sin(angle) : -sin(angle);
      matrix.data[row * dimensions + index] = isImaginary[row % PRODUCTS]! ? imaginary : cos(angle);
    }
  }
  return matrix;
}

/**
 * The inverse transform of the products, [dimensions, products]. Each frequency but the first and, of an even number of elements,
 * the last stands for its mirror image too.
 */
export function fromFrequencies(dimensions: number): NdArray {
  const columns = productCount(dimensions);
  const matrix = new NdArray(new Float64Array(dimensions * columns), [dimensions, columns]);
  for (let index = 0; index < dimensions; index++) {
    for (let column = 0; column < columns; column++) {
      const frequency = Math.floor(column / PRODUCTS);
      const weight = (frequency === 0 || 2 * frequency === dimensions ? 1 : 2) / dimensions;
      const angle = (2 * Math.PI * frequency * index) / dimensions;
      // Real parts are re·re - im·im, imaginary ones re·im + im·re.
      const parts = [weight * cos(angle), -weight * cos(angle), -weight * sin(angle), -weight * sin(angle)];
      matrix.data[index * columns + column] = parts[column % PRODUCTS]!;
    }
  }
  return matrix;
}
