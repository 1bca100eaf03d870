/** @file `createPluginContainer`: composes plugins into one container. This package alone imports inversify at run time. */
/// <reference lib="esnext.disposable" preserve="true" />
import {
  isNdlError,
  SIMPLIFICATION_CHOICES,
  SLOTS,
  tokenId,
  type Choice,
  type Plugin,
  type Slot,
  type Token,
  refuseSurplus,
  unfinishedWork,
} from '@ndl/core';
import { Container, ContainerModule } from 'inversify';
import {
  asyncBinding,
  choiceWithoutService,
  conditionalMember,
  contributionInvalid,
  containerDisposed,
  notAChoice,
  pluginFailed,
  resolutionFailed,
  serviceInvalid,
  slotEmpty,
  unknownToken,
} from './errors.ts';
import { checkedPlugins } from './checked-plugins.ts';
import { contractOfChosen, contractOfMembers } from './contracts.ts';
import { Ledger, type Contribution } from './ledger.ts';
import { missingProviders } from './providers.ts';
import { membersInForce, type Member } from './members-in-force.ts';

/** The services and collections of one Simulator. For the composition root alone: what needs a service injects it. */
export interface PluginContainer {
  /** Names of the plugins, in order. */
  readonly plugins: readonly string[];
  /** The one service bound to a token; the same object each time. @throws NdlError UNKNOWN_TOKEN, ASYNC_BINDING, RESOLUTION_FAILED. */
  get<T>(key: Token<T>): T;
  /** All members of a collection, in plugin order; none where nobody contributed. */
  getAll<T>(collection: Token<T>): readonly T[];
  /** The plugin that contributed each member of a collection, in the order of `getAll`. */
  contributorsOf(collection: Token<unknown>): readonly string[];
  /** The plugin that bound a service which has been asked for, or contributed an object to a collection. */
  providerOf(service: unknown): string | undefined;
  /** Whether a service is bound, or a collection has members. */
  has(key: Token<unknown>): boolean;
  /**
   * The service of one of a collection of choices.
   * @throws NdlError UNKNOWN_TOKEN, NOT_A_CHOICE with the known choices; SERVICE_INVALID where it is not what the choice is about.
   */
  chooseFrom<T>(choices: Token<Choice<T>>, choice: Token<T>): T;
  /**
   * Fills a slot with one of its choices, or with a value handed in directly, and returns what fills it. Without `choice`
   * the slot keeps what a plugin bound to it, or else takes the first choice. Choose before getting services that use the slot.
   * @throws NdlError UNKNOWN_TOKEN, NOT_A_CHOICE, SLOT_EMPTY, SERVICE_INVALID.
   */
  choose<T>(slot: Slot<T>, choice?: Token<T> | T): T;
  /** What errors call what `choose` would fill a slot with: the token of the choice, or the name of what is handed in. */
  nameOfChoice<T extends object>(slot: Slot<T>, choice?: Token<T> | T): string;
  /** Deactivates all services (`onDeactivation`). Afterwards everything else throws CONTAINER_DISPOSED. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Loads plugins, in order, into a fresh container: two containers share nothing. A service is made once per container, when it is
 * first asked for; members of collections are made at once, so that a bad composition fails here. `builtIn` plugins come
 * first and are not counted where an error says which of `plugins` is meant.
 * @throws NdlError NOT_A_PLUGIN, DUPLICATE_PLUGIN, CONTRACT_VERSION, PLUGIN_FAILED, NOT_A_TOKEN, DUPLICATE_BINDING,
 * BINDING_UNFINISHED; NOT_A_COLLECTION, CONTRIBUTION_INVALID, CONTRIBUTION_CONDITIONAL, DUPLICATE_KIND, NOTHING_TO_REPLACE for
 * members of collections; CHOICE_UNBOUND; UNKNOWN_TOKEN where a plugin `requires` what nobody binds; ASYNC_BINDING,
 * RESOLUTION_FAILED.
 */
export async function createPluginContainer(
  plugins: readonly Plugin[],
  builtIn: readonly Plugin[] = [],
): Promise<PluginContainer> {
  refuseSurplus('createPluginContainer', arguments, 2);
  const all = [...builtIn, ...checkedPlugins(plugins, builtIn)];
  const container = new ComposedContainer(all);
  try {
    for (const plugin of all) await container.load(plugin);
    container.validate();
  } catch (error) {
    await container.dispose();
    throw error;
  }
  return container;
}

class ComposedContainer implements PluginContainer {
  readonly plugins: readonly string[];
  readonly #definitions: readonly Plugin[];
  readonly #inversify = new Container({ defaultScope: 'Singleton' });
  readonly #ledger = new Ledger();
  /** Who bound the services that were asked for, and contributed the members of collections. */
  readonly #providers = new Map<unknown, string>();
  readonly #members = new Map<Token<unknown>, readonly Member[]>();
  #isDisposed = false;

