/** @file What plots draw on: a canvas at the screen's own resolution, in the colours of the page. */

/** A canvas that is ready to be drawn on; sizes are in CSS pixels. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** Pixels of the canvas for one of the page. */
  readonly scale: number;
  colour(name: string): string;
}

/** Seconds that are shown. */
const WINDOW = 2;
/** Room for numbers at the left, and for seconds below. */
export const LEFT = 36;
export const BELOW = 18;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sizes of canvases and colours of the page, asked for once: each time they are asked for, the browser lays out and styles all that was written since. */
class Looks {
  readonly #sizes = new WeakMap<Element, Size>();
  readonly #observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.isConnected) this.#sizes.set(target, sizeNow(target));
      else this.#forget(target);
    }
  });
  readonly #colours = new Map<string, string>();
  readonly #style = getComputedStyle(document.documentElement);

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#colours.clear());
  }

  #forget(target: Element): void {
    this.#observer.unobserve(target);
    this.#sizes.delete(target);
  }

  sizeOf(canvas: HTMLCanvasElement): Size {
    const known = this.#sizes.get(canvas);
    if (known === undefined) this.#observer.observe(canvas);
    // What was not seen may have been shown a moment ago.
    return known !== undefined && known.width > 0 ? known : sizeNow(canvas);
  }

  readonly colour = (name: string): string => {
    const known = this.#colours.get(name);
    if (known !== undefined) return known;
    const colour = this.#style.getPropertyValue(name);
    this.#colours.set(name, colour);
    return colour;
  };
}

const sizeNow = ({ clientWidth: width, clientHeight: height }: Element): Size => ({ width, height });

let looks: Looks | undefined;

/** Wipes the canvas; undefined where it is not seen. */
export function sheetOf(canvas: HTMLCanvasElement): Sheet | undefined {
  looks ??= new Looks();
  const { width, height } = looks.sizeOf(canvas);
  if (width === 0 || height === 0) return undefined;
  const scale = Math.min(2, globalThis.devicePixelRatio);
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const { colour } = looks;
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = colour('--quiet');
  context.strokeStyle = colour('--rule');
  context.lineWidth = 1;
  return { context, width, height, scale, colour };
}

/** Where a moment of the window stands that ends at `time`, or begins at 0. */
export function acrossOf(
  sheet: Sheet,
  time: number,
  seconds: number = WINDOW,
): { begin: number; across: (moment: number) => number } {
  const begin = Math.max(0, time - seconds);
  return { begin, across: (moment) => LEFT + ((moment - begin) / seconds) * (sheet.width - LEFT - 4) };
}

/** Seconds below what is drawn. */
export function drawSeconds(sheet: Sheet, time: number, seconds: number = WINDOW): void {
  const { context, width, height, colour } = sheet;
  const { begin, across } = acrossOf(sheet, time, seconds);
  context.fillStyle = colour('--quiet');
  const apart = seconds / 4;
  for (let second = Math.ceil(begin / apart) * apart; second <= begin + seconds; second += apart)
    context.fillText(`${Number(second.toFixed(2))} s`, Math.min(width - 28, across(second)), height - 3);
}

/** A number as it stands at an axis. */
export const mark = (value: number): string => String(Number(value.toPrecision(2)));
