/** @file `TeamMember`: a thread that is asked one thing at a time, and answers, or is gone. */
import type { Thread, ThreadHost } from '@ndl/threads';
import { type Answer, type AnsweredOrder, type Order, WORKER_TEXT } from './worker-text.ts';

/** What comes of an order. */
export type Reply = Answer | { readonly answer: 'gone'; readonly reason: unknown };

export class TeamMember {
  readonly #thread: Thread<Order>;
  #waiting: ((reply: Reply) => void) | undefined;
  #gone: Reply | undefined;

  /** @param onGone called when the thread is gone without being told to. @throws where the host does not let it start */
  constructor(host: ThreadHost, onGone: () => void) {
    this.#thread = host.start<Order, Answer>(WORKER_TEXT, {
      answered: (answer) => this.#settle(answer),
      gone: (reason) => {
        if (this.#gone !== undefined) return;
        this.#gone = { answer: 'gone', reason };
        onGone();
        this.#settle(this.#gone);
      },
    });
  }

  /** Gives an order that is answered. The process waits for the answer. */
  async ask(order: AnsweredOrder): Promise<Reply> {
    if (this.#gone !== undefined) return this.#gone;
    this.#thread.hold(true);
    try {
      return await new Promise<Reply>((resolve) => {
        this.#waiting = resolve;
        this.#thread.tell(order);
      });
    } finally {
      this.#thread.hold(false);
    }
  }

  /** Gives an order that is not answered. */
  tell(order: Order): void {
    if (this.#gone === undefined) this.#thread.tell(order);
  }

  end(): void {
    this.#gone ??= { answer: 'gone', reason: new Error('it was ended') };
    this.#settle(this.#gone);
    this.#thread.end();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(reply);
  }
}
