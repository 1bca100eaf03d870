/** @file `Ledger`: who bound what. It hands each plugin a registration that keeps the books. */
import { tokenId, type PluginRegistration, type Token } from '@ndl/core';
import type { ContainerModuleLoadOptions, ServiceIdentifier } from 'inversify';
import { duplicateBinding, registrationClosed, serviceAndCollection } from './errors.ts';

/** A registration that can be closed, and that remembers what it refused. */
export interface WatchedRegistration {
  readonly registration: PluginRegistration;
  /** The first error that was thrown at the plugin, should the plugin have swallowed it. */
  refusal(): Error | undefined;
  close(): void;
}

/** The owners of services and collections, over all plugins of one kernel. */
export class Ledger {
  readonly #services = new Map<ServiceIdentifier, string>();
  /** Who contributed, one entry per member. */
  readonly #collections = new Map<ServiceIdentifier, readonly string[]>();

  /** Of a collection, who first contributed. */
  ownerOf(key: ServiceIdentifier): string | undefined {
    return this.#services.get(key) ?? this.#collections.get(key)?.[0];
  }

  /** The plugin of each member of a collection, in the order of the members. */
  contributorsOf(key: ServiceIdentifier): readonly string[] {
    return this.#collections.get(key) ?? [];
  }

  /** Ids of all bound services. */
  services(): readonly string[] {
    return [...this.#services.keys()].map(idOf);
  }

  collections(): readonly Token<unknown>[] {
    return [...this.#collections.keys()] as Token<unknown>[];
  }

  /** The module options of inversify, watched on behalf of one plugin. */
  watch(options: ContainerModuleLoadOptions, plugin: string): WatchedRegistration {
    let refusal: Error | undefined;
    let isClosed = false;
    const refuse = (error: Error): never => {
      refusal ??= error;
      throw error;
    };
    const open = <Arguments extends unknown[], Result>(
      action: (...args: Arguments) => Result,
      note: (...args: Arguments) => void = () => {},
    ): ((...args: Arguments) => Result) => {
      return (...args) => {
        if (isClosed) throw registrationClosed(plugin);
        note(...args);
        return action(...args);
      };
    };
    const noteService = (key: ServiceIdentifier): void => {
      const owner = this.#services.get(key);
      if (owner !== undefined) refuse(duplicateBinding(idOf(key), owner, plugin));
      const contributor = this.#collections.get(key)?.[0];
      if (contributor !== undefined) refuse(serviceAndCollection(idOf(key), contributor, plugin));
      this.#services.set(key, plugin);
    };
    const noteMember = (key: ServiceIdentifier): void => {
      const owner = this.#services.get(key);
      if (owner !== undefined) refuse(serviceAndCollection(idOf(key), owner, plugin));
      this.#collections.set(key, [...this.contributorsOf(key), plugin]);
    };
    const noteReplacement = (key: ServiceIdentifier): void => {
      if (this.#collections.has(key)) this.#collections.set(key, [plugin]);
      else this.#services.set(key, plugin);
    };
    const noteRemoval = (key: unknown): void => {
      this.#services.delete(key as ServiceIdentifier);
      this.#collections.delete(key as ServiceIdentifier);
    };
    const registration = {
      bind: open(options.bind, noteService),
      contribute: open(options.bind, noteMember),
      rebind: open(options.rebind, noteReplacement),
      rebindAsync: open(options.rebindAsync, noteReplacement),
      unbind: open(options.unbind, noteRemoval),
      unbindAsync: open(options.unbindAsync, noteRemoval),
      isBound: open(options.isBound),
      onActivation: open(options.onActivation),
      onDeactivation: open(options.onDeactivation),
    } as PluginRegistration;
    return { registration, refusal: () => refusal, close: () => void (isClosed = true) };
  }
}

/** The id of any key that inversify takes. */
function idOf(key: ServiceIdentifier): string {
  if (typeof key === 'symbol') return tokenId(key);
  return typeof key === 'string' ? key : key.name;
}
