/** @file Numbers in a row copied to another row. */
import type { SectionContext, Work } from '../sections/section-context.ts';
import { type Address, shifted } from '../views/lanes.ts';
import { nest, type WalkedAxis } from '../views/nest.ts';

/** Vectors that are copied one after another; more are copied by a loop. */
const MOST_VECTORS = 8;

/** Copies numbers one by one where they do not stand side by side. @param run paces of where they stand, and of where they go */
export function copyRun(
  context: SectionContext,
  f: Work['f'],
  { length, paces }: WalkedAxis & { readonly length: number },
  from: Address,
  to: Address,
): void {
  const lanes = context.lanesIn(f);
  const copy = (source: Address, target: Address, count: number): void =>
    lanes.store(f, target, lanes.kept(lanes.load(source, count)), count);
  if (paces.some((pace) => pace !== lanes.bytes))
    return nest(f, [{ length, paces }], [from, to], context.listAt, ([one, other]) => copy(one!, other!, 1));
  const whole = Math.floor(length / lanes.count);
  const rest = length % lanes.count;
  if (whole > MOST_VECTORS) {
    const axis = { length: whole, paces: [16, 16] };
    nest(f, [axis], [from, to], context.listAt, ([one, other]) => copy(one!, other!, lanes.count));
  } else
    for (let vector = 0; vector < whole; vector++)
      copy(shifted(from, 16 * vector), shifted(to, 16 * vector), lanes.count);
  if (rest > 0) copy(shifted(from, 16 * whole), shifted(to, 16 * whole), rest);
}