  constructor(plugins: readonly Plugin[]) {
    this.#definitions = plugins;
    this.plugins = Object.freeze(plugins.map(({ name }) => name));
  }

  async load(plugin: Plugin): Promise<void> {
    const module = new ContainerModule(async (options) => {
      const watched = this.#ledger.watch(options, plugin.name);
      try {
        const returned: unknown = await plugin.register(watched.registration);
        const unfinished = unfinishedWork(returned);
        if (unfinished !== undefined)
          throw new TypeError(`register returned ${unfinished}; it may be async, but no generator`);
      } catch (cause) {
        throw watched.refusal() ?? pluginFailed(plugin.name, cause);
      } finally {
        watched.close();
      }
      const refusal = watched.refusal();
      if (refusal !== undefined) throw refusal;
    });
    await this.#inversify.loadAsync(module);
  }

  /** Everything that can be known to be wrong before anything is used. */
  validate(): void {
    for (const { name, requires = [] } of this.#definitions) {
      for (const key of requires) if (!this.has(key)) throw this.#unknown(key, name);
    }
    for (const collection of this.#ledger.collections()) this.#gather(collection);
    for (const slot of Object.values(SLOTS)) this.#fillWithDefault(slot as Slot<unknown>);
    for (const choices of [...Object.values(SLOTS).map((slot) => slot.choices), SIMPLIFICATION_CHOICES]) {
      for (const { key } of this.getAll(choices as Token<Choice<unknown>>)) {
        if (!this.has(key)) {
          throw choiceWithoutService(tokenId(key), tokenId(choices), this.#ledger.ownerOf(choices)!);
        }
      }
    }
  }

  get<T>(key: Token<T>): T {
    this.#refuseDisposed();
    if (!this.#inversify.isBound(key)) throw this.#unknown(key);
    const owner = this.#ledger.ownerOf(key);
    const service = this.#resolved(tokenId(key), owner, () => this.#inversify.get(key));
    if (owner !== undefined) this.#providers.set(service, owner);
    return service;
  }

  providerOf(service: unknown): string | undefined {
    return this.#providers.get(service);
  }

  getAll<T>(collection: Token<T>): readonly T[] {
    this.#refuseDisposed();
    return this.#membersOf(collection).map(({ value }) => value as T);
  }

  contributorsOf(collection: Token<unknown>): readonly string[] {
    this.#refuseDisposed();
    return this.#membersOf(collection).map(({ plugin }) => plugin);
  }

  has(key: Token<unknown>): boolean {
    this.#refuseDisposed();
    return this.#inversify.isBound(key);
  }

  chooseFrom<T>(choices: Token<Choice<T>>, choice: Token<T>): T {
    const known = this.getAll(choices).map(({ key }) => key as symbol);
    const ids = known.map(tokenId);
    if (!known.includes(choice)) {
      throw this.has(choice)
        ? notAChoice(tokenId(choice), tokenId(choices), ids)
        : this.#unknown(choice, undefined, ids);
    }
    return this.#ofContract(choices, choice, this.get(choice));
  }

  choose<T>(slot: Slot<T>, choice?: Token<T> | T): T {
    this.#refuseDisposed();
    if (choice === undefined) {
      this.#fillWithDefault(slot);
      if (!this.has(slot.service)) {
        const id = tokenId(slot.service);
        throw slotEmpty(id, missingProviders(slot.service, id, this.plugins), this.plugins);
      }
      const byDefault = this.#defaultOf(slot);
      if (byDefault !== undefined) this.get(byDefault);
    } else if (typeof choice === 'symbol') {
      this.chooseFrom(slot.choices, choice as Token<T>);
      this.#inversify.rebind(slot.service).toService(choice as Token<T>);
    } else {
      this.#inversify.rebind(slot.service).toConstantValue(choice as T);
    }
    return this.#ofContract(slot.choices, slot.service, this.get(slot.service));
  }

  nameOfChoice<T extends object>(slot: Slot<T>, choice?: Token<T> | T): string {
    if (typeof choice === 'symbol') return tokenId(choice);
    if (choice !== undefined) return (choice as { readonly name?: string }).name || 'anonymous function';
    const byDefault = this.#defaultOf(slot);
    if (byDefault !== undefined) return tokenId(byDefault);
    return `${tokenId(slot.service)} of ${this.#ledger.ownerOf(slot.service)}`;
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#inversify.unbindAllAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** The choice that fills a slot where no plugin binds its service itself. */
  #defaultOf<T>({ service, choices }: Slot<T>): Token<T> | undefined {
    return this.#ledger.ownerOf(service) === undefined ? this.getAll(choices)[0]?.key : undefined;
  }

  #fillWithDefault<T>({ service, choices }: Slot<T>): void {
    if (this.#inversify.isBound(service)) return;
    const [first] = this.getAll(choices);
    if (first !== undefined) this.#inversify.bind(service).toService(first.key);
  }

  /** Makes the members of a collection, and leaves those out of it whose place others take. */
  #gather(collection: Token<unknown>): void {
    const contract = contractOfMembers(collection);
    const made = this.#ledger.contributionsTo(collection).map((contribution) => {
      const value = this.#made(collection, contribution);
      const problem = contract?.problemOf(value);
      if (problem !== undefined)
        throw contributionInvalid(tokenId(collection), contribution.plugin, contract!, problem);
      return { ...contribution, value };
    });
    const members = membersInForce(tokenId(collection), made, contract);
    this.#members.set(collection, members);
    for (const { value, plugin } of members) this.#providers.set(value, plugin);
    if (members.length === made.length) return;
    // For those who inject the collection.
    this.#inversify.unbind(collection);
    for (const { key } of members) this.#inversify.bind(collection).toService(key);
  }

