/**
 * @file Pooling. The mean of a window is one product with the windows of an image. The greatest number is found along one dimension after the
 * other, by kernels that compare what stands at each place of a window: so gradients flow without a word, on every backend.
 */
import type { OperatorContext, ProcessDefinition, SignalView } from '@ndl/core';
import { kernel, type Expression, type Kernel } from '@ndl/ir';
import { windowsAlong, type AveragePooling, type ChannelShape, type MaxPooling, type Pooling } from '@ndl/model';
import { max, NdArray, sizeOf, zeros } from '@ndl/numerics';
import { copy, reset } from '../building/operators.ts';
import { part, placesWithin, stridesOf } from '../transforms/images.ts';
import { withoutState } from './noise.ts';

/** What one kernel compares. Larger windows take several. */
const MOST_COMPARED = 8;

const greatestOf: readonly Kernel[] = /* @__PURE__ */ Array.from({ length: MOST_COMPARED + 1 }, (_, count) => {
  const inputs = Array.from({ length: Math.max(count, 1) }, (_input, index) => `x${index}`);
  return kernel({ name: `greatest of ${inputs.length}`, inputs }, (k) => ({
    greatest: inputs
      .map((name) => k.inputs[name]!)
      .reduce<Expression>((greatest, next) => k.max(greatest, next), k.inputs['x0']!),
  }));
});

export const MAX_POOLING: ProcessDefinition<MaxPooling> = {
  kind: 'maxPooling',
  makeStep: (pooling) =>
    withoutState((_time, input) => pooled(pooling, input, (greatest, next) => max(greatest, next), -Infinity)),
  build(pooling, { input, output }, context) {
    const { spatial, channels, channelsLast } = pooling.input;
    const axes = spatial.map((_, axis) => axis).filter((axis) => !isPlain(pooling, axis));
    if (axes.length === 0) context.add(copy(context.label, input, output, 'set'));
    let image = { positions: spatial, view: input };
    for (const axis of axes) {
      const positions = image.positions.map((size, at) => (at === axis ? pooling.output.spatial[axis]! : size));
      const isLast = axis === axes.at(-1);
      const size = sizeOf(positions) * channels;
      const view = isLast ? output : context.signal(`greatest along ${axis}`, zeros([size]));
      const taps = placesAlong({ channels, channelsLast }, image.positions, windowsAlong(pooling, axis), axis);
      compare(taps, image.view, view, `greatest along ${axis}`, context);
      image = { positions, view };
    }
  },
};

/** Whether windows see one position each, all of them in order. */
function isPlain(pooling: Pooling, axis: number): boolean {
  return windowsAlong(pooling, axis).every((window, position) => window.length === 1 && window[0] === position);
}

/** For each place of a window, where its number stands in the image, by elements of the output; windows that see less see some twice. */
function placesAlong(
  image: Pick<ChannelShape, 'channels' | 'channelsLast'>,
  positions: readonly number[],
  windows: readonly (readonly number[])[],
  axis: number,
): readonly (readonly number[])[] {
  const after = positions.map((size, at) => (at === axis ? windows.length : size));
  const [from, into] = [stridesOf(image, positions), stridesOf(image, after)];
  const size = sizeOf(after) * image.channels;
  const taps = Math.max(...windows.map((window) => window.length));
  return Array.from({ length: taps }, (_, tap) =>
    Array.from({ length: size }, (_element, element) => {
      const channel = Math.floor(element / into.channel) % image.channels;
      return after.reduce((place, length, at) => {
        const position = Math.floor(element / into.spatial[at]!) % length;
        const seen = at === axis ? (windows[position]![tap] ?? windows[position]![0]!) : position;
        return place + seen * from.spatial[at]!;
      }, channel * from.channel);
    }),
  );
}

/** Sets `output` to the greatest of what stands at all these places. */
function compare(
  taps: readonly (readonly number[])[],
  input: SignalView,
  output: SignalView,
  name: string,
  context: OperatorContext,
): void {
  let operands = taps.map((places) => part(input, places));
  for (let round = 0; operands.length > MOST_COMPARED; round++) {
    const sofar = context.signal(`${name}, ${round}`, zeros(output.shape));
    greatest(operands.slice(0, MOST_COMPARED), sofar, context);
    operands = [sofar, ...operands.slice(MOST_COMPARED)];
  }
  greatest(operands, output, context);
}

