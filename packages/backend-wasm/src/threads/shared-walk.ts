/** @file `emitSharedWalk`: what one of several threads does of a section. */
import type { FunctionBuilder, FunctionHandle } from '@ndl/wasm-module';
import type { EmittedSample } from '../sections/samples.ts';
import type { SectionContext } from '../sections/section-context.ts';
import { walkSteps } from '../sections/walk-steps.ts';

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
  walkSteps(context, f, samples, (step, takeSamples) => {
    for (const task of tasks) {
      if (task === 'meeting') meet(f);
      else if (task === 'samples') takeSamples();
      else f.call(task, step);
    }
  });
}
