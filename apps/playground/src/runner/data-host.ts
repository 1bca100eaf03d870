/** @file Data for trainings, in the sandbox: the page is asked for what is not there yet. */
import { decodeNpz, isNdArray, type NdArray } from '@ndl/numerics';
import { arraysOfCsv } from './csv-table.ts';
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
