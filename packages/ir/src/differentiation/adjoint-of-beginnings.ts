/**
 * @file How state begins. State that begins as a parameter hands the gradient of what stood before the first step to that parameter,
 * summed over items; other beginnings are constants.
 */
import type { Dependence } from './activity.ts';
import type { Buffer, Program } from '../program/program.ts';
import { fullView } from '../program/views.ts';
import type { AdjointContext } from './adjoint-context.ts';

/** State that begins as a parameter. */
export interface Beginning {
  readonly state: Buffer;
  readonly parameter: Buffer;
}

export function beginningsOf({ buffers }: Program): readonly Beginning[] {
  const byId = new Map(buffers.map((buffer) => [buffer.id, buffer]));
  return buffers.flatMap((state) => {
    const { initial } = state;
    if (typeof initial === 'number' || !('parameter' in initial)) return [];
    return [{ state, parameter: byId.get(initial.parameter)! }];
  });
}

/** What such state depends on. */
export function dependencesOfBeginnings(beginnings: readonly Beginning[]): readonly Dependence[] {
  return beginnings.map(({ state, parameter }) => ({ from: parameter.id, to: state.id }));
}

/** Writes the adjoint of the beginning of state that no step changes, in a before section. */
export function adjointOfBeginning(
  { state, parameter }: Beginning,
  { gradients, writer }: Pick<AdjointContext, 'gradients' | 'writer'>,
): void {
  const [from, into] = [fullView(state), fullView(parameter)];
  if (state.steps !== 'one') return;
  const gradient = gradients.gradientAt(from);
  if (gradient === undefined || !gradients.isWanted(into)) return;
  writer.describe({ label: `beginning of ${state.name}` });
  gradients.addFrom(into, gradient, gradients.layoutOf(from));
}
