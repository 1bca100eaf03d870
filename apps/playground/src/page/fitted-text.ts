/** @file Text that fits into a box of the picture: as much of it as there is room for, then three dots. */

/** As the style sheet has them. */
const FONTS = { name: '13px system-ui, sans-serif', detail: '11px system-ui, sans-serif' } as const;

/** Widths of texts in pixels by font: the same ones are drawn again and again. */
const widths = new Map<string, number>();
/** Texts whose width is remembered; hostile models have many. */
const MOST_REMEMBERED = 2000;
let context: CanvasRenderingContext2D | undefined;

/** @param width pixels of the drawing that the text may take */
export function fitted(text: string, width: number, look: keyof typeof FONTS): string {
  // More letters than pixels fit nowhere.
  const begin = text.slice(0, 2 * Math.ceil(width));
  if (begin === text && widthOf(text, look) <= width) return text;
  const letters = Array.from(begin);
  let [fits, most] = [0, letters.length];
  while (fits < most) {
    const middle = Math.ceil((fits + most) / 2);
    if (widthOf(`${letters.slice(0, middle).join('')}…`, look) <= width) fits = middle;
    else most = middle - 1;
  }
  return `${letters.slice(0, fits).join('').trimEnd()}…`;
}

function widthOf(text: string, look: keyof typeof FONTS): number {
  const key = `${look} ${text}`;
  let width = widths.get(key);
  if (width !== undefined) return width;
  context ??= document.createElement('canvas').getContext('2d')!;
  context.font = FONTS[look];
  width = context.measureText(text).width;
  if (widths.size >= MOST_REMEMBERED) widths.clear();
  widths.set(key, width);
  return width;
}
