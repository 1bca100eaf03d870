/** @file `emitSharedWalk`: what one of several threads does of a section. */
import type { FunctionBuilder, FunctionHandle, Operand } from '@ndl/wasm-module';
import type { EmittedSample } from '../sections/samples.ts';
import type { SectionContext } from '../sections/section-context.ts';

/** What a thread does in turn: calls of functions that take a step, meetings, and samples at the end. */
export type Tasks = readonly (FunctionHandle | 'meeting' | 'samples')[];

/** Writes the walk. @param meet waits for the other threads */
export function emitSharedWalk(
  context: SectionContext,
  f: FunctionBuilder,
  tasks: Tasks,
  samples: readonly EmittedSample[],
  meet: (f: FunctionBuilder) => void,
): void {
  const run = (step: Operand<'i32'>, takeSamples: () => void): void => {
    for (const task of tasks) {
      if (task === 'meeting') meet(f);
      else if (task === 'samples') takeSamples();
      else f.call(task, step);
    }
  };
  if (context.kind !== 'steps') {
    run(0, () => {
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
    run(step, () => {
      for (const take of takes) take(step);
    });
    if (!isDescending) f.increase(step, 1);
  });
}
