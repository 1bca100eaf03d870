/** @file `npm run bench [-- SUBJECT …] [--json]`: the tables of `docs/performance.md`, measured on this machine in one run. */
import { backends } from './backends.ts';
import { browser } from './browser.ts';
import { inferenceOnly } from './inference-only.ts';
import { NotMeasurable, table, type Row, type Subject } from './report.ts';

const SUBJECTS: Readonly<Record<string, Subject>> = { backends, 'inference-only': inferenceOnly, browser };
/** What is measured where none is named. */
const USUAL = ['backends', 'inference-only'];

const parameters = process.argv.slice(2);
const asJson = parameters.includes('--json');
const named = parameters.filter((parameter) => parameter !== '--json');
const unknown = named.filter((name) => !Object.hasOwn(SUBJECTS, name));
if (unknown.length > 0) {
  refuse(`There is no subject '${unknown.join("', '")}' to measure. Name some of ${known()}; --json prints JSON.`);
} else {
  try {
    await measure(named.length > 0 ? named : USUAL);
  } catch (error) {
    if (!(error instanceof NotMeasurable)) throw error;
    refuse(error.message);
  }
}

async function measure(names: readonly string[]): Promise<void> {
  const measured: [string, readonly Row[]][] = [];
  for (const name of new Set(names)) measured.push([name, await SUBJECTS[name]!.measure()]);
  const tables = measured.map(([name, rows]) => {
    const { heading, digits } = SUBJECTS[name]!;
    return `${heading}\n\n${table(rows, digits)}\n`;
  });
  process.stdout.write(asJson ? `${JSON.stringify(Object.fromEntries(measured), null, 2)}\n` : tables.join('\n'));
}

function known(): string {
  return Object.keys(SUBJECTS).join(', ');
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
