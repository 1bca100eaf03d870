/** @file Summed axes in the order of the law: steps as the section walks them. */
import { op } from '@ndl/wasm-module';
import type { SectionContext, Work } from '../sections/section-context.ts';
import { type Address, pointerTo } from '../views/lanes.ts';
import type { WalkedAxis } from '../views/nest.ts';
import type { LoopAxis } from '../views/space.ts';

/** Axes of addresses, and where these begin: where steps descend, at the last one. @param axes steps come first, if at all */
export function inOrder(
  context: SectionContext,
  f: Work['f'],
  axes: readonly LoopAxis[],
  addresses: readonly Address[],
): readonly [readonly WalkedAxis[], readonly Address[]] {
  const walked = context.walked(f, axes);
  if (axes[0]?.kind !== 'steps' || context.direction === 'ascending') return [walked, addresses];
  const [steps, ...inner] = walked as [WalkedAxis, ...WalkedAxis[]];
  const paces = steps.paces as readonly number[];
  const last = op('i32.sub', steps.length, 1);
  const starts = addresses.map((address, index) => {
    if (paces[index] === 0) return address;
    const distance = op('i32.mul', last, paces[index]!);
    return { pointer: f.let(op('i32.add', pointerTo(address), distance), 'last'), offset: 0 };
  });
  return [[{ ...steps, paces: paces.map((pace) => -pace) }, ...inner], starts];
}
