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

/** Wipes the canvas; undefined where it is not seen. */
export function sheetOf(canvas: HTMLCanvasElement): Sheet | undefined {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0 || height === 0) return undefined;
  const scale = Math.min(2, globalThis.devicePixelRatio);
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name);
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
