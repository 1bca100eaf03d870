/** @file Data for trainings, in the sandbox: the page is asked for what is not there yet. */
import { decodeNpz, isNdArray, NdArray } from '@ndl/numerics';
import type { DataOrder } from './messages.ts';

type Arrays = Readonly<Record<string, NdArray>>;

/** Data that the page is asked for: whoever loads them meanwhile waits for the same. */
interface Awaited {
  readonly arrays: Promise<Arrays>;
  resolve(arrays: Arrays): void;
  reject(error: unknown): void;
}

/** Data by name. */
export class DataHost {
  readonly #known = new Map<string, Arrays>();
  readonly #awaited = new Map<string, Awaited>();
  readonly #ask: (name: string) => void;

  constructor(ask: (name: string) => void) {
    this.#ask = ask;
  }

  /** Whether the page is asked for something. */
  get isAwaited(): boolean {
    return this.#awaited.size > 0;
  }

  /** @throws Error where the page has no data so called, or their file cannot be read */
  async load(name: string): Promise<Arrays> {
    return this.#known.get(name) ?? (this.#awaited.get(name) ?? this.#askFor(name)).arrays;
  }

  #askFor(name: string): Awaited {
    const awaited = {} as { -readonly [Part in keyof Awaited]: Awaited[Part] };
    awaited.arrays = new Promise((resolve, reject) => Object.assign(awaited, { resolve, reject }));
    this.#awaited.set(name, awaited);
    this.#ask(name);
    return awaited;
  }

  /** Takes what the page sends, asked for or not. @throws Error for a file that cannot be read, of which whoever waits is told, too; what there was before stays */
  take({ name, format, bytes }: DataOrder): void {
    const awaited = this.#awaited.get(name);
    this.#awaited.delete(name);
    try {
      if (bytes !== null) {
        const arrays = format === 'csv' ? arraysOfCsv(bytes, name) : arraysOfNpz(bytes, name);
        this.#known.set(name, arrays);
        awaited?.resolve(arrays);
      } else
        awaited?.reject(
          new Error(`there are no data '${name}' here; open a file ${name}.npz or ${name}.csv, or images called so.`),
        );
    } catch (error) {
      awaited?.reject(error);
      throw error;
    }
  }
}

function arraysOfNpz(bytes: Uint8Array, name: string): Arrays {
  const arrays = [...decodeNpz(bytes, { subject: `${name}.npz` })].filter(([, content]) => isNdArray(content));
  return Object.fromEntries(arrays) as Arrays;
}

/**
 * `table`, [rows, columns], and each column by its name where the first row has names.
 * @throws Error for what is no table of numbers
 */
export function arraysOfCsv(bytes: Uint8Array, name: string): Arrays {
  const lines = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const cells = lines.map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replaceAll(/^"|"$/g, '')));
  const names = cells[0]?.some((cell) => cell !== '' && Number.isNaN(Number(cell))) ? cells.shift()! : [];
  const width = names.length > 0 ? names.length : (cells[0]?.length ?? 0);
  const table = new NdArray(new Float64Array(cells.length * width), [cells.length, width]);
  for (const [row, entries] of cells.entries()) {
    const line = row + 1 + Number(names.length > 0);
    if (entries.length !== width)
      throw new Error(`${name}.csv: line ${line} has ${entries.length} cells, not ${width}.`);
    for (const [column, entry] of entries.entries()) {
      const value = Number(entry);
      if (entry === '' || Number.isNaN(value))
        throw new Error(`${name}.csv: line ${line} has '${entry}' where a number is wanted.`);
      table.data[row * width + column] = value;
    }
  }
  const columnOf = (column: number): NdArray =>
    new NdArray(
      Float64Array.from({ length: cells.length }, (_, row) => table.data[row * width + column]!),
      [cells.length],
    );
  const columns = names.map((each, column) => [each, columnOf(column)] as const);
  return Object.fromEntries([...columns, ['table', table] as const]);
}
