/** @file Work that is done in pieces, so that whoever types or points is heard in between. */

/** Milliseconds that work takes of the page's thread at once; half of a frame at sixty a second. */
const PIECE = 8;

/** Resolves once the page has heard whoever waits. */
export function turn(): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: { yield?(): Promise<void> } };
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/**
 * What is made of each of many, in order, a few at a time.
 * @param isWanted asked after each turn
 * @returns undefined where it is no longer wanted
 */
export async function inPieces<Item, Made>(
  items: Iterable<Item>,
  make: (item: Item) => Made,
  isWanted: () => boolean,
): Promise<Made[] | undefined> {
  const made: Made[] = [];
  let began = performance.now();
  for (const item of items) {
    if (performance.now() - began >= PIECE) {
      await turn();
      if (!isWanted()) return undefined;
      began = performance.now();
    }
    made.push(make(item));
  }
  return made;
}