function greatest(operands: readonly SignalView[], output: SignalView, context: OperatorContext): void {
  const inputs = Object.fromEntries(operands.map((operand, index) => [`x${index}`, operand]));
  context.map({ kernel: greatestOf[operands.length]!, inputs, outputs: { greatest: output }, mode: 'set' });
}

export const AVERAGE_POOLING: ProcessDefinition<AveragePooling> = {
  kind: 'averagePooling',
  makeStep: (pooling) =>
    withoutState((_time, input) => {
      const sums = pooled(pooling, input, (sum, next) => sum + next, 0);
      const shares = sharesOf(pooling);
      const { channel } = stridesOf(pooling.output, pooling.output.spatial);
      const { channels, channelsLast } = pooling.output;
      return sums.map((sum, index) => sum * shares[channelsLast ? Math.floor(index / channels) : index % channel]!);
    }),
  build(pooling, { input, output }, context) {
    const { input: image, output: made, poolSize, strides, dilation, border } = pooling;
    const spatial = image.spatial.map((size, axis) => {
      const reached = (made.spatial[axis]! - 1) * strides[axis]! + (poolSize[axis]! - 1) * dilation[axis]! + 1;
      return Math.max(border[axis]![0] + size, reached);
    });
    const before = border.map(([first]) => first);
    const isBordered = spatial.some((size, axis) => size !== image.spatial[axis]);
    const read = isBordered ? context.signal('bordered', zeros([sizeOf(spatial) * image.channels])) : input;
    if (isBordered) {
      context.add(reset(`${context.label}: border`, read));
      const places = placesWithin(image, spatial, before);
      context.add(copy(`${context.label}: within the border`, input, part(read, places), 'inc'));
    }
    const shares = sharesOf(pooling);
    const isSame = shares.every((share) => share === shares[0]);
    const kept = isSame ? shares.slice(0, 1) : shares;
    const [from, into] = [stridesOf(image, spatial), stridesOf(made, made.spatial)];
    const none = poolSize.map(() => 0);
    const among = made.spatial.map((_, axis) => (isSame ? 0 : sizeOf(made.spatial.slice(axis + 1))));
    context.contract({
      shape: [...made.spatial, made.channels, ...poolSize],
      left: {
        view: context.signal('shares', new NdArray(kept, [kept.length])),
        offset: 0,
        strides: [...among, 0, ...none],
      },
      right: {
        view: read,
        offset: 0,
        strides: [
          ...from.spatial.map((stride, axis) => stride * strides[axis]!),
          from.channel,
          ...from.spatial.map((stride, axis) => stride * dilation[axis]!),
        ],
      },
      target: { view: output, offset: 0, strides: [...into.spatial, into.channel, ...none] },
    });
  },
};

/** What each position of the output divides its sum by, as a factor. */
function sharesOf(pooling: AveragePooling): Float64Array {
  const { spatial } = pooling.output;
  const counts = spatial.map((_, axis) =>
    windowsAlong(pooling, axis).map(({ length }) => (pooling.countBorder ? pooling.poolSize[axis]! : length)),
  );
  return Float64Array.from({ length: sizeOf(spatial) }, (_, position) => {
    const count = counts.reduce(
      (product, along, axis) =>
        product * along[Math.floor(position / sizeOf(spatial.slice(axis + 1))) % spatial[axis]!]!,
      1,
    );
    return 1 / count;
  });
}

/** The windows of one image, each summed up from `start`. */
function pooled(
  { input, output, ...pooling }: Pooling,
  image: Float64Array,
  join: (sofar: number, next: number) => number,
  start: number,
): Float64Array {
  const windows = input.spatial.map((_, axis) => windowsAlong({ input, output, ...pooling }, axis));
  const [from, into] = [stridesOf(input, input.spatial), stridesOf(output, output.spatial)];
  return Float64Array.from({ length: output.size }, (_, element) => {
    const channel = (Math.floor(element / into.channel) % output.channels) * from.channel;
    const seen = windows.map(
      (along, axis) => along[Math.floor(element / into.spatial[axis]!) % output.spatial[axis]!]!,
    );
    const places = seen.reduce<readonly number[]>(
      (places, along, axis) =>
        places.flatMap((place) => along.map((position) => place + position * from.spatial[axis]!)),
      [channel],
    );
    return places.reduce((sofar, place) => join(sofar, image[place]!), start);
  });
}
