/** @file Cuts a data set into minibatches. */
import { refuseSurplus } from '@ndl/numerics';
import type { RandomState } from '@ndl/numerics';
import { invalidParameter } from './errors.ts';
import { checkOptions } from './options.ts';

/** The order in which items come. */
export interface MinibatchOptions {
  /** Whether in a random order. Default false. */
  readonly shuffle?: boolean;
  /** Where the random order comes from; needed with `shuffle`. Each pass draws from it anew. */
  readonly random?: Pick<RandomState, 'shuffle'>;
}

/**
 * The numbers of the items of each minibatch: every item from 0 to `items` - 1 once. All minibatches have `size` items but
 * the last, which has what is left.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function* minibatches(
  items: number,
  size: number,
  options: MinibatchOptions = {},
): Generator<readonly number[], void, undefined> {
  refuseSurplus('minibatches', arguments, 3);
  checkOptions('minibatches', options, ['shuffle', 'random']);
  const { shuffle = false, random } = options;
  if (typeof shuffle !== 'boolean') throw invalidParameter('minibatches: shuffle', 'true or false', shuffle);
  if (!(Number.isInteger(items) && items >= 0))
    throw invalidParameter('minibatches: items', 'a whole number, 0 or above', items);
  if (!(Number.isInteger(size) && size > 0))
    throw invalidParameter('minibatches: size', 'a whole number above 0', size);
  const order = Array.from({ length: items }, (_, item) => item);
  if (shuffle) {
    if (typeof random?.shuffle !== 'function')
      throw invalidParameter('minibatches: random', 'a RandomState where shuffle is true', random);
    random.shuffle(order);
  }
  for (let start = 0; start < items; start += size) yield order.slice(start, start + size);
}
