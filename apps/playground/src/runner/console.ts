/** @file What models print is for the page to show. */

const LEVELS = ['log', 'warn', 'error'] as const;
/** Characters that are shown of one call. */
const MOST = 2000;

/** From here on, what is printed is handed on as text. */
export function interceptConsole(print: (level: (typeof LEVELS)[number], text: string) => void): void {
  for (const level of LEVELS) {
    console[level] = (...values: unknown[]) => {
      const text = values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ');
      print(level, text.slice(0, MOST));
    };
  }
}

function show(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null && !(value instanceof Error)
      ? JSON.stringify(value)
      : String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}