  #membersOf(collection: Token<unknown>): readonly Member[] {
    return this.#members.get(collection) ?? [];
  }

  #made(collection: Token<unknown>, { key, plugin }: Contribution): unknown {
    const id = tokenId(collection);
    if (!this.#inversify.isBound(key)) throw conditionalMember(id, plugin);
    return this.#resolved(id, plugin, () => this.#inversify.get(key));
  }

  /** Refuses a service that is not what a collection of choices is about. */
  #ofContract<T>(choices: Token<unknown>, key: symbol, service: T): T {
    const contract = contractOfChosen(choices);
    const problem = contract?.problemOf(service);
    if (problem === undefined) return service;
    throw serviceInvalid(tokenId(key), this.#ledger.ownerOf(key), contract!, problem);
  }

  #refuseDisposed(): void {
    if (this.#isDisposed) throw containerDisposed();
  }

  #unknown(key: symbol, neededBy?: string, known: readonly string[] = this.#ledger.services()): Error {
    const id = tokenId(key);
    const providers = missingProviders(key, id, this.plugins);
    return unknownToken({ id, neededBy, known, providers, plugins: this.plugins });
  }

  /** Resolves, and turns inversify's errors into ours. What a factory throws itself is kept as the cause. */
  #resolved<T>(id: string, owner: string | undefined, resolve: () => T): T {
    try {
      return resolve();
    } catch (cause) {
      if (isNdlError(cause)) throw cause;
      const message = cause instanceof Error ? cause.message : '';
      const missing = /^No bindings found for service: "Symbol\((.*)\)"/.exec(message)?.[1];
      if (missing !== undefined) throw this.#unknown(Symbol.for(missing), id);
      if (message.startsWith('Unexpected asynchronous service')) throw asyncBinding(id, owner);
      throw resolutionFailed(id, owner, cause);
    }
  }
}
