/** @file A network that Keras trained on MNIST, brought in: held against a plain evaluation of its layers, and asked in rates and in spikes. */
import { convert, type ConvertOptions } from '@ndl/convert';
import { NdArray, Simulator, spikingRectifiedLinear } from 'ndl';
import { PIXELS, type Digits } from '../digits.ts';
import { accuracyOf, chosenClasses } from '../measures.ts';

export interface KerasExperiment {
  /** The whole file, `.h5` or `.keras`. */
  readonly bytes: Uint8Array;
  /** What the network was trained on: brightness from 0 to this. */
  readonly brightest: number;
  /** In Hz, of the most active neurons. */
  readonly rate: number;
  /** Time constant between layers in spikes, in seconds. */
  readonly synapse: number;
  /** Steps of 1 ms that an image is shown for in spikes; the class is the largest output at the last. */
  readonly steps: number;
}

export interface KerasResult {
  readonly images: number;
  readonly rateAccuracy: number;
  readonly spikingAccuracy: number;
  /** Fraction of the images of which both choose the same class. */
  readonly sameChoice: number;
  /** In rates, between the network and a plain evaluation of the file's layers, over all images: the largest, and the same as a part of what is compared. */
  readonly layers: readonly {
    readonly title: string;
    readonly largestDifference: number;
    readonly largestValue: number;
  }[];
  readonly seconds: { readonly verify: number; readonly rates: number; readonly spikes: number };
}

/** Images by which scales are found, of those that networks are trained on. */
const FOR_SCALES = 200;
const [MINIBATCH, COMPARED_AT_ONCE] = [50, 500];

/** @throws NdlError SHAPE_MISMATCH for networks that take other images; as `convert` */
export async function runKeras(
  { bytes, brightest, rate, synapse, steps }: KerasExperiment,
  training: Digits,
  test: Digits,
): Promise<KerasResult> {
  const images = brightened(test, 0, test.labels.length, brightest);
  const began = performance.now();
  const plain = await convert(bytes, { inferenceOnly: true });
  const layers = new Map<string, { title: string; largestDifference: number; largestValue: number }>();
  for (let start = 0; start < test.labels.length; start += COMPARED_AT_ONCE) {
    const some = brightened(test, start, Math.min(start + COMPARED_AT_ONCE, test.labels.length), brightest);
    for (const { title, name, largestDifference, largestValue } of (await plain.verify(some)).layers) {
      const known = layers.get(name) ?? { title, largestDifference: 0, largestValue: 0 };
      layers.set(name, {
        title,
        largestDifference: Math.max(known.largestDifference, largestDifference),
        largestValue: Math.max(known.largestValue, largestValue),
      });
    }
  }
  const verified = performance.now();
  const inRates = await choices(bytes, { inferenceOnly: true }, images, 1);
  const asked = performance.now();
  const data = brightened(training, 0, Math.min(FOR_SCALES, training.labels.length), brightest);
  const inSpikes = await choices(
    bytes,
    {
      inferenceOnly: true,
      swapActivations: { relu: spikingRectifiedLinear() },
      scaleFiringRates: { data, rate },
      synapse,
    },
    images,
    steps,
  );
  const ended = performance.now();
  return {
    images: test.labels.length,
    rateAccuracy: accuracyOf(inRates, test.labels),
    spikingAccuracy: accuracyOf(inSpikes, test.labels),
    sameChoice: accuracyOf(inRates, inSpikes),
    layers: [...layers.values()],
    seconds: { verify: (verified - began) / 1000, rates: (asked - verified) / 1000, spikes: (ended - asked) / 1000 },
  };
}

async function choices(
  bytes: Uint8Array,
  options: ConvertOptions,
  images: NdArray,
  steps: number,
): Promise<Uint8Array> {
  const { network, inputs, outputs } = await convert(bytes, options);
  await using simulator = await Simulator.create(network);
  const given = { steps, minibatchSize: MINIBATCH, lastStepOnly: true };
  const result = await simulator.predict([[inputs[0]!, images]], given);
  return chosenClasses(result.get(outputs[0]!)!);
}

function brightened({ images }: Digits, from: number, to: number, brightest: number): NdArray {
  const data = Float32Array.from(images.data.subarray(from * PIXELS, to * PIXELS), (value) => value * brightest);
  return new NdArray(data, [to - from, PIXELS]);
}
