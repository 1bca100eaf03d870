/** @file The guard of a configuration: what is assigned to it itself, and not to what `of` returns, is refused. */
import { fixedProperty } from './errors.ts';

/** Guards the instances of a class against every assignment: to its methods, and to names that it does not have. */
export function guardConfig({ prototype }: { readonly prototype: object }): void {
  for (const [name, { value: method }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor') continue;
    const refuse = (): never => {
      throw fixedProperty('config', name, 'it is a method, to be called');
    };
    Object.defineProperty(prototype, name, { get: () => method as unknown, set: refuse, configurable: true });
  }
  const refusing = new Proxy(Object.getPrototypeOf(prototype) as object, {
    set(_, name) {
      throw fixedProperty('config', String(name), `write net.config.of(Network).${String(name)} = …`);
    },
  });
  Object.setPrototypeOf(prototype, refusing);
}
