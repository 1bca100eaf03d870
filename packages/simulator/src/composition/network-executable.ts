/**
 * @file The executable of one network: knows which of its programs a call wants, and adds it to the backend's executable, under a
 * name, when it is first asked for. Backends hear of names only.
 */
import { BuildWork } from '@ndl/builder';
import type { CompiledNetwork, LearningTask, TrainingVariant } from '@ndl/compiler';
import type { Executable, ExecutableState, GradientResult, Reports, RunRequest, TrainRequest } from '@ndl/core';
import type { Program, Tables, Training } from '@ndl/ir';
import type { NdArray, Pieces } from '@ndl/numerics';
import { drawnInputs, LaterItems, type DrawnInput } from './later-items.ts';

/** Which neurons run: as they are, or as the gradient approximation of training says. */
export type Neurons = TrainingVariant['neurons'];

/** A run of a network. */
export interface NetworkRun extends Omit<RunRequest, 'program'> {
  readonly program: Neurons;
  /** Which item of its data set the first one is (default 0): each has the random numbers of its own. For fresh runs. */
  readonly firstItem?: number | undefined;
}

/** A minibatch of a network. */
export interface LearningRequest extends Omit<TrainRequest, 'training'> {
  /** Id of the task. */
  readonly objective: string;
  /** What becomes of the values that gradients need (default `keep`). */
  readonly tape?: Training['tape'];
}

/** A minibatch that is measured; `firstItem`: see `NetworkRun`. */
export type EvaluationRequest = LearningRequest & Pick<NetworkRun, 'firstItem'>;

/** What a network's programs are made from. */
export interface NetworkExecutableOptions {
  readonly compiled: Pick<CompiledNetwork, 'forwardProgramInPieces' | 'trainingProgramInPieces'>;
  readonly executable: Executable;
  readonly tasks: ReadonlyMap<string, LearningTask>;
  /** Asked before a training is added. @throws NdlError where the backend cannot run it. */
  readonly accept?: ((training: Training) => void) | undefined;
  /** What is run in the place of a program, of trainings too (default: itself). */
  readonly adapt?: ((program: Program) => Program) | undefined;
}

/** Programs that the backend keeps at a time: more than any loop over data sets takes turns between. */
const MOST_PROGRAMS = 24;

export class NetworkExecutable {
  readonly #options: NetworkExecutableOptions;
  readonly #executable: Executable;
  readonly #adapt: (program: Program) => Program;
  /** What programs draw, by their names, in the order of their last use. */
  readonly #names = new Map<string, readonly DrawnInput[]>();
  readonly #later = new LaterItems();
  /** The first program of runs: what runs carry is saved by what it says of it, so that it stays. */
  #first: string | undefined;

  constructor(options: NetworkExecutableOptions) {
    this.#options = options;
    this.#executable = options.executable;
    this.#adapt = options.adapt ?? ((program) => program);
  }

  /** Steps taken by carried runs. */
  get step(): number {
    return this.#executable.step;
  }

  /** Adds the forward program of some neurons, with these inputs held, unless it is there. @returns its name */
  forward(neurons: Neurons, held: ReadonlySet<string>, signal?: AbortSignal): Promise<string> {
    const { compiled } = this.#options;
    const adapt = this.#adapt;
    const name = JSON.stringify([neurons, [...held].sort()]);
    if (neurons === 'run') this.#first ??= name;
    return this.#named(name, signal, function* () {
      const { program, tables } = yield* compiled.forwardProgramInPieces(neurons, held);
      return { job: adapt(program), tables };
    });
  }

  async run({ program, firstItem = 0, ...request }: NetworkRun): Promise<void> {
    const name = await this.forward(program, heldIn(request.feed), request.signal);
    const feed = this.#later.feedFrom(firstItem, request.feed, this.#names.get(name)!);
    await this.#later.during(firstItem, () => this.#executable.run({ ...request, feed, program: name }));
  }

  async trainStep(request: LearningRequest): Promise<Reports> {
    return this.#executable.trainStep(await this.#trainRequest(request, 'training'));
  }

  async gradients(request: LearningRequest): Promise<GradientResult> {
    return this.#executable.gradients(await this.#trainRequest(request, 'training'));
  }

  async evaluate({ firstItem = 0, ...asked }: EvaluationRequest, neurons: Neurons): Promise<Reports> {
    const request = await this.#trainRequest(asked, neurons);
    const feed = this.#later.feedFrom(firstItem, request.feed, this.#names.get(request.training)!);
    return this.#later.during(firstItem, () => this.#executable.evaluate({ ...request, feed }));
  }

  read(symbol: string): Promise<NdArray> {
    return this.#executable.read(symbol);
  }

  write(symbol: string, data: NdArray): Promise<void> {
    return this.#executable.write(symbol, data);
  }

  save(): Promise<ExecutableState> {
    return this.#executable.save();
  }

  restore(state: ExecutableState): Promise<void> {
    return this.#executable.restore(state);
  }

  reset(): void {
    this.#executable.reset();
  }

  resetOptimizer(): void {
    this.#executable.resetOptimizer();
  }

  /** What optimizers remember; undefined where the backend does not tell. */
  async saveOptimizer(): Promise<ReadonlyMap<string, NdArray> | undefined> {
    return this.#executable.restoreOptimizer && (await this.#executable.saveOptimizer?.());
  }

  /** Puts back what was saved. */
  async restoreOptimizer(memory: ReadonlyMap<string, NdArray>): Promise<void> {
    await this.#executable.restoreOptimizer!(memory);
  }

  dispose(): void {
    this.#executable.dispose();
  }

  async #trainRequest(
    { objective, tape = 'keep', ...request }: LearningRequest,
    neurons: Neurons,
  ): Promise<TrainRequest> {
    const variant = { held: heldIn(request.feed), heldTargets: heldIn(request.targets), neurons };
    const key = [objective, neurons, [...variant.held].sort(), [...variant.heldTargets].sort(), tape];
    const { compiled, tasks, accept } = this.#options;
    const adapt = this.#adapt;
    const training = await this.#named(JSON.stringify(key), request.signal, function* () {
      const lowered = yield* compiled.trainingProgramInPieces(tasks.get(objective)!, variant);
      const job: Training = { ...lowered.training, forward: adapt(lowered.training.forward), tape };
      accept?.(job);
      return { job, tables: lowered.tables };
    });
    return { ...request, training };
  }

  async #named(
    name: string,
    signal: AbortSignal | undefined,
    make: () => Pieces<{ readonly job: Program | Training; readonly tables: Tables }>,
  ): Promise<string> {
    let drawn = this.#names.get(name);
    if (drawn === undefined) {
      const { job, tables } = await new BuildWork({ signal }).run(make());
      const program = 'forward' in job ? job.forward : job;
      await this.#executable.add(name, job, this.#later.hostsOf(program, tables));
      drawn = drawnInputs(program);
    }
    this.#names.delete(name);
    this.#names.set(name, drawn);
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= MOST_PROGRAMS) break;
      if (oldest === this.#first) continue;
      this.#names.delete(oldest);
      this.#executable.remove(oldest);
    }
    return name;
  }
}

/** Names of the entries whose value is one for all steps. */
function heldIn(feed: ReadonlyMap<string, { readonly kind: string }>): ReadonlySet<string> {
  return new Set([...feed].filter(([, { kind }]) => kind === 'held').map(([name]) => name));
}
