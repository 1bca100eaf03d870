/** @file `lastingNeeds`: the memory that a program will certainly be given for a window or longer, before any of it is. */
import { buffersOf, type Program } from '@ndl/ir';
import type { StoreNeed } from '../engine.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { PreparedProgram } from '../programs/phases.ts';
import { shapeOf } from './slices.ts';

/** How much of it there is. */
export interface NeedsExtent {
  readonly items: number;
  readonly windowSteps: number;
}

/**
 * Inputs, what several sections use at each step of a window, parameters and what optimizers remember, unless they are there already. What lives
 * within one section may need no memory.
 */
export function lastingNeeds<Store>(
  { program, slices }: PreparedProgram,
  { items, windowSteps }: NeedsExtent,
  parameters: Pick<ParameterStore<Store>, 'has'>,
): readonly StoreNeed[] {
  const users = usersIn(program);
  return [...slices.values()].flatMap((plan): readonly StoreNeed[] => {
    const { buffer, span } = plan;
    const { id, role } = buffer;
    const isShared = (role === 'parameter' || role === 'optimizer') && !parameters.has(id);
    const isKept = span === 'window' && (role === 'input' || (users.get(id) ?? 0) > 1);
    if (!isShared && !isKept) return [];
    return [{ name: buffer.name, shape: shapeOf(plan, { dtype: program.dtype, items, steps: windowSteps }) }];
  });
}

/** How many sections use each buffer. */
function usersIn({ sections }: Program): ReadonlyMap<string, number> {
  const users = new Map<string, number>();
  for (const { instructions } of sections)
    for (const id of new Set(buffersOf(instructions))) users.set(id, (users.get(id) ?? 0) + 1);
  return users;
}
