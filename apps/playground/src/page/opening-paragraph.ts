/** @file What a model says of itself: the comment that its source begins with. */

/** As one paragraph; empty where there is none. */
export function openingParagraph(source: string): string {
  const block = /^\s*\/\*\*?([\s\S]*?)\*\//.exec(source)?.[1];
  const lines = block === undefined ? (/^\s*((?:\/\/.*\n)+)/.exec(source)?.[1] ?? '') : block;
  return lines
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\*|\/\/)?\s?/, '').trim())
    .join(' ')
    .trim();
}
