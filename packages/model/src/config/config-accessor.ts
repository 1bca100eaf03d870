/** @file The typed face of the configuration: what `net.config.of(…)` returns, for a class and for an object. */
import type { ObjectAttributes } from './attributes.ts';
import { callSiteOf } from '../networks/call-site.ts';
import type { ConnectionParameters } from '../objects/connection.ts';
import type { EnsembleParameters } from '../objects/ensemble.ts';
import type { NodeParameters } from '../objects/node.ts';
import type { ConfigurableKind, Member } from '../objects/objects.ts';
import type { Neurons } from '../objects/neurons.ts';
import type { ProbeParameters } from '../objects/probe.ts';

/** Settings by name, as `net.config.of(Network)` takes them. `@ndl/config` fills it, plugins by way of `Settings` in `@ndl/core`. */
export interface NetworkSettings {}

/** What may be set on each class. */
interface ClassProperties {
  network: NetworkSettings;
  ensemble: EnsembleParameters;
  neurons: object;
  node: NodeParameters;
  connection: ConnectionParameters;
  probe: ProbeParameters;
}

/** Properties that may be read, written and deleted. */
type Settable<Properties> = { -readonly [Name in keyof Properties]?: Properties[Name] | undefined };

/** The configuration of an object: its own values of added attributes, undefined where it has none. */
export type ObjectAccessor = Settable<ObjectAttributes>;

/** The configuration of a class: defaults of parameters, values of added attributes; for `Network`, settings. */
export type ClassAccessor<Kind extends ConfigurableKind> = Settable<ClassProperties[Kind]> & ObjectAccessor;

/** Classes that can be configured. */
export interface ConfigurableClass<Kind extends ConfigurableKind = ConfigurableKind> {
  readonly kind: Kind;
  readonly parameters: object;
}

/** Objects that can be configured. */
export type ConfigurableObject = Member | Neurons;

/** What an accessor does; `site` is the place in the user's program. */
export interface AccessorMethods {
  read(name: string): unknown;
  write(name: string, value: unknown, site: () => string): void;
  remove(name: string): void;
}

/** An object whose properties are read, written and deleted by `methods`. Assigning undefined deletes. */
export function accessorOf(methods: AccessorMethods): object {
  const handler: ProxyHandler<object> = {
    get: (_, name) => (typeof name === 'string' ? methods.read(name) : undefined),
    set: function setProperty(_, name, value) {
      if (typeof name !== 'string') return false;
      if (value === undefined) methods.remove(name);
      else methods.write(name, value, () => callSiteOf(setProperty));
      return true;
    },
    deleteProperty: (_, name) => {
      if (typeof name === 'string') methods.remove(name);
      return true;
    },
  };
  return new Proxy({}, handler);
}
