/** @file Which part of a picture is seen, and how large: what the user chose to see, or all of it. */
import { around, type Box, type Place } from './layout.ts';

const [LEAST_ZOOM, MOST_FITTING, MOST_ZOOM] = [0.1, 1.25, 4];
const MARGIN = 22;

interface Seen extends Place {
  readonly zoom: number;
}

export class PictureView {
  readonly #place: HTMLElement;
  #svg: SVGSVGElement | undefined;
  #boxes: ReadonlyMap<string, Box> = new Map();
  /** Undefined for all there is. */
  #chosen: Seen | undefined;
  /** Of the place, as it was told: to ask makes the browser lay out at once all that was drawn. */
  #size: { readonly width: number; readonly height: number };

  constructor(place: HTMLElement) {
    this.#place = place;
    const sizeNow = (): { width: number; height: number } => ({ width: place.clientWidth, height: place.clientHeight });
    this.#size = sizeNow();
    new ResizeObserver(() => {
      this.#size = sizeNow();
      this.#apply();
    }).observe(place);
  }

  /** Of the place, in pixels of the page. */
  get width(): number {
    return this.#size.width;
  }

  /** Pixels of the page for one of the drawing. */
  get zoom(): number {
    return this.#seen().zoom;
  }

  /** Another drawing is to take the place of the one before; where that makes the place larger or smaller, it is fitted once more. */
  show(svg: SVGSVGElement, boxes: ReadonlyMap<string, Box>): void {
    [this.#svg, this.#boxes] = [svg, boxes];
    if (this.#chosen === undefined) this.#fitHeight();
    this.#apply();
  }

  /** From the next drawing on, all of it is seen. */
  forget(): void {
    this.#chosen = undefined;
  }

  fit(): void {
    this.#chosen = undefined;
    this.#fitHeight();
    this.#apply();
  }

  /** By pixels of the page. */
  pan(by: Place): void {
    const seen = this.#seen();
    this.#chosen = { ...seen, x: seen.x + by.x / seen.zoom, y: seen.y + by.y / seen.zoom };
    this.#apply();
  }

  /** Around the middle, or around where a pointer is. */
  zoomBy(factor: number, pointer?: { readonly clientX: number; readonly clientY: number }): void {
    const seen = this.#seen();
    const { left, top, width, height } = this.#place.getBoundingClientRect();
    const { clientX, clientY } = pointer ?? { clientX: left + width / 2, clientY: top + height / 2 };
    const [x, y] = [seen.x + (clientX - left) / seen.zoom, seen.y + (clientY - top) / seen.zoom];
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, seen.zoom * factor));
    const part = seen.zoom / zoom;
    this.#chosen = { zoom, x: x - (x - seen.x) * part, y: y - (y - seen.y) * part };
    this.#apply();
  }

  /** As high as what is drawn needs at the width that there is; the style sheet says what is too much. */
  #fitHeight(): void {
    const { width, height } = around(this.#boxes.values(), MARGIN, MARGIN);
    const zoom = Math.min(MOST_FITTING, this.#size.width / width);
    this.#place.style.height = `${Math.round(height * zoom)}px`;
  }

  #seen(): Seen {
    if (this.#chosen !== undefined) return this.#chosen;
    const { x, y, width, height } = around(this.#boxes.values(), MARGIN, MARGIN);
    const room = this.#size;
    const zoom = Math.max(LEAST_ZOOM, Math.min(MOST_FITTING, room.width / width, room.height / height));
    return { zoom, x: x - (room.width / zoom - width) / 2, y: y - (room.height / zoom - height) / 2 };
  }

  #apply(): void {
    const { width, height } = this.#size;
    if (this.#svg === undefined || width === 0) return;
    const { x, y, zoom } = this.#seen();
    this.#svg.setAttribute('viewBox', `${x} ${y} ${width / zoom} ${height / zoom}`);
  }
}
