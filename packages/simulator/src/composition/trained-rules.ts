/** @file Warns where training moves what a learning rule changes. */
import type { CompiledNetwork } from '@ndl/compiler';

/** Arrays that a learning rule changes in runs, and that somebody wants training to change as well. */
export function warnOfTrainedRules(
  { graph, layout }: Pick<CompiledNetwork, 'graph' | 'layout'>,
  onWarning: ((message: string) => void) | undefined,
): void {
  const names = graph.signals.flatMap((signal) =>
    signal.trainable && layout.roleOf(signal) === 'learnt' ? [signal.name] : [],
  );
  if (names.length === 0) return;
  onWarning?.(
    `${names.join(', ')}: a learning rule changes this while the network runs, and trainable is true for it: training moves what it ` +
      'begins as, through all that the rule does in a call. Leave trainable out to let the rule alone change it.',
  );
}
