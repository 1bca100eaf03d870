/** @file Tables of numbers as people and programs write them: comma-separated values by RFC 4180, and what spreadsheets make of it in countries whose decimals have a comma. */
import { NdArray } from '@ndl/numerics';

/** What parts cells: of each file one of them, the one that its first line has most of. */
const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

/** Characters in which the first line ends, about. */
const BEGIN = 100_000;

interface Row {
  /** In the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * `table`, [rows, columns], and each column by its name where the first row has names. Cells are parted by commas, semicolons or tabs; where it is not
 * by commas, decimals may have one. Lines end as on any system, cells may stand in quotes, empty lines are left out.
 * @throws Error for what is no table of numbers, with its line
 */
export function arraysOfCsv(bytes: Uint8Array, name: string): Readonly<Record<string, NdArray>> {
  const fail = (what: string): Error => new Error(`${name}.csv: ${what}`);
  const text = textOf(bytes);
  const separator = separatorOf(text);
  const rows = rowsOf(text, separator);
  const numberOf = (cell: string): number => {
    const written = separator === ',' ? cell : cell.replace(/^([^,.]*),([^,.]*)$/, '$1.$2');
    return written === '' ? NaN : Number(written);
  };
  const isName = (cell: string): boolean => cell !== '' && Number.isNaN(numberOf(cell));
  const names = rows[0]?.cells.some(isName) ? rows.shift()!.cells : [];
  if (rows.length === 0) throw fail('it has no row of numbers.');
  const twice = names.find((each, at) => names.indexOf(each) !== at);
  if (twice !== undefined) throw fail(`two columns are called '${twice}'.`);
  const width = names.length > 0 ? names.length : rows[0]!.cells.length;
  const table = new NdArray(new Float64Array(rows.length * width), [rows.length, width]);
  for (const [row, { line, cells }] of rows.entries()) {
    if (cells.length !== width) throw fail(`line ${line} has ${cells.length} cells, not ${width}.`);
    for (const [column, cell] of cells.entries()) {
      const value = numberOf(cell);
      if (Number.isNaN(value)) throw fail(`line ${line} has '${cell}' where a number is wanted.`);
      table.data[row * width + column] = value;
    }
  }
  const columnOf = (column: number): NdArray =>
    new NdArray(
      Float64Array.from(rows, (_, row) => table.data[row * width + column]!),
      [rows.length],
    );
  const columns = names.map((each, column) => [each, columnOf(column)] as const);
  return Object.fromEntries([...columns, ['table', table] as const]);
}

/** UTF-8, or UTF-16 where the file begins as such files do. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}

function separatorOf(text: string): Separator {
  const begin = text.slice(0, BEGIN).replaceAll(/"[^"]*"/g, '');
  const [line = ''] = /[^\r\n]+/.exec(begin) ?? [];
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

const LINE_END = /\r\n|\r|\n/y;
const REST = /[^\r\n]*/y;

/** By RFC 4180; lines may also end in a carriage return alone, and spaces around cells count for nothing. */
function rowsOf(text: string, separator: Separator): Row[] {
  const space = `[^\\S\\r\\n${separator}]*`;
  const cell = new RegExp(`${space}"((?:[^"]|"")*)"${space}|[^${separator}\\r\\n]*`, 'y');
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };
  const rows: Row[] = [];
  let [line, begin] = [1, 1];
  let cells: string[] = [];
  while (at < text.length) {
    const [whole, quoted] = take(cell)!;
    cells.push(quoted === undefined ? whole.trim() : quoted.replaceAll('""', '"').trim());
    if (quoted !== undefined) {
      line += whole.split(/\r\n|\r|\n/).length - 1;
      // What stands behind quotes makes no cell; it is left to be refused.
      if (text[at] !== separator && !/^[\r\n]?$/.test(text[at] ?? '')) cells.splice(-1, 1, whole + take(REST)![0]);
    }
    if (text[at] === separator) {
      if (++at < text.length) continue;
      cells.push('');
    }
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: begin, cells });
    cells = [];
    take(LINE_END);
    begin = ++line;
  }
  return rows;
}
