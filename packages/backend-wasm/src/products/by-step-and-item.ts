/** @file What is done step by step, as the section walks them, and item by item. */
import { op, type Operand } from '@ndl/wasm-module';
import type { SectionContext, Work } from '../sections/section-context.ts';
import type { Access } from '../views/access.ts';
import type { Address } from '../views/lanes.ts';
import { nest, Walk } from '../views/nest.ts';

/** Runs `body` for each step and each of some items, with the addresses of the accesses there. */
export function byStepAndItem(
  context: SectionContext,
  work: Work,
  accesses: readonly Access[],
  items: number,
  body: (at: readonly Address[]) => void,
): void {
  const { f } = work;
  const ofItems = accesses.map(({ itemBytes }) => itemBytes);
  const step = (at: readonly Address[]): void => nest(f, [{ length: items, paces: ofItems }], at, context.listAt, body);
  const starts = accesses.map((access) => context.start(work, access, access.base));
  if (!accesses.some(({ hasSteps }) => hasSteps)) return step(starts);
  const ofSteps = accesses.map(({ hasSteps, stepBytes }) => (hasSteps ? stepBytes : 0));
  const steps = context.steps(f);
  const isDescending = context.direction === 'descending';
  const begin = isDescending ? starts.map((address, index) => atLast(f, address, ofSteps[index]!, steps)) : starts;
  const paces = ofSteps.map((pace) => (isDescending ? -pace : pace));
  const walk = new Walk(f, begin, paces, context.listAt);
  f.count(0, steps, 1, () => {
    step(walk.at(0));
    walk.advance(1);
  });
}

function atLast(f: Work['f'], { pointer, offset }: Address, pace: number, steps: Operand<'i32'>): Address {
  if (pace === 0) return { pointer, offset };
  const distance = op('i32.mul', op('i32.sub', steps, 1), pace);
  const start = op('i32.add', pointer ?? 0, offset);
  return { pointer: f.let(op('i32.add', start, distance), 'last'), offset: 0 };
}
