/**
 * @file The configuration of a network: defaults for parameters of objects made later, attributes of objects, settings.
 * Defaults belong to each network; attributes and settings to the top-level one. Reading never changes anything.
 */
import { showValue, refuseSurplus } from '@ndl/numerics';
import { attributeSpec, BUILT_IN_ATTRIBUTE_NAMES } from './attributes.ts';
import { guardAssignments } from '../objects/assignment-guard.ts';
import { callSiteOf } from '../networks/call-site.ts';
import {
  accessorOf,
  type AccessorMethods,
  type ClassAccessor,
  type ConfigurableClass,
  type ConfigurableObject,
  type ObjectAccessor,
} from './config-accessor.ts';
import { checkName, describeTarget, isClass, lineFor, type ConfigTarget } from './config-target.ts';
import {
  attributeNotAdded,
  attributeNotApplicable,
  notConfigurable,
  parameterNotAttribute,
  subnetworkAttribute,
} from './config-errors.ts';
import { optionConflict, unknownOption } from '../errors.ts';
import { otherNetwork } from '../networks/network-errors.ts';
import { handedOut, immutableData } from '../data/immutable-data.ts';
import { describeObject } from '../networks/naming.ts';
import type { Network } from '../networks/network.ts';
import { CLASS_NAMES, isNetworkObject, type ConfigurableKind } from '../objects/objects.ts';
import { hintForOtherCopy } from '../objects/other-copies.ts';
import { wayToParameter } from './parameter-owners.ts';
import type { Parameter } from './parameters.ts';

/** A value, and the place in the user's program that set it. */
export interface SitedValue {
  readonly value: unknown;
  /** `file:line:column`. */
  readonly site: string;
}

/**
 * The configuration `original` as that of another network, with what `said`, that of a top-level network, says of each object said of its
 * counterpart.
 */
export let copyConfig: (
  original: ConfigStore,
  said: ConfigStore,
  network: Network,
  counterpart: (object: ConfigurableObject) => ConfigurableObject | undefined,
) => ConfigStore;

/** All that a network's configuration itself says. */
export let configContents: (config: ConfigStore) => {
  readonly classDefaults: ReadonlyMap<ConfigurableKind, ReadonlyMap<string, unknown>>;
  readonly attributes: ReadonlyMap<string, SitedValue>;
  readonly ownAttributes: ReadonlyMap<ConfigurableKind | ConfigurableObject, ReadonlyMap<string, SitedValue>>;
  readonly settings: ReadonlyMap<string, SitedValue>;
};

/**
 * The configuration of one network, `net.config`. It keeps copies of the lists, arrays and plain objects that it is given, and
 * hands out copies.
 */
export class ConfigStore {
  readonly #network: Network;
  readonly #classDefaults = new Map<ConfigurableKind, Map<string, unknown>>();
  /** Configured values of the attributes that were added. */
  readonly #attributes = new Map<string, SitedValue>();
  readonly #ownAttributes = new Map<ConfigurableKind | ConfigurableObject, Map<string, SitedValue>>();
  readonly #settings = new Map<string, SitedValue>();

