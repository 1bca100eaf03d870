/** @file Numbers as a table that spreadsheets and other programs read. */
import { type ArrayLikeInput, refuseSurplus } from '@ndl/numerics';
import { shapeGiven, table } from './checks.ts';
import { invalidOption, wrongShape } from './errors.ts';

/**
 * Columns as comma-separated values (RFC 4180, lines ended by a line feed): a line of names, then one for each row. Numbers are
 * written such that reading gives the same bits; what is not finite is NaN, Infinity or -Infinity.
 * @param columns by name: [rows], or [rows, size], which is `size` columns `name[0]`, `name[1]` …; all of as many rows. Where there is no
 * column, of whatever rows, there is no line either.
 * @throws NdlError INVALID_OPTION, SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY
 */
export function toCsv(columns: Readonly<Record<string, ArrayLikeInput>>): string {
  refuseSurplus('toCsv', arguments, 1);
  if (Object.prototype.toString.call(columns) !== '[object Object]' || 'shape' in columns)
    throw invalidOption('toCsv', 'columns', 'an object of names and columns', columns);
  const read = Object.entries(columns).map(([name, values]) => ({ name, array: table('toCsv', `'${name}'`, values) }));
  const rows = read[0]?.array.shape[0] ?? 0;
  for (const { name, array } of read) {
    if (array.shape[0] !== rows)
      throw wrongShape('toCsv', `'${name}'`, `[${rows}] or [${rows}, size]`, shapeGiven(columns[name]!));
  }
  const single = ({ shape }: { readonly shape: readonly number[] }): boolean => shape[1] === 1;
  const heads = read.flatMap(({ name, array }) =>
    single(array)
      ? [{ name, of: name }]
      : Array.from({ length: array.shape[1]! }, (_, column) => ({ name: `${name}[${column}]`, of: name })),
  );
  if (heads.length === 0) return '';
  const owners = new Map<string, string>();
  for (const { name, of } of heads) {
    const other = owners.get(name);
    if (other !== undefined)
      throw invalidOption('toCsv', 'columns', `of different names; '${other}' and '${of}' both have one`, name);
    owners.set(name, of);
  }
  const lines = Array.from({ length: rows }, (_, row) =>
    read
      .map(({ array }) => Array.from(array.row(row).data, digits).join(','))
      .filter((part) => part !== '')
      .join(','),
  );
  return [heads.map(({ name }) => quoted(name)).join(','), ...lines].map((line) => `${line}\n`).join('');
}

/** `String` writes -0 as 0. */
function digits(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
