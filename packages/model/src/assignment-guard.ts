/** @file The guard of a network's objects: assigning to what is fixed, or to a name that is not known, is an error with the way to do it. */
import { fixedProperty, unknownOption } from './errors.ts';
import { describeObject } from './naming.ts';
import type { NetworkObject } from './objects.ts';
import { isRecorded } from './recorded.ts';

/**
 * Guards the objects of a class against assignments that would be lost: to properties that can only be read
 * (FIXED_PROPERTY), and to names that they do not have (UNKNOWN_OPTION). `ways` says what to do instead, by property;
 * `otherwise` where it says nothing.
 */
export function guardAssignments(
  { prototype }: { readonly prototype: object },
  ways: Readonly<Record<string, string>> = {},
  otherwise = 'it follows from what the object was made with',
): void {
  const accessors = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, { get }]) => get);
  for (const [name, { set }] of accessors) {
    if (set !== undefined) continue;
    const refuse = function refuse(this: NetworkObject): never {
      throw fixedProperty(describeObject(this), name, Object.hasOwn(ways, name) ? ways[name]! : otherwise);
    };
    Object.defineProperty(prototype, name, { set: refuse });
  }
  const assignable = accessors.filter(([, { set }]) => set).map(([name]) => name);
  Object.setPrototypeOf(prototype, unknownNamesRefused(Object.getPrototypeOf(prototype) as object, assignable));
}

/** The end of a prototype chain: what gets here, no class before it knows. */
function unknownNamesRefused(parent: object, known: readonly string[]): object {
  return new Proxy(parent, {
    set(target, name, value, receiver) {
      if (isRecorded(receiver)) throw unknownOption(describeObject(receiver as NetworkObject), String(name), known);
      return Reflect.set(target, name, value, receiver);
    },
  });
}
