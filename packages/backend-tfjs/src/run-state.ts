/** @file What a run carries from step to step: tensors, host functions, and the number of steps. */
import type { HostDeclaration, HostInstance, Tables } from '@ndl/ir';
import type { Arithmetic } from './arithmetic.ts';
import { TensorStore } from './tensor-store.ts';
import type { TensorFlow } from './tensors.ts';

export class RunState {
  readonly tensors: TensorStore;
  readonly #hosts = new Map<string, readonly HostInstance[]>();
  step = 0;
  /** Whether nothing has happened yet, so that a state of other items may take its place. */
  isInitial = true;

  constructor(tf: TensorFlow, arithmetic: Arithmetic, items: number) {
    this.tensors = new TensorStore(tf, arithmetic, items);
  }

  get items(): number {
    return this.tensors.items;
  }

  advance(steps: number): void {
    this.step += steps;
    this.isInitial = false;
  }

  hasInstancesOf(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** One instance per item, or a single one for scope `batch`. */
  instancesOf({ id, scope }: HostDeclaration, functions: Tables['hosts']): readonly HostInstance[] {
    const known = this.#hosts.get(id);
    if (known !== undefined) return known;
    const { make } = functions.get(id)!;
    const made = Array.from({ length: scope === 'batch' ? 1 : this.items }, (_, item) => make(item));
    this.#hosts.set(id, made);
    return made;
  }

  /** Remembers the state of host functions; the function returned puts it back. Hosts without `save` stay as they are. */
  hostCheckpoint(): () => void {
    const hosts = new Map(this.#hosts);
    const saved = [...hosts.values()].flat().map((instance) => ({ instance, kept: instance.save?.() }));
    return () => {
      for (const id of this.#hosts.keys()) if (!hosts.has(id)) this.#hosts.delete(id);
      for (const { instance, kept } of saved) if (instance.save !== undefined) instance.restore?.(kept);
    };
  }

  reset(): void {
    this.tensors.reset();
    this.#hosts.clear();
    this.step = 0;
    this.isInitial = true;
  }
}
