/** @file A measured profile as a table for people, in Markdown. */
import type { ProfileFigures } from './profile-figures.ts';

/** Longer texts of labels are cut. */
const LONGEST_LABEL = 240;

const HEAD = ['ms', 'share', 'calls', 'µs/call', 'Mop', 'GFLOP/s', 'MB', 'GB/s', 'section', 'part', 'for'] as const;

/** The parts, those that took longest first, under a line that says what was measured. */
export function profileTable({ backend, milliseconds, clock, note, sections, parts }: ProfileFigures): string {
  const several = new Set(sections.map(({ goal }) => goal)).size > 1;
  const rows = parts.map((part) => {
    const { kind, goal } = sections[part.section]!;
    const perCall = part.milliseconds === null || !part.calls ? null : (1000 * part.milliseconds) / part.calls;
    return [
      rounded(part.milliseconds, 2),
      part.share === null ? '–' : `${(100 * part.share).toFixed(1)} %`,
      part.calls === null ? '–' : String(part.calls),
      rounded(perCall, 2),
      rounded(part.operations / 1e6, 2),
      rounded(part.gigaflops, 2),
      rounded(part.bytes / 1e6, 2),
      rounded(part.gigabytesPerSecond, 2),
      `${part.section} ${kind}${several ? ` (${goal})` : ''}`,
      part.kind,
      shortened(part.label),
    ];
  });
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const isText = (column: number): boolean => column >= HEAD.indexOf('section');
  // Labels are as long as they are.
  widths[widths.length - 1] = HEAD.at(-1)!.length;
  const padded = (cell: string, column: number): string =>
    isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  const line = (cells: readonly string[]): string => `| ${cells.map(padded).join(' | ')} |`;
  const rule = widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [
    `${backend}: ${milliseconds.toFixed(1)} ms in all, of which asking for the time took ${clock.toFixed(1)}. ${note}`,
    '',
    line(HEAD),
    line(rule),
    ...rows.map(line),
  ].join('\n');
}

function rounded(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

function shortened(text: string): string {
  return (text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text).replaceAll('|', '\\|');
}
