/** @file Lines through many samples, drawn with the few points that the eye tells from all of them: painting a line takes as long as it has points. */

/** What a line is drawn on: a canvas, or a path of one. */
export interface LinePath {
  lineTo(x: number, y: number): void;
}

/** Samples of a line in pixels, from left to right. What is not finite is left out. */
export interface Samples {
  readonly count: number;
  x(sample: number): number;
  y(sample: number): number;
}

/** Pixels of the screen that a line may miss a sample by, up or down. */
const TOLERANCE = 0.4;

/**
 * Draws a line that misses no sample by more than 0.4 pixels of the screen. Of samples in one column of them, the least and the greatest count.
 * @param scale pixels of the screen for one of the page
 */
export function drawThinned(path: LinePath, { count, x, y }: Samples, scale: number): void {
  const swingingDoor = new SwingingDoor(path, TOLERANCE / scale);
  let [column, least, greatest] = [NaN, -1, -1];
  let [lowest, highest] = [0, 0];
  const close = (): void => {
    if (least < 0) return;
    const [first, second] = least < greatest ? [least, greatest] : [greatest, least];
    swingingDoor.take(x(first), y(first));
    if (second !== first) swingingDoor.take(x(second), y(second));
  };
  for (let sample = 0; sample < count; sample++) {
    const height = y(sample);
    if (!Number.isFinite(height)) continue;
    const here = Math.floor(x(sample) * scale);
    if (here !== column) {
      close();
      [column, least, greatest, lowest, highest] = [here, sample, sample, height, height];
    } else if (height < lowest) [least, lowest] = [sample, height];
    else if (height > highest) [greatest, highest] = [sample, height];
  }
  close();
  swingingDoor.end();
}

/**
 * Leaves out points that a straight line between two others passes closely enough: the swinging door of E. H. Bristol,
 * "Swinging door trending: adaptive trend recording?", ISA National Conference Proceedings, 1990.
 */
class SwingingDoor {
  readonly #path: LinePath;
  readonly #tolerance: number;
  #hasAnchor = false;
  #hasLast = false;
  #anchorX = 0;
  #anchorY = 0;
  #lastX = 0;
  #lastY = 0;
  /** Slopes from the anchor that pass all points since. */
  #lowest = -Infinity;
  #highest = Infinity;

  constructor(path: LinePath, tolerance: number) {
    this.#path = path;
    this.#tolerance = tolerance;
  }

  take(x: number, y: number): void {
    if (!this.#hasAnchor) return this.#anchor(x, y);
    const slope = (y - this.#anchorY) / Math.max(x - this.#anchorX, 1e-9);
    if (slope < this.#lowest || slope > this.#highest) this.#anchor(this.#lastX, this.#lastY);
    const across = Math.max(x - this.#anchorX, 1e-9);
    this.#lowest = Math.max(this.#lowest, (y - this.#tolerance - this.#anchorY) / across);
    this.#highest = Math.min(this.#highest, (y + this.#tolerance - this.#anchorY) / across);
    [this.#hasLast, this.#lastX, this.#lastY] = [true, x, y];
  }

  end(): void {
    if (this.#hasLast) this.#path.lineTo(this.#lastX, this.#lastY);
  }

  #anchor(x: number, y: number): void {
    this.#path.lineTo(x, y);
    [this.#hasAnchor, this.#hasLast, this.#anchorX, this.#anchorY] = [true, false, x, y];
    [this.#lowest, this.#highest] = [-Infinity, Infinity];
  }
}
