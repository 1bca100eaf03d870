/** @file What never comes: promises of models that do not settle, though nothing is at work for them. */

/** Milliseconds between two looks. */
const LOOK = 250;

export interface Patience {
  /** In which something has to come. Time counts in which nobody is at work: code that holds the thread has limits of its own. */
  readonly milliseconds: number;
  /** Whether somebody is at work for it. Default: nobody is. */
  readonly isAtWork?: () => boolean;
}

/** What was promised. @param message why there is nothing, once patience ends @throws what it rejects with, or Error */
export async function soonOrNever<Result>(
  promised: Promise<Result>,
  message: string,
  patience: Patience,
): Promise<Result> {
  let end = (): void => {};
  const never = new Promise<never>((_, reject) => {
    end = whenNothingCame(patience, () => reject(new Error(message)));
  });
  try {
    return await Promise.race([promised, never]);
  } finally {
    end();
  }
}

/** Calls `onNothing` once, where nothing came in time. @returns what ends the wait */
export function whenNothingCame({ milliseconds, isAtWork = () => false }: Patience, onNothing: () => void): () => void {
  let looks = 0;
  const timer = setInterval(() => {
    looks = isAtWork() ? 0 : looks + 1;
    if (looks * LOOK < milliseconds) return;
    clearInterval(timer);
    onNothing();
  }, LOOK);
  return () => clearInterval(timer);
}
