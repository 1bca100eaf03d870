/** @file The running model, as the page sees it: a sandbox that is made anew when what runs in it does not answer. */
import { MAKING_DATA, type Answer, type LoadOrder, type Order } from '../runner/messages.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';

/** Milliseconds that a sandbox may be silent, and between the questions whether it lives. */
const PATIENCE = 6000;
const PULSE = 1000;
const PATIENCE_FOR_DATA = 30_000;

/** Whoever shows what the sandbox says. */
export type Listener = (answer: Answer) => void;

export class Session {
  #sandbox: Sandbox | undefined;
  #phase = 'starting';
  #heard = 0;
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
    this.tell({ order: 'load', ...model });
  }

  tell(order: Order): void {
    this.#sandbox?.port.postMessage(order);
  }

  async #start(): Promise<void> {
    const sandbox = await openSandbox(this.#runner);
    this.#sandbox = sandbox;
    this.#heard = performance.now();
    await new Promise<void>((resolve) => {
      sandbox.port.onmessage = ({ data }: MessageEvent<Answer>) => {
        this.#heard = performance.now();
        if (data.answer === 'phase') this.#phase = data.phase;
        if (data.answer === 'ready') resolve();
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
    this.#listener({
      answer: 'failed',
      message: `The model did not answer for ${seconds} seconds while ${this.#phase}, and was ended. Change it to start it again.`,
      line: null,
    });
    await this.#start();
  }
}
