/** @file `Ledger`: who bound what. It hands each plugin a registration that keeps the books. */
import { tokenId, type PluginRegistration, type Token } from '@ndl/core';
import type { BindToFluentSyntax, ContainerModuleLoadOptions, ServiceIdentifier } from 'inversify';
import { choicesFor, contractOfMembers } from './contracts.ts';
import {
  bindingUnfinished,
  contributedService,
  duplicateBinding,
  notAToken,
  registrationClosed,
  serviceAndCollection,
} from './errors.ts';

/** A registration that can be closed, and that remembers what it refused. */
export interface WatchedRegistration {
  readonly registration: PluginRegistration;
  /** The first error that was thrown at the plugin, should the plugin have swallowed it, or that it left something unfinished. */
  refusal(): Error | undefined;
  close(): void;
}

/** One member of a collection. */
export interface Contribution {
  /** What the member itself is bound to: the collection has an alias of it. */
  readonly key: Token<unknown>;
  readonly plugin: string;
  /** Whether it takes the place of an earlier member of its kind. */
  readonly replaces: boolean;
}

/** The owners of services and collections, over all plugins of one container. */
export class Ledger {
  readonly #services = new Map<ServiceIdentifier, string>();
  readonly #collections = new Map<ServiceIdentifier, readonly Contribution[]>();

  /** Who bound a service, or first contributed to a collection. */
  ownerOf(key: ServiceIdentifier): string | undefined {
    return this.#services.get(key) ?? this.#collections.get(key)?.[0]?.plugin;
  }

  /** The members of a collection, in plugin order. */
  contributionsTo(key: ServiceIdentifier): readonly Contribution[] {
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
    /** Ids of what was bound to nothing so far. */
    const unfinished = new Map<object, string>();
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
    const bind = <T>(key: ServiceIdentifier<T>, id: string): BindToFluentSyntax<T> => {
      const syntax = options.bind<T>(key);
      unfinished.set(syntax, id);
      return withNote(syntax, () => unfinished.delete(syntax));
    };
    const noteService = (key: ServiceIdentifier): void => {
      if (!isIdentifier(key)) refuse(notAToken(plugin, 'bind', key));
      const owner = this.#services.get(key);
      if (owner !== undefined) refuse(duplicateBinding(idOf(key), owner, plugin));
      const contributor = this.contributionsTo(key)[0]?.plugin;
      const isCollection = typeof key === 'symbol' && contractOfMembers(key) !== undefined;
      if (contributor !== undefined || isCollection) refuse(serviceAndCollection(idOf(key), contributor, plugin));
      this.#services.set(key, plugin);
    };
    const contribute = <T>(collection: Token<T>, replaces: boolean): BindToFluentSyntax<T> => {
      if (typeof collection !== 'symbol') refuse(notAToken(plugin, replaces ? 'replace' : 'contribute', collection));
      const id = idOf(collection);
      const choices = choicesFor(collection);
      if (choices !== undefined) refuse(contributedService(id, tokenId(choices), plugin));
      const owner = this.#services.get(collection);
      if (owner !== undefined) refuse(serviceAndCollection(id, owner, plugin));
      const key = Symbol(`${id} of ${plugin}`) as Token<T>;
      this.#collections.set(collection, [...this.contributionsTo(collection), { key, plugin, replaces }]);
      options.bind<T>(collection).toService(key);
      return bind<T>(key, id);
    };
    const noteReplacement = (key: ServiceIdentifier): void => {
      if (!isIdentifier(key)) refuse(notAToken(plugin, 'rebind', key));
      if (this.#collections.has(key))
        this.#collections.set(key, [{ key: key as Token<unknown>, plugin, replaces: false }]);
      else this.#services.set(key, plugin);
    };
    const noteRemoval = (key: unknown): void => {
      this.#services.delete(key as ServiceIdentifier);
      this.#collections.delete(key as ServiceIdentifier);
    };
    const registration = {
      bind: open((key: ServiceIdentifier) => bind(key, idOf(key)), noteService),
      contribute: open((collection: Token<unknown>) => contribute(collection, false)),
      replace: open((collection: Token<unknown>) => contribute(collection, true)),
      rebind: open(options.rebind, noteReplacement),
      rebindAsync: open(options.rebindAsync, noteReplacement),
      unbind: open(options.unbind, noteRemoval),
      unbindAsync: open(options.unbindAsync, noteRemoval),
      isBound: open(options.isBound),
      onActivation: open(options.onActivation),
      onDeactivation: open(options.onDeactivation),
    } as PluginRegistration;
    return {
      registration,
      refusal: () => {
        const [left] = unfinished.values();
        return refusal ?? (left === undefined ? undefined : bindingUnfinished(left, plugin));
      },
      close: () => void (isClosed = true),
    };
  }
}

/** The same syntax, noting when it is used at all: each of its methods says what is bound. */
function withNote<T>(syntax: BindToFluentSyntax<T>, note: () => void): BindToFluentSyntax<T> {
  return new Proxy(syntax, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]): unknown => {
        note();
        return Reflect.apply(method, target, args);
      };
    },
  });
}

/** What inversify takes for a key: tokens, texts and classes. */
function isIdentifier(key: unknown): boolean {
  return typeof key === 'symbol' || typeof key === 'function' || (typeof key === 'string' && key !== '');
}

/** The id of any key that inversify takes. */
function idOf(key: ServiceIdentifier): string {
  if (typeof key === 'symbol') return tokenId(key);
  return typeof key === 'string' ? key : key.name;
}
