/** @file What is done to the elements of views that show some of them more than once: clearing, and adding sums in view order. */
import { withoutRepeatedAxes } from '@ndl/ir';
import type { SectionContext, Work } from '../sections/section-context.ts';
import type { Access, Pace } from '../views/access.ts';
import { type Address, shifted } from '../views/lanes.ts';
import { nest, settled } from '../views/nest.ts';
import { type LoopAxis, simplified } from '../views/space.ts';

/** Positions of a view: for each axis its length, and the distances in the target and in the sums. */
export interface PositionAxis {
  readonly length: number;
  readonly target: Pace;
  readonly sums: number;
}

/** Vectors that are added one after another; more are added by a loop. */
const MOST_VECTORS = 8;

/** Adds a sum for each position, the last axis fastest; what stands side by side there is never the same element twice. */
export function addPositions(
  context: SectionContext,
  { f, lanes }: Work,
  positions: readonly PositionAxis[],
  target: Address,
  sums: Address,
): void {
  const axes = positions.map((axis): LoopAxis => ({
    length: axis.length,
    kind: 'own',
    paces: [axis.target, axis.sums],
  }));
  const space = simplified({ axes, bases: [0, 0] });
  const starts = [target, sums].map((address, index) => settled(f, address, space.bases[index]!));
  const add = (to: Address, sum: Address, count: number): void =>
    lanes.store(f, to, lanes.kept(lanes.add(lanes.load(to, count), lanes.load(sum, count))), count);
  const last = space.axes.at(-1);
  if (last === undefined || last.paces.some((pace) => pace !== lanes.bytes))
    return nest(f, context.walked(f, space.axes), starts, context.listAt, ([to, sum]) => add(to!, sum!, 1));
  const whole = Math.floor(last.length! / lanes.count);
  const rest = last.length! % lanes.count;
  nest(f, context.walked(f, space.axes.slice(0, -1)), starts, context.listAt, ([to, sum]) => {
    if (whole > MOST_VECTORS) {
      const axis = { length: whole, paces: [16, 16] };
      nest(f, [axis], [to!, sum!], context.listAt, ([one, other]) => add(one!, other!, lanes.count));
    } else
      for (let vector = 0; vector < whole; vector++)
        add(shifted(to!, 16 * vector), shifted(sum!, 16 * vector), lanes.count);
    if (rest > 0) add(shifted(to!, 16 * whole), shifted(sum!, 16 * whole), rest);
  });
}

/** Clears what a view shows, from where its first element stands. */
export function clearView(context: SectionContext, { f, lanes }: Work, shown: Access, start: Address): void {
  const zero = lanes.kept(lanes.constant(0));
  const own = context.access(withoutRepeatedAxes(shown.view));
  const axes = own.view.shape.map((length, axis): LoopAxis => ({ length, kind: 'own', paces: [own.axes[axis]!] }));
  const { axes: walked, bases } = simplified({ axes, bases: [0] });
  const from = settled(f, start, bases[0]!);
  nest(f, context.walked(f, walked), [from], context.listAt, ([place]) => lanes.store(f, place!, zero, 1));
}
