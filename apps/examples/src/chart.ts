/** @file Draws a series as a small chart of characters. */

const COLUMNS = 72;
const ROWS = 13;

/** Means of equal stretches of the series, one per column, between its extremes. */
export function chart(series: ArrayLike<number>): string {
  const values = Array.from(series);
  const columns = Array.from({ length: COLUMNS }, (_, column) => {
    const stretch = values.slice(
      Math.floor((column * values.length) / COLUMNS),
      Math.floor(((column + 1) * values.length) / COLUMNS),
    );
    return stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
  });
  const top = Math.max(...columns);
  const bottom = Math.min(...columns);
  const rowOf = (value: number): number => Math.round(((top - value) / (top - bottom || 1)) * (ROWS - 1));
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const level = top - (row * (top - bottom)) / (ROWS - 1);
    const marks = columns.map((value) => (rowOf(value) === row ? '•' : ' ')).join('');
    return `${level.toFixed(2).padStart(6)} │${marks}`;
  });
  return lines.join('\n');
}
