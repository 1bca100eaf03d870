/** @file What a run carries from step to step: tensors, host functions, and the number of steps. */
import { GeneratedStreams, Generators } from '@ndl/backend-kit';
import type { Buffer, HostDeclaration, HostInstance, Tables } from '@ndl/ir';
import { TensorStore } from './tensor-store.ts';
import type { TensorFlow } from '../engines/tensors.ts';

/** Whether state follows a parameter until something happens. */
function beginsAsParameter({ initial }: Buffer): boolean {
  return typeof initial === 'object' && 'parameter' in initial;
}

export class RunState {
  readonly items: number;
  readonly tensors: TensorStore;
  readonly generators: Generators<GeneratedStreams>;
  readonly #hosts = new Map<string, readonly HostInstance[]>();
  #step = 0;
  #isInitial = true;

  constructor(tf: TensorFlow, items: number) {
    this.items = items;
    this.tensors = new TensorStore(tf);
    this.generators = new Generators(items, (source) => new GeneratedStreams(source, items));
  }

  /** Steps taken since the initial state. */
  get step(): number {
    return this.#step;
  }

  /** Whether nothing has happened yet, so that a state of other items may take its place. */
  get isInitial(): boolean {
    return this.#isInitial;
  }

  /** Steps were taken. */
  advance(steps: number): void {
    this.#step += steps;
    this.generators.commit();
    if (steps > 0) this.#isInitial = false;
  }

  /** To be called before something outside of steps changes the contents: from now on they follow no parameter any more. */
  leaveInitial(): void {
    if (this.#isInitial) this.followParameters();
    this.#isInitial = false;
  }

  /** Parameters have changed: what begins as one, and has not begun, begins as it is now. */
  followParameters(): void {
    if (this.#isInitial) this.tensors.reset(beginsAsParameter);
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
    this.generators.reset();
    this.#step = 0;
    this.#isInitial = true;
  }
}
