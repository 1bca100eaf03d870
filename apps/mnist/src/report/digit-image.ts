/** @file A handwritten digit as SVG text, in the colour of the text around it. */
import type { NdArray } from 'ndl';
import { SIDE } from '../digits.ts';

/** An image of [784] brightnesses from 0 to 1. */
export function digitImage({ data }: Pick<NdArray, 'data'>, label: number): string {
  const pixels = Array.from(data, (brightness, index) => {
    if (brightness < 0.02) return '';
    const opacity = brightness < 1 ? ` fill-opacity="${brightness.toFixed(2)}"` : '';
    return `<rect x="${index % SIDE}" y="${Math.floor(index / SIDE)}" width="1.03" height="1.03"${opacity}/>`;
  }).join('');
  return `<svg class="digit" role="img" aria-label="A handwritten ${label}" viewBox="0 0 ${SIDE} ${SIDE}" fill="currentColor">${pixels}</svg>`;
}
