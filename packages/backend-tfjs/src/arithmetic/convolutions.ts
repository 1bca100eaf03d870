/**
 * @file Convolutions by operations of tfjs, and their adjoints, which are convolutions too: that by the kernel is one of images over what came
 * back, in which items are channels, so that no engine needs an operation of its own for it.
 */
import type { Pair } from './convolution-of.ts';
import { extentsOf, rowsOf, type Extents, type Images, type Tensor, type TensorFlow } from '../engines/tensors.ts';

/** What a convolution is apart from its numbers. Of strides and dilations, one are all 1. */
export interface ConvolutionSizes {
  /** [height, width, channels] */
  readonly image: readonly [number, number, number];
  /** [height, width, channels, filters] */
  readonly kernel: readonly [number, number, number, number];
  /** [height, width] of what comes out. */
  readonly target: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/** Images are [steps, items, height · width · channels], kernels [1, 1, …], what comes out [steps, items, height · width · filters]. */
export class Convolutions {
  readonly #tf: TensorFlow;

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  convolved(image: Tensor, kernel: Tensor, sizes: ConvolutionSizes): Tensor {
    const tf = this.#tf;
    return tf.tidy(() => {
      const out = this.#convolved(this.#images(image, sizes.image), this.#kernel(kernel, sizes), sizes);
      return this.#rejoined(out, extentsOf(image));
    });
  }

  /** The adjoint by the image. */
  backToImage(gradient: Tensor, kernel: Tensor, sizes: ConvolutionSizes): Tensor {
    const tf = this.#tf;
    const [height, width, channels] = sizes.image;
    const filters = sizes.kernel[3];
    return tf.tidy(() => {
      const incoming = this.#images(gradient, [...sizes.target, filters]);
      const filter = this.#kernel(kernel, sizes);
      const back = sizes.strides.some((stride) => stride > 1)
        ? tf.conv2dTranspose(
            incoming,
            filter,
            [incoming.shape[0], height, width, channels],
            [...sizes.strides],
            'valid',
          )
        : this.#spread(incoming, filter, sizes);
      return this.#rejoined(back, extentsOf(gradient));
    });
  }

  /** The adjoint by the kernel, summed over steps and items. */
  backToKernel(image: Tensor, gradient: Tensor, sizes: ConvolutionSizes): Tensor {
    const tf = this.#tf;
    return tf.tidy(() => {
      const images = tf.transpose(this.#images(image, sizes.image), [3, 1, 2, 0]);
      const incoming = tf.transpose(this.#images(gradient, [...sizes.target, sizes.kernel[3]]), [1, 2, 0, 3]);
      const sums = this.#convolved(images, incoming, { strides: sizes.dilations, dilations: sizes.strides });
      return tf.reshape(tf.transpose(sums, [1, 2, 0, 3]), [1, 1, -1]);
    });
  }

  #convolved(
    images: Images,
    kernel: Images,
    { strides, dilations }: Pick<ConvolutionSizes, 'strides' | 'dilations'>,
  ): Images {
    return this.#tf.conv2d(images, kernel, [...strides], 'valid', 'NHWC', [...dilations]);
  }

  /** Back to an image where strides are 1: over what came back with a border around it, with the kernel turned round. */
  #spread(incoming: Images, kernel: Images, { kernel: [height, width], dilations }: ConvolutionSizes): Images {
    const tf = this.#tf;
    const [above, beside] = [(height - 1) * dilations[0], (width - 1) * dilations[1]];
    const bordered = tf.pad(incoming, [
      [0, 0],
      [above, above],
      [beside, beside],
      [0, 0],
    ]);
    const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
    return this.#convolved(bordered, turned, { strides: [1, 1], dilations });
  }

  #kernel(value: Tensor, { kernel }: ConvolutionSizes): Images {
    return this.#tf.reshape<Rank4>(value, [...kernel]);
  }

  #images(value: Tensor, [height, width, depth]: readonly [number, number, number]): Images {
    return this.#tf.reshape<Rank4>(value, [rowsOf(extentsOf(value)), height, width, depth]);
  }

  #rejoined(images: Images, [steps, items]: Extents): Tensor {
    return this.#tf.reshape(images, [steps, items, -1]);
  }
}

type Rank4 = Images['rankType'];
