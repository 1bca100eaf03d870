/** @file What a subject reports, and how it is printed. */

/** One line of a table. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  /** By column. Columns are those of the first row; what a row lacks, or is NaN, was not measured. */
  readonly values: Readonly<Record<string, number>>;
}

/** What a subject lacks on this machine, in a sentence for people. */
export class NotMeasurable extends Error {
  override readonly name = 'NotMeasurable';
}

/** What the one who measures asks for. */
export interface MeasureOptions {
  /** A built checkout of ndl to measure against. */
  readonly beside?: string | undefined;
}

/** Something to measure. */
export interface Subject {
  /** Stands above its table; Markdown. */
  readonly heading: string;
  /** Decimals of printed values. */
  readonly digits: number;
  /** @throws NotMeasurable */
  measure(options: MeasureOptions): Promise<readonly Row[]>;
}

/** A Markdown table, so that it can be pasted into the documentation as it is. */
export function table(rows: readonly Row[], digits: number): string {
  const names = Object.keys(rows[0]!.values);
  const lines = rows.map(({ what, unit, values }) => [
    what,
    unit,
    ...names.map((name) => (Number.isNaN(values[name] ?? NaN) ? '–' : values[name]!.toFixed(digits))),
  ]);
  const header = ['network', 'unit', ...names];
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
