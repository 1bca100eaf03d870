/** @file `TeamHost`: where the threads of a team come from, and how long they may be silent. */
import type { ThreadHost } from '@ndl/threads';
import type { AnsweredOrder } from './worker-text.ts';

export interface TeamHost extends ThreadHost {
  /** Milliseconds that threads may be silent, by what they were told. Default: two minutes to run something, else half a minute. */
  readonly patience?: Partial<Readonly<Record<AnsweredOrder['order'], number>>>;
}
