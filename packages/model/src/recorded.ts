/**
 * @file Objects with a record: all that is known of one is a single immutable record, replaced as a whole. So a change is
 * made or not made, and a copy of an object shares its record until one of them changes.
 */

/** The record of an object. */
export let recordOf: <Content extends object>(object: Recorded<Content>) => Content;

/** Gives an object another record. */
export let replaceRecord: <Content extends object>(object: Recorded<Content>, record: Content) => void;

/** Whether a value has a record of this copy of the package. */
export let isRecorded: (value: unknown) => value is Recorded<object>;

/** An object whose state is its record. Classes that extend it have neither fields nor private methods of their own. */
export abstract class Recorded<Content extends object> {
  #record: Content;

  static {
    recordOf = (object) => object.#record;
    replaceRecord = (object, record) => {
      object.#record = record;
    };
    isRecorded = (value): value is Recorded<object> => typeof value === 'object' && value !== null && #record in value;
  }

  protected constructor(record: Content) {
    this.#record = record;
    Object.preventExtensions(this);
  }
}

/** An object of the same class with this record; no constructor but that of `Recorded` runs. */
export function twinOf<Object extends Recorded<Content>, Content extends object>(
  object: Object,
  record: Content,
): Object {
  return Reflect.construct(Recorded, [record], object.constructor) as Object;
}
