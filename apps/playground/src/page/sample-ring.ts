/** @file The last samples of a plot, in memory that does not grow. */

/** Rows of one width; the oldest make place for the newest. */
export class SampleRing {
  readonly width: number;
  readonly #rows: number;
  readonly #data: Float32Array;
  #next = 0;
  #count = 0;

  constructor(width: number, rows: number) {
    this.width = width;
    this.#rows = rows;
    this.#data = new Float32Array(width * rows);
  }

  get length(): number {
    return this.#count;
  }

  /** Whole rows, one behind the other. */
  push(rows: Float32Array): void {
    for (let at = 0; at + this.width <= rows.length; at += this.width) {
      this.#data.set(rows.subarray(at, at + this.width), this.#next * this.width);
      this.#next = (this.#next + 1) % this.#rows;
      this.#count = Math.min(this.#count + 1, this.#rows);
    }
  }

  /** The value in a row, counted from the oldest. */
  at(row: number, column: number): number {
    const oldest = (this.#next - this.#count + this.#rows) % this.#rows;
    return this.#data[((oldest + row) % this.#rows) * this.width + column]!;
  }

  /** The first row whose time, its first value, is not before `time`. */
  firstFrom(time: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle, 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** All that is kept, the oldest first. */
  rows(): Float32Array<ArrayBuffer> {
    const all = new Float32Array(this.#count * this.width);
    for (let row = 0; row < this.#count; row++)
      for (let column = 0; column < this.width; column++) all[row * this.width + column] = this.at(row, column);
    return all;
  }
}
