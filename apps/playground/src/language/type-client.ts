/** @file The page's way to the TypeScript service: a worker that starts with the first question. */
import type { Answers, Asked, Question, Told } from './messages.ts';

/** What is told of loading: that it began, that it is done, or why it failed. */
export type LoadingListener = (state: 'loading' | 'ready' | 'failed') => void;

export class TypeClient {
  readonly #listener: LoadingListener;
  #worker: Worker | undefined;
  #count = 0;
  #isReady = false;
  readonly #waiting = new Map<number, { resolve(answer: never): void; reject(error: Error): void }>();

  /** When somebody was answered for the first time. */
  readonly ready: Promise<void>;
  #becomeReady = (): void => {};

  constructor(listener: LoadingListener) {
    this.#listener = listener;
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
  }

  /** Whether somebody asked before, and was answered. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** @throws Error where the service was not loaded; the next question tries again */
  ask<Kind extends Question['ask']>(question: Extract<Question, { ask: Kind }>): Promise<Answers[Kind]> {
    const worker = (this.#worker ??= this.#start());
    const number = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      worker.postMessage({ number, question } satisfies Asked);
    });
  }

  #start(): Worker {
    this.#listener('loading');
    const options: WorkerOptions = { name: new URL('.', document.baseURI).href };
    const worker = new Worker(new URL('./type-worker.ts', import.meta.url), { ...options, type: 'module' });
    worker.onerror = ({ message }) => this.#fail(message);
    worker.onmessage = ({ data: { number, answer, failed } }: MessageEvent<Told>) => {
      if (failed !== undefined) {
        if (!this.#isReady) return this.#fail(failed);
        this.#waiting.get(number)?.reject(new Error(failed));
      } else {
        if (!this.#isReady) this.#listener('ready');
        this.#isReady = true;
        this.#becomeReady();
        this.#waiting.get(number)?.resolve(answer as never);
      }
      this.#waiting.delete(number);
    };
    return worker;
  }

  #fail(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
    for (const { reject } of this.#waiting.values()) reject(new Error(message));
    this.#waiting.clear();
    this.#listener('failed');
  }
}
