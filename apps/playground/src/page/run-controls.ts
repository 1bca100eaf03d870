/** @file How the model runs: on and on, step by step, anew, and how fast. */
import type { Order } from '../runner/messages.ts';
import { byId } from './element.ts';

export interface RunActions {
  tell(order: Order): void;
  /** Shows what is now, and no longer what was. */
  follow(): void;
  rebuild(): void;
}

export class RunControls {
  readonly #actions: RunActions;
  readonly #button = byId<HTMLButtonElement>('run');
  readonly #speed = byId<HTMLSelectElement>('speed');
  #isRunning = true;
  /** Nobody asked for the pause, so that it ends with the model. */
  #isPausedByTraining = false;
  #isLearning = false;

  constructor(actions: RunActions) {
    this.#actions = actions;
    this.#button.onclick = () => this.#run(!this.#isRunning);
    byId('step').onclick = () => {
      if (this.#isLearning) return;
      this.#run(false);
      actions.follow();
      actions.tell({ order: 'step', steps: 1 });
    };
    byId('restart').onclick = () => actions.rebuild();
    this.#speed.onchange = () => this.#tellSpeed();
  }

  /** Another model was built: it runs as the one before did, but for learning. */
  begin(): void {
    this.#isLearning = false;
    this.#tellSpeed();
    this.#run(this.#isRunning || this.#isPausedByTraining);
  }

  /** A model that learns stands still. */
  learn(isLearning: boolean): void {
    this.#isLearning = isLearning;
    if (!isLearning || !this.#isRunning) return;
    this.#run(false);
    this.#isPausedByTraining = true;
  }

  #run(isRunning: boolean): void {
    this.#isRunning = isRunning;
    this.#isPausedByTraining = false;
    this.#button.textContent = isRunning ? 'Pause' : 'Run';
    if (isRunning) this.#actions.follow();
    this.#actions.tell({ order: isRunning ? 'run' : 'pause' });
  }

  #tellSpeed(): void {
    const { value } = this.#speed;
    this.#actions.tell({ order: 'speed', speed: value === 'max' ? null : Number(value) });
  }
}
