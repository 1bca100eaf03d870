/** @file Calls of what others wrote, whose errors are told in words of ours. */

/** The error that a user gets of what a call has thrown. */
export type Telling = (error: unknown) => unknown;

/** What a call returns. @throws what `told` makes of what the call throws */
export function returned<Result>(call: () => Result, told: Telling): Result {
  try {
    return call();
  } catch (error) {
    throw told(error);
  }
}

/** What a call promises. @throws what `told` makes of what the call throws, at once or later */
export async function promised<Result>(call: () => Promise<Result>, told: Telling): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw told(error);
  }
}
