/** @file `ThreadChoice`: how many threads a backend may use: what `sessionConfig` asks for, as far as the host has them. */
import type { OnIgnoredOption, SessionOption } from '@ndl/core';
import type { Program } from '@ndl/ir';
import { MOST_THREADS, threadCount } from '@ndl/threads';
import type { AddressSpace } from '../memory/address-space.ts';
import type { Crew } from './joint-module.ts';
import { ThreadTeam } from './thread-team.ts';
import type { TeamHost } from './team-host.ts';
import type { Thresholds } from './work-time.ts';

const NAME = 'intra_op_parallelism_threads';

/** The name in `sessionConfig`. */
export const THREADS_OPTION: SessionOption = {
  name: NAME,
  expects: 'a whole number from 0 on',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

export class ThreadChoice {
  readonly #host: TeamHost;
  readonly #thresholds: Thresholds;
  readonly #onIgnored: OnIgnoredOption;
  readonly #isAsked: boolean;
  /** Threads that may be used. */
  readonly count: number;
  #refusal: string | undefined;
  #team: ThreadTeam | undefined;
  #owner: WeakRef<object> | undefined;
  #isEnded = false;
  /** Whether they have something to run together. */
  #isJoined = false;

  constructor(
    sessionConfig: Readonly<Record<string, unknown>>,
    onIgnored: OnIgnoredOption | undefined,
    host: TeamHost,
    thresholds: Thresholds,
  ) {
    const asked = (sessionConfig[NAME] as number | undefined) ?? 0;
    this.#host = host;
    this.#thresholds = thresholds;
    this.#onIgnored = onIgnored ?? (() => {});
    this.#isAsked = asked > 1;
    this.#refusal = asked === 1 ? undefined : host.refusal;
    this.count = threadCount(asked, host);
    if (this.#isAsked && host.refusal !== undefined) this.#onIgnored(NAME, host.refusal);
    if (asked > MOST_THREADS) this.#onIgnored(NAME, `more than ${MOST_THREADS} threads are never taken`);
  }

  /** In words for people. */
  get description(): string {
    if (this.count === 1 || this.#refusal !== undefined)
      return this.#refusal === undefined ? '1 thread' : `1 thread: ${this.#refusal}`;
    return this.#isJoined ? `${this.count} threads` : `up to ${this.count} threads`;
  }

  /** Whether threads run what takes long of a program, as far as is known. What calls hosts is done by one. */
  mayRun({ hosts }: Program): boolean {
    return this.count > 1 && this.#refusal === undefined && hosts.length === 0;
  }

  /** Threads over a memory; undefined where there is one only. @param stepsOf of a block, more or less */
  crew(space: AddressSpace, stepsOf: () => number): Crew | undefined {
    if (this.count === 1 || this.#refusal !== undefined) return undefined;
    this.#team ??= this.#newTeam(space);
    const refused = (error: unknown): void => {
      if (this.#isEnded) return;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      this.#refusal = `threads do not start: ${cause instanceof Error ? cause.message : String(cause)}`;
      if (this.#isAsked) this.#onIgnored(NAME, this.#refusal);
    };
    const joined = (): void => void (this.#isJoined = true);
    return {
      team: this.#team,
      steps: stepsOf(),
      thresholds: this.#thresholds,
      isWaitedFor: this.#isAsked,
      joined,
      refused,
    };
  }

  /** Ends the threads. */
  end(): void {
    this.#isEnded = true;
    this.#team?.close();
  }

  /** Ends them when nobody can reach an object any more. */
  endWith(owner: object): void {
    this.#owner = new WeakRef(owner);
  }

  #newTeam({ memory }: AddressSpace): ThreadTeam {
    const team = new ThreadTeam(memory, this.count, this.#host);
    const owner = this.#owner?.deref();
    if (owner !== undefined) ENDING.register(owner, team);
    return team;
  }
}

const ENDING = /* @__PURE__ */ new FinalizationRegistry<ThreadTeam>((team) => team.close());
