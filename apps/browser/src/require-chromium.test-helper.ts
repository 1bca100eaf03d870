/** @file Whether tests that need a browser run. */
import { findChromium, NO_CHROMIUM } from './index.ts';

/** The browser's path. Where there is none, the test is skipped, unless it was said that one is there. */
export function requireChromium(skip: (reason: string) => never): string {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.env['NDL_NEEDS_BROWSER'] === '1') throw new Error(NO_CHROMIUM);
  return skip(NO_CHROMIUM);
}
