/** @file Asks a program source for each specialization once, verifies it, and remembers it. */
import { executableErrors, type ProgramSource, type TrainingProgramRequest } from '@ndl/core';
import { differentiate, verifyProgram, verifyTraining, type Program, type Training } from '@ndl/ir';

/** A training program, and its gradients once somebody asked for them. */
export interface CompiledTraining {
  readonly training: Training;
  /** Made by `differentiate` when first asked for. */
  gradients(): ReturnType<typeof differentiate>;
}

export class CompiledPrograms {
  readonly #source: ProgramSource;
  readonly #runs = new Map<string, Program>();
  readonly #trainings = new Map<string, CompiledTraining>();

  constructor(source: ProgramSource) {
    this.#source = source;
  }

  /** @throws NdlError IR_INVALID */
  run(held: ReadonlySet<string>): Program {
    return remember(this.#runs, keyOf([held]), () => {
      const program = this.#source.run(held);
      verifyProgram(program);
      return program;
    });
  }

  /** @throws NdlError IR_INVALID, TRAINING_ABSENT: `call` was made on a source without training. */
  training(request: TrainingProgramRequest, call: string): CompiledTraining {
    const { training: make } = this.#source;
    if (make === undefined) throw executableErrors.trainingAbsent(call);
    const key = keyOf([request.held, request.heldTargets], request.objective, request.neurons);
    return remember(this.#trainings, key, () => {
      const training = make.call(this.#source, request);
      verifyTraining(training);
      let gradients: ReturnType<typeof differentiate> | undefined;
      return { training, gradients: () => (gradients ??= differentiate(training)) };
    });
  }
}

function keyOf(sets: readonly ReadonlySet<string>[], ...names: readonly string[]): string {
  return JSON.stringify([...names, ...sets.map((set) => [...set].sort())]);
}

function remember<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
