/** @file Asks a program source for each specialization once, verifies it, lowers it, and remembers it. */
import { executableErrors, type ProgramSource, type TrainingProgramRequest } from '@ndl/core';
import { verifyProgram, verifyTraining } from '@ndl/ir';
import { LoweredProgram } from './lowered-program.ts';
import type { TensorFlow } from './tensors.ts';

export class ProgramCache {
  readonly #tf: TensorFlow;
  readonly #source: ProgramSource;
  readonly #programs = new Map<string, LoweredProgram>();

  constructor(tf: TensorFlow, source: ProgramSource) {
    this.#tf = tf;
    this.#source = source;
  }

  /** @throws NdlError IR_INVALID */
  run(held: ReadonlySet<string>): LoweredProgram {
    return this.#remember(keyOf(['run'], held), () => {
      const program = this.#source.run(held);
      verifyProgram(program);
      return new LoweredProgram(this.#tf, program);
    });
  }

  /** @throws NdlError IR_INVALID; TRAINING_ABSENT where `call` was made on a source without training */
  training(request: TrainingProgramRequest, call: string): LoweredProgram {
    const { objective, neurons, held, heldTargets } = request;
    if (this.#source.training === undefined) throw executableErrors.trainingAbsent(call);
    return this.#remember(keyOf(['training', objective, neurons], held, heldTargets), () => {
      const training = this.#source.training!(request);
      verifyTraining(training);
      return new LoweredProgram(this.#tf, training.forward, training);
    });
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    this.#programs.clear();
  }

  #remember(key: string, make: () => LoweredProgram): LoweredProgram {
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#programs.set(key, made);
    return made;
  }
}

function keyOf(names: readonly string[], ...sets: readonly ReadonlySet<string>[]): string {
  return JSON.stringify([...names, ...sets.map((set) => [...set].sort())]);
}
