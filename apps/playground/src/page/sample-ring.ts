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
    const { width } = this;
    const all = Math.floor(rows.length / width);
    for (let row = Math.max(0, all - this.#rows); row < all;) {
      const fitting = Math.min(all - row, this.#rows - this.#next);
      this.#data.set(rows.subarray(row * width, (row + fitting) * width), this.#next * width);
      this.#next = (this.#next + fitting) % this.#rows;
      this.#count = Math.min(this.#count + fitting, this.#rows);
      row += fitting;
    }
  }

  /** The value in a row, counted from the oldest. */
  at(row: number, column: number): number {
    // Rows stand at the front until there is no room left.
    const place = this.#count < this.#rows ? row : this.#next + row;
    return this.#data[(place < this.#rows ? place : place - this.#rows) * this.width + column]!;
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
