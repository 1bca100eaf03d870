/** @file What a run carries from step to step: tensors, host functions, and the number of steps. */
import { GeneratedStreams, Generators, RunHosts } from '@ndl/backend-kit';
import type { Buffer } from '@ndl/ir';
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
  readonly hosts: RunHosts;
  #step = 0;
  #isInitial = true;

  constructor(tf: TensorFlow, items: number) {
    this.items = items;
    this.tensors = new TensorStore(tf);
    this.hosts = new RunHosts(items);
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

  reset(): void {
    this.tensors.reset();
    this.hosts.clear();
    this.generators.reset();
    this.#step = 0;
    this.#isInitial = true;
  }
}
