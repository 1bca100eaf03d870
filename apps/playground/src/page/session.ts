/** @file The running model, as the page sees it: a sandbox that is made anew when what runs in it does not answer. */
import { MAKING_DATA, type Answer, type LoadOrder, type Order } from '../runner/messages.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';

/** Milliseconds that a sandbox may be silent, and between the questions whether it lives. */
const PATIENCE = 6000;
const PULSE = 1000;
const PATIENCE_FOR_DATA = 30_000;
/** Milliseconds that a sandbox has to start; twice as many for each that follows one that did not. */
const PATIENCE_TO_START = 4000;
const LAST_PATIENCE_TO_START = 32_000;

/** Whoever shows what the sandbox says. */
export type Listener = (answer: Answer) => void;

export class Session {
  #sandbox: Sandbox | undefined;
  #phase = 'starting';
  #heard = 0;
  /** What was asked for while nothing could be told. */
  #wanted: LoadOrder | undefined;
  readonly #runner: string;
  readonly #listener: Listener;

  private constructor(runner: string, listener: Listener) {
    this.#runner = runner;
    this.#listener = listener;
    setInterval(() => this.#watch(), PULSE);
  }

  /** @throws Error where no sandbox starts */
  static async open(runner: string, listener: Listener): Promise<Session> {
    const session = new Session(runner, listener);
    await session.#start();
    return session;
  }

  /** Builds a model, in the place of the one that is there. */
  load(model: Omit<LoadOrder, 'order'>): void {
    const order: LoadOrder = { order: 'load', ...model };
    if (this.#sandbox === undefined) this.#wanted = order;
    else this.tell(order);
  }

  tell(order: Order): void {
    this.#sandbox?.port.postMessage(order);
  }

  /** Browsers start a worker late, and now and then never; another one is tried then. */
  async #start(): Promise<void> {
    for (let patience = PATIENCE_TO_START; patience <= LAST_PATIENCE_TO_START; patience *= 2) {
      const sandbox = await openSandbox(this.#runner);
      if (!(await this.#isReady(sandbox, patience))) {
        sandbox.close();
        continue;
      }
      this.#sandbox = sandbox;
      if (this.#wanted !== undefined) this.tell(this.#wanted);
      this.#wanted = undefined;
      return;
    }
    throw new Error('The place where models run does not start. Load the page again.');
  }

  #isReady(sandbox: Sandbox, patience: number): Promise<boolean> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(false), patience);
      sandbox.port.onmessage = ({ data }: MessageEvent<Answer>) => {
        this.#heard = performance.now();
        if (data.answer === 'phase') this.#phase = data.phase;
        if (data.answer === 'ready') resolve(true);
        this.#listener(data);
      };
    });
  }

  get #patience(): number {
    return this.#phase === MAKING_DATA ? PATIENCE_FOR_DATA : PATIENCE;
  }

  #watch(): void {
    if (document.hidden || this.#sandbox === undefined) {
      this.#heard = performance.now();
      return;
    }
    this.tell({ order: 'ping' });
    if (performance.now() - this.#heard > this.#patience) void this.#end();
  }

  async #end(): Promise<void> {
    this.#sandbox?.close();
    this.#sandbox = undefined;
    const seconds = this.#patience / 1000;
    this.#fail(
      `The model did not answer for ${seconds} seconds while ${this.#phase}, and was ended. Change it to start it again.`,
    );
    try {
      await this.#start();
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #fail(message: string): void {
    this.#listener({ answer: 'failed', message, line: null });
  }
}
