/** @file Which browser visits pages: Debian's Chromium, or another one of its family that is installed. Nothing is downloaded. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** In this order: Debian's and Alpine's name, Ubuntu's, those of Google's packages. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where macOS keeps applications. */
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** What to do where {@link findChromium} finds nothing. */
export const NO_CHROMIUM: string =
  `no Chromium was found: none of ${NAMES.join(', ')} is in PATH. ` +
  'Install it (Debian: apt-get install chromium); nothing else is needed';

/** The path of a browser; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...APPLICATIONS].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
