/** @file `walkSteps`: the loop over the steps of a block, in the order in which the section walks them, with what is sampled. */
import type { FunctionBuilder, Operand } from '@ndl/wasm-module';
import type { EmittedSample } from './samples.ts';
import type { SectionContext } from './section-context.ts';

/** Writes `body` for each step, or once where the section does all steps at once; it says where in a step samples are taken. */
export function walkSteps(
  context: SectionContext,
  f: FunctionBuilder,
  samples: readonly EmittedSample[],
  body: (step: Operand<'i32'>, takeSamples: () => void) => void,
): void {
  if (context.kind !== 'steps') {
    body(0, () => {
      for (const sample of samples) sample.all(f);
    });
    return;
  }
  const steps = context.steps(f);
  const takes = samples.map((sample) => sample.walking(f));
  const step = f.local('i32', 'step');
  const isDescending = context.direction === 'descending';
  if (isDescending) f.set(step, steps);
  f.count(0, steps, 1, () => {
    if (isDescending) f.increase(step, -1);
    body(step, () => {
      for (const take of takes) take(step);
    });
    if (!isDescending) f.increase(step, 1);
  });
}
