/** @file The guard of a Simulator: assigning to one of its properties, or to a name that it does not have, is an error with the way to do it. */
import { fixedProperty } from './errors.ts';

const OPTIONS = 'create another Simulator';

/** What to do instead, by property. */
const WAYS: Readonly<Record<string, string>> = {
  network: `${OPTIONS} with Simulator.create(network)`,
  dt: `${OPTIONS} with the option { dt }`,
  seed: `${OPTIONS} with the option { seed }`,
  settings: `${OPTIONS} with the option { settings }, or of a network with other settings`,
  plan: `${OPTIONS} with other settings or plugins`,
  compiled: `${OPTIONS} of a network that was changed`,
  graph: `${OPTIONS} of a network that was changed`,
  backend: `${OPTIONS} with the setting \`backend\``,
  data: 'runs record it; clearProbes() forgets samples, and decodeParameters(bytes) takes parameters',
  nSteps: 'runs count it; reset() goes back to 0',
  time: 'runs count it; reset() goes back to 0',
  buildSeconds: 'it was measured',
};

/** Guards the instances of a class: whatever can only be read, and names that it does not have. */
export function guardAssignments({ prototype }: { readonly prototype: object }): void {
  for (const [name, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (get === undefined || set !== undefined) continue;
    const refuse = (): never => {
      throw fixedProperty(name, Object.hasOwn(WAYS, name) ? WAYS[name]! : OPTIONS);
    };
    Object.defineProperty(prototype, name, { set: refuse });
  }
  const parent = Object.getPrototypeOf(prototype) as object;
  const refusing = new Proxy(parent, {
    set(_, name) {
      throw fixedProperty(String(name), 'a Simulator has no such property; options are given to Simulator.create');
    },
  });
  Object.setPrototypeOf(prototype, refusing);
}
