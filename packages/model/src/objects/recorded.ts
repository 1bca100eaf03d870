/**
 * @file Objects with a record: all that is known of one is a single immutable record, replaced as a whole. So a change is
 * made or not made, and a copy of an object shares its record until one of them changes.
 */
import { isGuardedMethod } from './assignment-guard.ts';

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
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: function inspected(this: Recorded<object>, _depth: number, options: object, inspect: Inspect): string {
        return `${this.constructor.name} ${inspect(shownOf(this), options)}`;
      },
    });
  }

  protected constructor(record: Content) {
    this.#record = record;
    Object.preventExtensions(this);
  }
}

/** Node's `util.inspect`. */
type Inspect = (value: unknown, options: object) => string;

/** What a console shows of an object: its properties, with the kind and label of each object that it points to. */
function shownOf(object: Recorded<object>): object {
  const accessors = Object.entries(Object.getOwnPropertyDescriptors(object.constructor.prototype as object));
  const properties = accessors.filter(
    ([name, property]) => property.get !== undefined && !isGuardedMethod(property) && name !== 'kind',
  );
  return Object.fromEntries(
    properties.map(([name]) => [name, shortened((object as unknown as Record<string, unknown>)[name])]),
  );
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value) && value.some(isRecorded)) return value.length;
  const { kind, label } = (typeof value === 'object' && value !== null ? value : {}) as {
    kind?: string;
    label?: string;
  };
  if (isRecorded(value)) return label == null ? `(${kind})` : `(${kind} '${label}')`;
  return kind === 'neurons' || kind === 'view' ? `(${kind})` : value;
}

/**
 * An object of the same kind with this record; no constructor but that of `Recorded` runs. What others made of a class of this package, with fields
 * that only their constructor fills, becomes an object of that class.
 */
export function twinOf<Object extends Recorded<Content>, Content extends object>(
  object: Object,
  record: Content,
): Object {
  let ours = object.constructor;
  for (let base = ours; base !== Recorded; base = Object.getPrototypeOf(base) as typeof base) ours = base;
  return Reflect.construct(Recorded, [record], ours) as Object;
}
