/** @file Views at other steps than the present one, and how many steps buffers keep for them. */
import { readsOf } from '../program/instruction-access.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { Lag, View } from '../program/view.ts';
import { lagsOf } from '../program/views.ts';

/** The view `steps` further back. */
export function furtherBack(view: View, steps: number): View {
  const { lag } = view;
  const perAxis = lag?.perAxis ?? view.shape.map(() => 0);
  return withLag(view, { base: (lag?.base ?? 0) + steps, perAxis });
}

/** The view at a lag; at none where that is nothing. */
export function withLag(view: View, lag: Lag | undefined): View {
  const { lag: _, ...present } = view;
  const isNothing = lag === undefined || (lag.base === 0 && lag.perAxis.every((each) => each === 0));
  return isNothing ? present : { ...present, lag };
}

/** Whether some element of the view lies steps back. */
export function liesBack(view: View): boolean {
  return view.lag !== undefined && lagsOf(view).most > 0;
}

/** The most steps that anything is read back, by id of the buffer. */
function depthsOf({ sections }: Pick<Program, 'sections'>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const { instructions } of sections) {
    for (const instruction of instructions) {
      for (const view of readsOf(instruction)) {
        if (view.lag === undefined) continue;
        depths.set(view.buffer, Math.max(depths.get(view.buffer) ?? 0, lagsOf(view).most));
      }
    }
  }
  return depths;
}

/** The program, each buffer that has a value for each step keeping as many steps before as are read; state keeps one at least. */
export function withDepths<Given extends Pick<Program, 'sections' | 'buffers'>>(program: Given): Given {
  const depths = depthsOf(program);
  const buffers = program.buffers.map((buffer): Buffer => {
    const { steps, id, lifetime } = buffer;
    if (steps === 'one') return buffer;
    const before = Math.max(depths.get(id) ?? 0, lifetime === 'run' ? Math.max(1, steps.before) : 0);
    return before === steps.before ? buffer : { ...buffer, steps: { ...steps, before } };
  });
  return { ...program, buffers };
}
