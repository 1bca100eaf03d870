/** @file Plugins: named values that bind services and contribute to collections. Nothing registers itself by being imported. */
import { refuseSurplus } from '@ndl/numerics';
import type { ContainerModuleLoadOptions, BindToFluentSyntax } from 'inversify';
import { pluginInvalid, unknownPluginField } from '../errors.ts';
import type { Token } from './token.ts';

/** The version of the contracts in this package; the container refuses plugins stamped with another. */
export const CONTRACT_VERSION = 1;

/** What `register` may do: everything that an inversify module may, and contribute to collections. */
export interface PluginRegistration extends ContainerModuleLoadOptions {
  /** Adds one member to a collection: simplifications, neuron definitions, choices of a slot … Order is plugin order. */
  contribute<T>(collection: Token<T>): BindToFluentSyntax<T>;
  /** Contributes a definition that takes the place, on purpose, of the one of its kind which an earlier plugin contributed. */
  replace<T extends { readonly kind: string }>(collection: Token<T>): BindToFluentSyntax<T>;
}

/** What a plugin's author writes. */
export interface PluginDefinition {
  /** The name of the package that exports it; tokens of this package begin with it. */
  readonly name: string;
  /** Services that must be bound once all plugins are loaded. */
  readonly requires?: readonly Token<unknown>[];
  /** May be asynchronous, to load what is heavy; bindings themselves are synchronous. */
  register(registration: PluginRegistration): void | Promise<void>;
}

/** A plugin, as `definePlugin` stamps it. */
export interface Plugin extends PluginDefinition {
  readonly contract: number;
}

/**
 * Stamps a plugin with the version of the contracts it was written against, and freezes it.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function definePlugin(definition: PluginDefinition): Plugin {
  refuseSurplus('definePlugin', arguments, 1);
  checkDefinition(definition);
  const { name, requires } = definition;
  return Object.freeze({
    name,
    ...(requires !== undefined && { requires: Object.freeze([...requires]) }),
    register: (registration) => definition.register(registration),
    contract: CONTRACT_VERSION,
  } satisfies Plugin);
}

function checkDefinition(definition: unknown): void {
  if (typeof definition !== 'object' || definition === null)
    throw pluginInvalid('the definition', 'an object with a name and register()', definition);
  const strange = Object.keys(definition).find((field) => !FIELDS.includes(field));
  if (strange !== undefined) throw unknownPluginField(strange, FIELDS);
  const { name, requires, register } = definition as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || name.trim() === '')
    throw pluginInvalid('name', 'the name of its package, a text', name);
  if (typeof register !== 'function') throw pluginInvalid(`register of ${name}`, 'a function', register);
  const isTokens = Array.isArray(requires) && requires.every((key) => typeof key === 'symbol');
  if (requires !== undefined && !isTokens) throw pluginInvalid(`requires of ${name}`, 'a list of tokens', requires);
}

/** `contract` may come with a plugin that is defined anew. */
const FIELDS: readonly string[] = ['name', 'requires', 'register', 'contract'];

/** A slot's choice as plugins list it: `contribute(PLANNERS).toConstantValue({ key: TREE_PLANNER, summary: … })`. */
export interface Choice<T> {
  /** The service token that the choice is bound to. */
  readonly key: Token<T>;
  /** One line for error messages and documentation. */
  readonly summary: string;
}
