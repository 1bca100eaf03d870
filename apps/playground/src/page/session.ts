/** @file The running model, as the page sees it: a sandbox that is made anew when what runs in it does not answer. */
import type { AddedPanel, Answer, Order } from '../runner/messages.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';

/** Milliseconds that a sandbox may be silent, and between the questions whether it lives. */
const PATIENCE = 6000;
const PULSE = 1000;

/** Whoever shows what the sandbox says. */
export type Listener = (answer: Answer) => void;

export class Session {
  #sandbox: Sandbox | undefined;
  #phase = 'starting';
  #heard = 0;
  #isPaused = false;
  #last: { readonly source: string; readonly added: readonly AddedPanel[] } | undefined;
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
  load(source: string, added: readonly AddedPanel[]): void {
    this.#last = { source, added };
    this.tell({ order: 'load', source, added });
  }

  tell(order: Order): void {
    if (order.order === 'run') this.#isPaused = false;
    if (order.order === 'pause') this.#isPaused = true;
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

  #watch(): void {
    if (document.hidden || this.#sandbox === undefined) {
      this.#heard = performance.now();
      return;
    }
    this.tell({ order: 'ping' });
    if (performance.now() - this.#heard > PATIENCE) void this.#end();
  }

  async #end(): Promise<void> {
    this.#sandbox?.close();
    this.#sandbox = undefined;
    const seconds = PATIENCE / 1000;
    this.#listener({
      answer: 'failed',
      message: `The model did not answer for ${seconds} seconds while ${this.#phase}, and was ended. Change it to start it again.`,
      line: null,
    });
    await this.#start();
  }

  /** Whether the model stands still because somebody wanted that. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** What was built last, or is being built. */
  get last(): { readonly source: string; readonly added: readonly AddedPanel[] } | undefined {
    return this.#last;
  }
}
