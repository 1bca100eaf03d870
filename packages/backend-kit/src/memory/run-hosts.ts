/** @file `RunHosts`: the host functions of a run, which may keep state, made when they are first asked for. */
import type { HostDeclaration, HostInstance, Tables } from '@ndl/ir';

/** A host function, and the tables that it stands in. */
export interface OwnedHost {
  readonly host: HostDeclaration;
  readonly tables: Pick<Tables, 'hosts'>;
}

/** Instances of host functions by id of the host: one per item, or one for all. */
export class RunHosts {
  readonly #items: number;
  readonly #instances = new Map<string, readonly HostInstance[]>();
  /** Instances that save themselves, of so many hosts. */
  #savable: { readonly hosts: number; readonly instances: readonly HostInstance[] } | undefined;

  constructor(items: number) {
    this.#items = items;
  }

  /** One instance per item, or a single one for scope `batch`. */
  instancesOf({ id, scope }: HostDeclaration, { hosts }: Pick<Tables, 'hosts'>): readonly HostInstance[] {
    const known = this.#instances.get(id);
    if (known !== undefined) return known;
    const { make } = hosts.get(id)!;
    const made = Array.from({ length: scope === 'batch' ? 1 : this.#items }, (_, item) => make(item));
    this.#instances.set(id, made);
    return made;
  }

  /** What each instance saves of itself, by id of its host; undefined of those that save nothing. */
  save(hosts: Iterable<readonly [string, OwnedHost]>): Map<string, readonly unknown[]> {
    const saved = [...hosts].map(([id, { host, tables }]) => {
      return [id, this.instancesOf(host, tables).map((instance) => instance.save?.())] as const;
    });
    return new Map(saved);
  }

  /** The other way. */
  restore(saved: ReadonlyMap<string, readonly unknown[]>, hosts: ReadonlyMap<string, OwnedHost>): void {
    for (const [id, states] of saved) {
      const { host, tables } = hosts.get(id)!;
      this.instancesOf(host, tables).forEach((instance, item) => {
        if (states[item] !== undefined) instance.restore?.(states[item]);
      });
    }
  }

  /** Remembers what hosts can save of themselves; the function returned puts it back, and forgets those made since. */
  checkpoint(): () => void {
    const count = this.#instances.size;
    const savable = this.#savableInstances();
    const states = savable.map((instance) => instance.save!());
    return () => {
      // In the order in which they were made.
      for (const id of [...this.#instances.keys()].slice(count)) this.#instances.delete(id);
      savable.forEach((instance, index) => instance.restore?.(states[index]));
    };
  }

  /** Forgets all instances: those asked for next are new. */
  clear(): void {
    this.#instances.clear();
    this.#savable = undefined;
  }

  #savableInstances(): readonly HostInstance[] {
    if (this.#savable?.hosts !== this.#instances.size) {
      const instances = [...this.#instances.values()].flat().filter(({ save }) => save !== undefined);
      this.#savable = { hosts: this.#instances.size, instances };
    }
    return this.#savable.instances;
  }
}
