/** @file What models print is for the page to show: handed on as text, some lines at a time, as a loop may print more than anybody reads. */
import type { PrintedLine } from './messages.ts';

const LEVELS = ['log', 'warn', 'error'] as const;
/** Characters that are shown of one call, and elements of a list. */
const MOST = 2000;
const MOST_ELEMENTS = 200;
/** Milliseconds between two messages, and lines of one: what else is printed meanwhile is counted. */
const BETWEEN = 100;
const MOST_LINES = 100;

/** Prints a line that is not the model's. */
export type Print = (level: PrintedLine['level'], text: string) => void;

/** From here on, what is printed is handed on. */
export function interceptConsole(send: (lines: readonly PrintedLine[]) => void): Print {
  let lines: PrintedLine[] = [];
  let [left, sentAt] = [0, -Infinity];
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    if (lines.length === 0) return;
    if (left > 0) lines.push({ level: 'warn', text: `… and ${left} more lines` });
    send(lines);
    [lines, left, sentAt] = [[], 0, performance.now()];
  };
  const print: Print = (level, text) => {
    if (lines.length < MOST_LINES) lines.push({ level, text });
    else left++;
    // A loop that holds the thread lets no timer ring.
    if (performance.now() - sentAt > BETWEEN) flush();
    else waiting ??= setTimeout(flush, BETWEEN);
  };
  for (const level of LEVELS)
    console[level] = (...values: unknown[]) => {
      if (lines.length >= MOST_LINES) return print(level, '');
      const text = values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ');
      print(level, text.slice(0, MOST));
    };
  return print;
}

function show(value: unknown): string {
  try {
    if (typeof value !== 'object' || value === null || value instanceof Error) return String(value);
    const list = Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value) ? (value as unknown[]) : [];
    if (list.length > MOST_ELEMENTS)
      return `${JSON.stringify(Array.from(list.slice(0, MOST_ELEMENTS))).slice(0, -1)}, … ${list.length} in all]`;
    return JSON.stringify(value);
  } catch {
    return 'a value that cannot be shown';
  }
}
