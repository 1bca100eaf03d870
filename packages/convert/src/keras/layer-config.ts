/** @file Reads what a Keras layer says of itself: untrusted data, each value checked where it is read. */
import { showValue } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import type { WindowOptions } from '../window-layers.ts';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A configuration, with the name of whose it is for messages. */
export class LayerConfig {
  readonly fields: Fields;
  readonly title: string;

  constructor(fields: unknown, title: string) {
    if (!isFields(fields)) throw sourceInvalid(title, `its config is ${showValue(fields)} in place of an object`);
    this.fields = fields;
    this.title = title;
  }

  /** Whether something stands under a name, and is not null. */
  has(name: string): boolean {
    return Object.hasOwn(this.fields, name) && this.fields[name] !== null && this.fields[name] !== undefined;
  }

  text(name: string, fallback?: string): string {
    return this.#read(name, fallback, (value): value is string => typeof value === 'string', 'a text');
  }

  flag(name: string, fallback: boolean): boolean {
    return this.#read(name, fallback, (value): value is boolean => typeof value === 'boolean', 'true or false');
  }

  number(name: string, fallback?: number): number {
    return this.#read(name, fallback, (value): value is number => Number.isFinite(value), 'a number');
  }

  /** A number of each of `count` dimensions, or one for all. */
  sizes(name: string, count: number, fallback?: readonly number[]): readonly number[] {
    const value = this.has(name) ? this.fields[name] : fallback;
    const list = Array.isArray(value) ? value : new Array<unknown>(count).fill(value);
    if (list.length !== count || !list.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw this.#wrong(name, `${count} whole numbers`, value);
    return list as number[];
  }

  /** A list of whole numbers, of any length. */
  whole(name: string): readonly number[] {
    const value = this.fields[name];
    if (!Array.isArray(value) || !value.every((size) => Number.isSafeInteger(size)))
      throw this.#wrong(name, 'a list of whole numbers', value);
    return value as number[];
  }

  /** Whether channels are last; Keras's words are channels_last and channels_first. */
  get channelsLast(): boolean {
    const format = this.text('data_format', 'channels_last');
    if (format !== 'channels_last' && format !== 'channels_first')
      throw this.#wrong('data_format', 'channels_last or channels_first', format);
    return format === 'channels_last';
  }

  /** How windows of so many dimensions lie. */
  windows(count: number, strides?: readonly number[]): WindowOptions {
    const padding = this.text('padding', 'valid');
    if (padding !== 'valid' && padding !== 'same') throw this.#wrong('padding', 'valid or same', padding);
    const ones = new Array<number>(count).fill(1);
    return {
      strides: this.sizes('strides', count, strides ?? ones),
      dilation: this.sizes('dilation_rate', count, ones),
      padding,
      channelsLast: this.channelsLast,
    };
  }

  #read<Value>(name: string, fallback: Value | undefined, is: (value: unknown) => value is Value, what: string): Value {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.fields[name];
    if (!is(value)) throw this.#wrong(name, what, value);
    return value;
  }

  #wrong(name: string, what: string, value: unknown): Error {
    return sourceInvalid(this.title, `its ${name} must be ${what}; got ${showValue(value)}`);
  }
}