  static {
    copyConfig = (original, said, network, counterpart) => {
      const copy = new ConfigStore(network);
      for (const [kind, defaults] of original.#classDefaults) copy.#classDefaults.set(kind, new Map(defaults));
      for (const [name, sited] of said.#attributes) copy.#attributes.set(name, sited);
      for (const [name, sited] of said.#settings) copy.#settings.set(name, sited);
      for (const [owner, attributes] of said.#ownAttributes) {
        const owned = typeof owner === 'string' ? owner : counterpart(owner);
        if (owned !== undefined) copy.#ownAttributes.set(owned, new Map(attributes));
      }
      return copy;
    };
    configContents = (config) => ({
      classDefaults: config.#classDefaults,
      attributes: config.#attributes,
      ownAttributes: config.#ownAttributes,
      settings: config.#settings,
    });
    guardAssignments(this, {
      describe: () => 'config',
      wayForUnknown: (name) => `write net.config.of(Network).${name} = …`,
    });
  }

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * The configuration of a class or an object, as properties to read, write and delete.
   * - A class: defaults of parameters for objects made afterwards in this network, or in subnetworks made within it; on
   *   the top-level network also values of added attributes. For `Network`: settings, kept on the top-level network.
   * - An object of the network: its own values of added attributes, only on the top-level network's configuration.
   * @throws NdlError NOT_CONFIGURABLE, FOREIGN_OBJECT; properties throw ATTRIBUTE_NOT_ADDED, SUBNETWORK_ATTRIBUTE,
   * ATTRIBUTE_NOT_APPLICABLE, UNKNOWN_OPTION, RESERVED_NAME, and what the parameter's check throws.
   */
  of<Kind extends ConfigurableKind>(target: ConfigurableClass<Kind>): ClassAccessor<Kind>;
  of(target: ConfigurableObject): ObjectAccessor;
  of(target: ConfigTarget): object {
    refuseSurplus('config.of', arguments, 1);
    this.#checkTarget(target);
    if (!isClass(target)) return accessorOf(this.#attributesOf(target));
    return accessorOf(target.kind === 'network' ? this.#settingMethods(target) : this.#classMethods(target));
  }

  /**
   * Adds an attribute to all objects, with the value that holds where no object, network or class says otherwise; if it
   * was added before, replaces that value. On the top-level network only.
   * @throws NdlError SUBNETWORK_ATTRIBUTE, RESERVED_NAME, INVALID_OPTION, OPTION_CONFLICT
   */
  addAttribute(name: string, value: unknown, site: string = callSiteOf(this.addAttribute)): void {
    checkName(name);
    if (this.#network.parent !== null) {
      throw subnetworkAttribute(
        describeObject(this.#network),
        name,
        `net.config.addAttribute('${name}', ${showValue(value)})`,
      );
    }
    attributeSpec(name)?.check(value, `config attribute '${name}'`);
    const way = wayToParameter(name, showValue(value));
    if (way !== undefined) throw optionConflict(`config attribute '${name}'`, `${way}.`);
    if (this.#settings.has(name))
      throw optionConflict(`config attribute '${name}'`, 'there is a setting of that name already.');
    this.#attributes.set(name, immutableData({ value, site }));
  }

  /** Whether an attribute was added. */
  hasAttribute(name: string): boolean {
    return this.#top.#attributes.has(name);
  }

  /** The attributes that were added, with their configured values. */
  attributes(): ReadonlyMap<string, SitedValue> {
    return new Map(this.#top.#attributes);
  }

  /** The value that an object, or a class, itself has of an attribute. */
  attribute(target: ConfigTarget, name: string): SitedValue | undefined {
    return this.#top.#ownAttributes.get(isClass(target) ? target.kind : target)?.get(name);
  }

  /** The default that this very network has for a parameter of a class. */
  classDefault(kind: ConfigurableKind, name: string): { readonly value: unknown } | undefined {
    const defaults = this.#classDefaults.get(kind);
    return defaults?.has(name) ? { value: defaults.get(name) } : undefined;
  }

  /** The settings of the top-level network, as stored; `@ndl/config` knows what they mean. */
  settings(): ReadonlyMap<string, SitedValue> {
    return new Map(this.#top.#settings);
  }

  /**
   * Stores a setting on the top-level network, unchecked; one that is an attribute of objects too (`trainable`) is added.
   * @throws NdlError RESERVED_NAME; INVALID_OPTION for the value of an attribute
   */
  setSetting(name: string, value: unknown, site: string = callSiteOf(this.setSetting)): void {
    checkName(name);
    if (this.#isAttribute(name)) this.#top.addAttribute(name, value, site);
    else this.#top.#settings.set(name, immutableData({ value, site }));
  }

  get #top(): ConfigStore {
    return this.#network.toplevel.config;
  }

  /** Whether a name means an attribute: one that was added, or one that ndl knows. */
  #isAttribute(name: string): boolean {
    return this.hasAttribute(name) || attributeSpec(name) !== undefined;
  }

  #checkTarget(target: unknown): void {
    if (isClass(target)) return;
    if (!isNetworkObject(target) || target.kind === 'view') throw notConfigurable(target);
    const owner = target.kind === 'network' ? target : target.network;
    if (owner.toplevel !== this.#network.toplevel) {
      throw otherNetwork(
        `the configuration of ${describeObject(this.#network)}`,
        'the object',
        describeObject(target),
        hintForOtherCopy(target),
      );
    }
  }

  #classMethods(target: ConfigurableClass): AccessorMethods {
    const parameters = target.parameters as Readonly<Record<string, Parameter<unknown>>>;
    const configurable = Object.keys(parameters).filter((name) => parameters[name]!.fallback !== undefined);
    const defaults = (): Map<string, unknown> => getOrAdd(this.#classDefaults, target.kind, () => new Map());
    const attributes = this.#attributesOf(target);
    const checkKnown = (name: string): void => {
      if (this.#isAttribute(name)) return;
      throw unknownOption(describeTarget(target), name, [...configurable, ...this.#top.#attributes.keys()]);
    };
    return {
      read: (name) => {
        if (configurable.includes(name))
          return handedOut((this.classDefault(target.kind, name) ?? parameters[name]!.fallback)?.value);
        checkKnown(name);
        return attributes.read(name);
      },
      write: (name, value, site) => {
        if (configurable.includes(name)) {
          defaults().set(name, parameters[name]!.check(value, `${describeTarget(target)}.${name}`));
          return;
        }
        checkName(name);
        checkKnown(name);
        attributes.write(name, value, site);
      },
      remove: (name) => {
        if (configurable.includes(name)) this.#classDefaults.get(target.kind)?.delete(name);
        else attributes.remove(name);
      },
    };
  }

  #settingMethods(target: ConfigurableClass): AccessorMethods {
    return {
      read: (name) => {
        if (!this.#isAttribute(name)) return this.#top.#settings.get(name)?.value;
        this.#checkAttribute(target, name);
        return this.#top.#attributes.get(name)!.value;
      },
      write: (name, value, site) => {
        if (this.#isAttribute(name)) this.#checkAttribute(target, name, value);
        this.setSetting(name, value, site());
      },
      remove: (name) => {
        if (!this.#isAttribute(name)) this.#top.#settings.delete(name);
        else
          throw optionConflict(
            `config attribute '${name}'`,
            'an attribute that was added stays; set it to another value.',
          );
      },
    };
  }

  #attributesOf(target: ConfigTarget): AccessorMethods {
    return {
      read: (name) => {
        this.#checkAttribute(target, name);
        return this.attribute(target, name)?.value;
      },
      write: (name, value, site) => {
        checkName(name);
        this.#checkAttribute(target, name, value);
        const spec = attributeSpec(name);
        spec?.check(value, `${describeTarget(target)}.${name}`);
        const refusal = isClass(target) ? undefined : spec?.refusal?.(target, value);
        if (refusal !== undefined) throw refusal;
        const key = isClass(target) ? target.kind : target;
        getOrAdd(this.#ownAttributes, key, () => new Map<string, SitedValue>()).set(
          name,
          immutableData({ value, site: site() }),
        );
      },
      remove: (name) => {
        this.#checkAttribute(target, name);
        this.#ownAttributes.get(isClass(target) ? target.kind : target)?.delete(name);
      },
    };
  }

  /** Refuses an attribute that cannot be read or written here; `value` is what was to be written. */
  #checkAttribute(target: ConfigTarget, name: string, value?: unknown): void {
    if (this.#network.parent !== null && this.#isAttribute(name)) {
      throw subnetworkAttribute(
        describeObject(this.#network),
        name,
        `${lineFor(target)}.${name}${value === undefined ? '' : ` = ${showValue(value)}`};`,
      );
    }
    if (!this.hasAttribute(name)) {
      const way = isClass(target)
        ? undefined
        : wayToParameter(name, value === undefined ? '…' : showValue(value), target.kind);
      if (way !== undefined) throw parameterNotAttribute(name, describeTarget(target), way);
      throw attributeNotAdded(name, describeTarget(target), [
        ...new Set([...BUILT_IN_ATTRIBUTE_NAMES, ...this.#top.#attributes.keys()]),
      ]);
    }
    const { appliesTo } = attributeSpec(name) ?? {};
    const isSetting = isClass(target) && target.kind === 'network';
    if (appliesTo !== undefined && !appliesTo.includes(target.kind) && !isSetting) {
      throw attributeNotApplicable(
        name,
        describeTarget(target),
        appliesTo.map((kind) => CLASS_NAMES[kind]),
      );
    }
  }
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
