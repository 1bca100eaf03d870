/**
 * @file `npm run bench [-- SUBJECT …] [--json] [--beside TREE]`: the tables of `docs/performance.md`, measured on this machine in one
 * run.
 */
import { parseArgs } from 'node:util';
import { backends } from './backends.ts';
import { besideSubjects } from './beside.ts';
import { browser } from './browser.ts';
import { build } from './build.ts';
import { costs } from './costs.ts';
import { inferenceOnly } from './inference-only.ts';
import { native } from './native.ts';
import { scale } from './scale.ts';
import { soak } from './soak.ts';
import { threads } from './threads.ts';
import { transforms } from './transforms.ts';
import { NotMeasurable, table, type MeasureOptions, type Row, type Subject } from './report.ts';

const SUBJECTS: Readonly<Record<string, Subject>> = {
  backends,
  build,
  'inference-only': inferenceOnly,
  browser,
  native,
  scale,
  soak,
  threads,
  costs,
  transforms,
  ...besideSubjects,
};
/** What is measured where none is named. */
const USUAL = ['backends', 'inference-only'];

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, beside: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(SUBJECTS, name));
  if (unknown.length > 0)
    throw new NotMeasurable(`There is no subject '${unknown.join("', '")}' to measure. Name some of ${known()}.`);
  await measure(positionals.length > 0 ? positionals : USUAL, values);
} catch (error) {
  const isRefusal =
    error instanceof NotMeasurable || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!isRefusal) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}

async function measure(names: readonly string[], options: MeasureOptions & { readonly json: boolean }): Promise<void> {
  const measured: [string, readonly Row[]][] = [];
  for (const name of new Set(names)) measured.push([name, await SUBJECTS[name]!.measure(options)]);
  const tables = measured.map(([name, rows]) => {
    const { heading, digits } = SUBJECTS[name]!;
    return `${heading}\n\n${table(rows, digits)}\n`;
  });
  process.stdout.write(options.json ? `${JSON.stringify(Object.fromEntries(measured), null, 2)}\n` : tables.join('\n'));
}

function known(): string {
  return Object.keys(SUBJECTS).join(', ');
}
