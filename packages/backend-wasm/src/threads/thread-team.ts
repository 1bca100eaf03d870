/**
 * @file `ThreadTeam`: threads over one shared memory that run functions of modules together, one call at a time. They are started when
 * they are first needed, and again after one has failed. Whoever waits for them is free to do other things.
 */
import { threadFailed, threadSilent } from '../errors.ts';
import { type Reply, TeamMember } from './team-member.ts';
import { clearTeamWords, tellTeamOfFailure, wordsOfTeam } from './team-words.ts';
import type { TeamHost } from './team-host.ts';
import type { AnsweredOrder } from './worker-text.ts';

/**
 * Milliseconds that threads may take to answer without moving, on a machine that does other work: a call is some tenths of a second of work, or
 * seconds in large networks. Browsers do not tell of a thread that they have killed.
 */
const PATIENCE = { begin: 30_000, add: 30_000, run: 120_000 };

/** How often it is looked meanwhile whether threads move. A machine that sleeps does not look. */
const LOOKS = 10;

export class ThreadTeam {
  /** How many threads there are, once they are started. */
  readonly size: number;
  readonly #memory: WebAssembly.Memory;
  readonly #host: TeamHost;
  readonly #modules = new Map<number, WebAssembly.Module>();
  #next = 0;
  #started: Promise<readonly TeamMember[]> | undefined;
  /** Those that are to be ended. */
  #members: TeamMember[] = [];
  #isClosed = false;
  /** Calls, one after another. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param memory that threads can share */
  constructor(memory: WebAssembly.Memory, size: number, host: TeamHost) {
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
      await this.#ask(members, () => ({ order: 'begin', memory: this.#memory }));
      for (const [module, code] of this.#modules) await this.#ask(members, () => ({ order: 'add', module, code }));
      return members;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Gives each its order, and waits for all answers. Where one has failed, or does not answer, all are ended. */
  async #ask(members: readonly TeamMember[], orderOf: (number: number) => AnsweredOrder): Promise<void> {
    const orders = members.map((member, number) => ({ order: orderOf(number), asked: member }));
    const replies = await this.#whileMoving(
      orders[0]!.order.order,
      Promise.all(orders.map(({ order, asked }) => asked.ask(order))),
    );
    const causes = replies.flatMap((reply) => causeIn(reply) ?? []);
    if (causes.length === 0) return;
    this.#end();
    throw threadFailed(causes[0]!.cause);
  }

  /** What comes of the threads' work. @throws NdlError BACKEND_FAILED where they neither answer nor meet for too long */
  async #whileMoving<Result>(order: AnsweredOrder['order'], work: Promise<Result>): Promise<Result> {
    const patience = { ...PATIENCE, ...this.#host.patience }[order];
    let timer: ReturnType<typeof setInterval> | undefined;
    let [looks, seen] = [0, wordsOfTeam(this.#memory)];
    const silent = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        const now = wordsOfTeam(this.#memory);
        looks = now === seen ? looks + 1 : 0;
        seen = now;
        if (looks >= LOOKS) reject(threadSilent(order, patience / 1000));
      }, patience / LOOKS);
    });
    try {
      return await Promise.race([work, silent]);
    } catch (error) {
      tellTeamOfFailure(this.#memory);
      this.#end();
      throw error;
    } finally {
      clearInterval(timer);
    }
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
