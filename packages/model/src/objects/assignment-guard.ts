/** @file The guard of objects: assigning to what is fixed, or to a name that is not known, is an error with the way to do it. */
import { refuseSurplus } from '@ndl/numerics';
import { fixedProperty, unknownProperty } from './object-errors.ts';

/** What is said of assignments to the objects of a class. */
export interface AssignmentRules {
  /** What to call an object: `Ensemble 'a' (ensembles[0])`. */
  describe(object: object): string;
  /** What to do in place of assigning to a property that can only be read, by property: a clause. */
  readonly ways?: Readonly<Record<string, string>>;
  /** The same where `ways` says nothing of it. Default: that it follows from what the object was made with. */
  readonly otherwise?: string;
  /** What to do in place of assigning to a name that objects do not have. Default: the names that can be assigned to. */
  wayForUnknown?(name: string): string;
}

const METHOD = 'it is a method, to be called';
const DERIVED = 'it follows from what the object was made with';

const gettersOfMethods = new WeakSet<object>();

/** Whether a property is a method of a guarded class. */
export function isGuardedMethod({ get }: PropertyDescriptor): boolean {
  return get !== undefined && gettersOfMethods.has(get);
}

/**
 * Guards the objects of a class against assignments that would be lost, or would break them: to methods and properties that can only
 * be read (FIXED_PROPERTY), and to names that they do not have (UNKNOWN_OPTION). To be called once, by the class itself.
 */
export function guardAssignments({ prototype }: { readonly prototype: object }, rules: AssignmentRules): void {
  refuseSurplus('guardAssignments', arguments, 2);
  const { ways = {}, otherwise = DERIVED } = rules;
  const assignable: string[] = [];
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor') continue;
    if (property.set !== undefined) {
      assignable.push(name);
      continue;
    }
    const isMethod = property.get === undefined;
    const get = property.get ?? (() => property.value as unknown);
    if (isMethod) gettersOfMethods.add(get);
    const way = Object.hasOwn(ways, name) ? ways[name]! : isMethod ? METHOD : otherwise;
    const set = function set(this: object): never {
      throw fixedProperty(rules.describe(this), name, way);
    };
    Object.defineProperty(prototype, name, { get, set, configurable: true });
  }
  Object.setPrototypeOf(prototype, refusing(Object.getPrototypeOf(prototype) as object, rules, assignable));
}

/** The end of a prototype chain: what gets here, no class before it knows. What is assigned to a prototype is let through. */
function refusing(parent: object, rules: AssignmentRules, known: readonly string[]): object {
  return new Proxy(parent, {
    set(target, key, value, receiver) {
      if (Object.hasOwn(receiver as object, 'constructor')) return Reflect.set(target, key, value, receiver);
      const name = String(key);
      throw unknownProperty(rules.describe(receiver as object), name, rules.wayForUnknown?.(name), known);
    },
  });
}
