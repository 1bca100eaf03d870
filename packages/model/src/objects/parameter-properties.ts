/** @file Parameters of objects as properties: read from the record of an object, and written by replacing it. */
import { handedOut } from '../data/immutable-data.ts';
import { describeObject } from '../networks/naming.ts';
import type { NetworkObject } from './objects.ts';
import { checkedChanges, type ParameterTable } from '../config/parameters.ts';
import { recordOf, type Recorded } from './recorded.ts';

/** `Recorded`, of objects that have properties by `defineParameterProperties`: TypeScript is told of them here. */
export type RecordedWith<Content extends object, Properties> = abstract new (
  record: Content,
) => Recorded<Content> & Properties;

/** A record that holds the values of parameters. */
interface RecordOfValues<Values> {
  readonly values: Values;
}

/**
 * Gives the objects of a class a property for each of these parameters. Reading gives the value in the record, an array as a copy;
 * assigning calls `replace` with the one change. What is in the prototype already stays.
 */
export function defineParameterProperties<Owner extends Recorded<RecordOfValues<Values>>, Values extends object>(
  { prototype }: { readonly prototype: Owner },
  names: readonly (keyof Values & string)[],
  replace: (object: Owner, changes: { readonly [Name in keyof Values]?: never }) => void,
): void {
  for (const name of names) {
    if (Object.hasOwn(prototype, name)) continue;
    Object.defineProperty(prototype, name, {
      get(this: Owner): unknown {
        return handedOut(recordOf<RecordOfValues<Values>>(this).values[name]);
      },
      set(this: Owner, value: never): void {
        replace(this, { [name]: value } as never);
      },
      configurable: true,
    });
  }
}

/** The record of an object, what to call it, and its values with changes made, each checked by itself. */
export function changedValues<Content extends RecordOfValues<object>>(
  object: NetworkObject & Recorded<Content>,
  table: ParameterTable<Content['values']>,
  changes: object,
): { readonly subject: string; readonly record: Content; readonly values: Content['values'] } {
  const subject = describeObject(object);
  const record = recordOf<Content>(object);
  return { subject, record, values: { ...record.values, ...checkedChanges(table, changes, subject) } };
}
