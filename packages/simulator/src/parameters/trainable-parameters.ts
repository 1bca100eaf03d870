/** @file Where the parameters that training may move lie: each buffer, and the parameter signals in it. */
import type { Composition } from '../composition/composition.ts';
import type { CheckedParameter } from '../gradients/gradient-comparisons.ts';

export function trainableParameters({
  graph,
  compiled,
}: Pick<Composition, 'graph' | 'compiled'>): readonly CheckedParameter[] {
  return compiled.layout.trainable.map((buffer) => ({
    buffer,
    signals: compiled.graph.signals.flatMap((signal) => {
      const view = compiled.layout.viewOf({ signal, shape: signal.shape });
      const isLearnt =
        view.buffer === buffer && graph.signals.some(({ name, role }) => name === signal.name && role === 'parameter');
      return isLearnt ? [{ name: signal.name, offset: view.offset, size: signal.initial.size }] : [];
    }),
  }));
}
