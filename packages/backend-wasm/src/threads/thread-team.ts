/**
 * @file `ThreadTeam`: threads over one shared memory that run functions of modules together, one call at a time. They are started when
 * they are first needed, and again after one has failed. Whoever waits for them is free to do other things.
 */
import { threadFailed, threadSilent } from '../errors.ts';
import { type Reply, TeamMember } from './team-member.ts';
import { clearTeamWords, tellTeamOfFailure } from './team-words.ts';
import type { ThreadHost } from './thread.ts';
import type { Order } from './worker-text.ts';

/** Milliseconds that threads have to start, on a machine that does other work. */
const PATIENCE = 30_000;

export class ThreadTeam {
  /** How many threads there are, once they are started. */
  readonly size: number;
  readonly #memory: WebAssembly.Memory;
  readonly #host: ThreadHost;
  readonly #modules = new Map<number, WebAssembly.Module>();
  #next = 0;
  #started: Promise<readonly TeamMember[]> | undefined;
  /** Those that are to be ended. */
  #members: TeamMember[] = [];
  #isClosed = false;
  /** Calls, one after another. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param memory that threads can share */
  constructor(memory: WebAssembly.Memory, size: number, host: ThreadHost) {
    this.#memory = memory;
    this.size = size;
    this.#host = host;
  }

  /** Starts the threads, where they are not there. @throws NdlError BACKEND_FAILED for what is in the way */
  async start(): Promise<void> {
    await this.#inTurn(() => this.#begun());
  }

  /** Takes a module, to be run by its number. */
  add(code: WebAssembly.Module): Promise<number> {
    return this.#inTurn(async () => {
      const members = await this.#begun();
      const module = this.#next++;
      await this.#ask(members, () => ({ order: 'add', module, code }));
      this.#modules.set(module, code);
      return module;
    });
  }

  /** Forgets a module. */
  remove(module: number): void {
    if (!this.#modules.delete(module)) return;
    for (const member of this.#members) member.tell({ order: 'remove', module });
  }

  /** Runs functions of a module side by side, the first by the first thread; they may meet. @throws NdlError BACKEND_FAILED */
  run(module: number, names: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const members = await this.#begun();
      await this.#ask(members.slice(0, names.length), (number) => ({ order: 'run', module, name: names[number]! }));
    });
  }

  /** Ends the threads, once calls under way are done. */
  close(): void {
    this.#isClosed = true;
    void this.#inTurn(() => Promise.resolve(this.#end()));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  #begun(): Promise<readonly TeamMember[]> {
    if (this.#isClosed) return Promise.reject(threadFailed(new Error('its backend is disposed of')));
    this.#started ??= this.#begin();
    return this.#started;
  }

  async #begin(): Promise<readonly TeamMember[]> {
    clearTeamWords(this.#memory);
    try {
      for (let number = 0; number < this.size; number++)
        this.#members.push(new TeamMember(this.#host, () => tellTeamOfFailure(this.#memory)));
      const members = this.#members;
      await withinPatience(this.#ask(members, () => ({ order: 'begin', memory: this.#memory })));
      for (const [module, code] of this.#modules) await this.#ask(members, () => ({ order: 'add', module, code }));
      return members;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Gives each its order, and waits for all answers. Where one has failed, all are ended. */
  async #ask(members: readonly TeamMember[], orderOf: (number: number) => Order): Promise<void> {
    const replies = await Promise.all(members.map((member, number) => member.ask(orderOf(number))));
    const causes = replies.flatMap((reply) => causeIn(reply) ?? []);
    if (causes.length === 0) return;
    this.#end();
    throw threadFailed(causes[0]!.cause);
  }

  #end(): void {
    this.#started = undefined;
    for (const member of this.#members) member.end();
    this.#members = [];
  }
}

/** What a thread failed of, unless because another had failed. */
function causeIn(reply: Reply): { readonly cause: unknown } | undefined {
  if (reply.answer === 'gone') return { cause: reply.reason };
  return reply.answer === 'failed' && reply.isFirst ? { cause: reply.error } : undefined;
}

/** @throws NdlError BACKEND_FAILED where it takes too long */
async function withinPatience(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(threadSilent(PATIENCE / 1000)), PATIENCE);
  });
  try {
    await Promise.race([work, silent]);
  } finally {
    clearTimeout(timer);
  }
}
