/** @file Work that is asked for more often than it is wanted. */

/** A function that does the work at once, or as soon as `milliseconds` have passed since it was done last; what is asked for meanwhile is done once. */
export function paced(milliseconds: number, work: () => void): () => void {
  let [doneAt, isComing] = [-Infinity, false];
  const doIt = (): void => {
    [doneAt, isComing] = [performance.now(), false];
    work();
  };
  return () => {
    if (isComing) return;
    const left = doneAt + milliseconds - performance.now();
    if (left <= 0) return doIt();
    isComing = true;
    setTimeout(doIt, left);
  };
}
