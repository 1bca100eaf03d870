/** @file Threads that share linear algebra give the bits of one; what goes wrong in one is told, and none outlives its team. */
import { threadHost, type ThreadHost } from '@ndl/threads';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { factorizePositiveDefiniteInPieces } from '../linear-algebra/cholesky.ts';
import { GramSum, NdArray, SUM_BLOCK, type Matrix } from '../index.ts';
import { transposed, type Panel, type RowProductOptions } from './panel.ts';
import { complete, type Pieces } from '../basics/pieces.ts';
import { currentTeam, ProductTeam, type ProductTeamOptions, withTeam } from './product-team.ts';
import { addRowProducts } from './row-products.ts';
import { TEAM_WORDS } from './team-kernels.ts';

/** A machine may be busy. */
const PATIENT = { timeout: 20_000 };

/** What a thread of a team is told. */
interface Told {
  readonly memory: WebAssembly.Memory;
}

/** This host, with what became of threads that were started on it; their text may be another. */
function watchedHost(edit: (text: string) => string = (text) => text) {
  const seen = {
    begun: 0,
    started: 0,
    ended: 0,
    kills: [] as (() => void)[],
    words: undefined as Int32Array | undefined,
  };
  const inner = threadHost();
  const host: ThreadHost = {
    ...inner,
    cores: 2,
    start(text, events) {
      seen.started++;
      const thread = inner.start(edit(text), {
        answered(answer: Parameters<typeof events.answered>[0]) {
          if ((answer as { readonly answer: string }).answer === 'begun') seen.begun++;
          events.answered(answer);
        },
        gone: (reason) => events.gone(reason),
      });
      seen.kills.push(() => thread.end());
      return {
        hold: (isHeld) => thread.hold(isHeld),
        tell(order) {
          seen.words = new Int32Array((order as Told).memory.buffer);
          thread.tell(order);
        },
        end() {
          seen.ended++;
          thread.end();
        },
      };
    },
  };
  return { host, seen };
}

const teams: ProductTeam[] = [];
const teamOf = (options: ProductTeamOptions): ProductTeam => {
  const team = new ProductTeam({ worthStarting: 0, ...options });
  teams.push(team);
  return team;
};
afterEach(() => {
  for (const team of teams.splice(0)) team.end();
  vi.unstubAllGlobals();
});

/** Does pieces as builds do: by the team, with a turn for others in between. */
async function inTurns<Result>(team: ProductTeam, pieces: Pieces<Result>): Promise<Result> {
  try {
    for (;;) {
      const piece = withTeam(team, () => pieces.next());
      if (piece.done === true) return piece.value;
      await setImmediate();
    }
  } finally {
    pieces.return(undefined as never);
  }
}

/** Numbers between -1 and 1, of 52 bits. */
const numbers = (seed: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => Math.sin((index + 1) * (seed + 0.7) * 12.9898));

const panelOf = (rows: number, columns: number, seed: number): Panel => {
  const stride = columns + 3;
  return { data: numbers(seed, 2 + rows * stride), start: 2, stride, rows, columns };
};

/** A product whose target is not yet computed, and what its target is afterwards. */
interface Trial {
  readonly target: Panel;
  add(): Pieces<void>;
}

const trial = (rows: number, columns: number, inner: number, options: RowProductOptions = {}): Trial => {
  const target = panelOf(rows, columns, 3);
  const left = panelOf(rows, inner, 1);
  const right = options.lowerOnly === true ? { ...left, rows: columns } : panelOf(columns, inner, 2);
  return { target, add: () => addRowProducts(target, left, right, options) };
};

/** Where two arrays have other bits. */
const differences = (one: Float64Array, other: Float64Array): number[] => {
  const [a, b] = [one, other].map(({ buffer, byteOffset, length }) => new BigUint64Array(buffer, byteOffset, length));
  return [...a!.keys()].filter((at) => a![at] !== b![at]);
};

/** What is meant of a target: what lies on and below the diagonal, where only that is. */
const meant = ({ data, start, stride, rows, columns }: Panel, lowerOnly = false): Float64Array =>
  data.map((value, at) => {
    const [row, column] = [Math.floor((at - start) / stride), (at - start) % stride];
    return lowerOnly && row >= 0 && row < rows && column < columns && column > row ? 0 : value;
  });

const TRIALS: readonly (readonly [rows: number, columns: number, inner: number, options?: RowProductOptions])[] = [
  [300, 261, 260],
  [1030, 33, 600, { sign: -1 }],
  [515, 515, 256, { sign: -1, lowerOnly: true, sumBlock: 64 }],
  [700, 450, 128, { sign: -1, lowerOnly: true, sumBlock: 64 }],
  [258, 7, 10_000],
  [1200, 1100, 13],
];

/** Columns that are zero at one side of a threshold each. */
const rectified = (rows: number, columns: number): Matrix => {
  const [points, turns, thresholds] = [numbers(1, rows), numbers(2, columns), numbers(3, columns)];
  const data = Float64Array.from({ length: rows * columns }, (_, at) => {
    const column = at % columns;
    return Math.max(points[Math.floor(at / columns)]! * turns[column]! - thresholds[column]!, 0);
  });
  return new NdArray(data, [rows, columns]);
};

const lower = ({ data, shape }: Matrix): Float64Array =>
  data.filter((_, at) => at % shape[1]! <= Math.floor(at / shape[1]!));

describe.each([2, 3])('%i threads', (threads) => {
  test('give products the bits of one', async () => {
    const { host, seen } = watchedHost();
    const team = teamOf({ threads, host });
    for (const given of TRIALS) {
      const [alone, together] = [trial(...given), trial(...given)];
      complete(alone.add());
      await inTurns(team, together.add());
      const isLower = given[3]?.lowerOnly;
      expect(differences(meant(together.target, isLower), meant(alone.target, isLower)), `${given}`).toEqual([]);
    }
    expect(seen.started).toBe(threads - 1);
  });

  test('give Gram matrices and their factors the bits of one, zeros left out', async () => {
    const team = teamOf({ threads, host: watchedHost().host });
    for (const [rows, columns] of [
      [9 * SUM_BLOCK + 5, 290],
      [700, 515],
    ] as const) {
      const matrix = rectified(rows, columns);
      const summed = function* (): Pieces<Matrix> {
        const sum = new GramSum(columns);
        yield* sum.add(matrix);
        return yield* sum.lowerTriangle();
      };
      const [alone, together] = [complete(summed()), await inTurns(team, summed())];
      expect(differences(lower(together), lower(alone))).toEqual([]);
      for (const gram of [alone, together]) for (let at = 0; at < gram.size; at += columns + 1) gram.data[at]! += rows;
      complete(factorizePositiveDefiniteInPieces(alone));
      await inTurns(team, factorizePositiveDefiniteInPieces(together));
      expect(differences(lower(together), lower(alone))).toEqual([]);
    }
  });
});

/** A team whose thread waits for tasks by now. */
async function begun(edit?: (text: string) => string, options: ProductTeamOptions = {}) {
  const { host, seen } = watchedHost(edit);
  const team = teamOf({ threads: 2, host, ...options });
  await inTurns(team, trial(300, 300, 260).add());
  await expect.poll(() => seen.begun, PATIENT).toBe(1);
  return { team, seen };
}

const word = (words: Int32Array | undefined, address: number): number => Atomics.load(words!, address / 4);

test('a thread does what the one that asks leaves', async () => {
  const { team, seen } = await begun();
  const pieces = trial(800, 800, 260).add();
  const before = word(seen.words, TEAM_WORDS.given);
  while (word(seen.words, TEAM_WORDS.given) < before + 8) withTeam(team, () => pieces.next());
  await expect.poll(() => word(seen.words, TEAM_WORDS.taken), PATIENT).toBe(word(seen.words, TEAM_WORDS.given));
  await inTurns(team, pieces);
});

test('nothing is started for one thread, for little work, or outside of a team', async () => {
  const { host, seen } = watchedHost();
  await inTurns(teamOf({ threads: 1, host }), trial(300, 300, 260).add());
  await inTurns(teamOf({ threads: 2, host, worthStarting: 2 ** 31 }), trial(300, 300, 260).add());
  await inTurns(teamOf({ threads: 2, host }), trial(300, 300, 100).add());
  teamOf({ threads: 2, host });
  complete(trial(300, 300, 260).add());
  expect([seen.started, currentTeam()]).toEqual([0, undefined]);
  expect(teamOf({ host: { ...host, refusal: 'this page is alone' } }).size).toBe(1);
});

test('two computations of a team at a time are apart', async () => {
  const { team } = await begun();
  const [alone, first, second] = [trial(600, 600, 300), trial(600, 600, 300), trial(600, 600, 300)];
  complete(alone.add());
  await Promise.all([inTurns(team, first.add()), inTurns(team, second.add())]);
  for (const { target } of [first, second]) expect(differences(target.data, alone.target.data)).toEqual([]);
});

test('a host whose threads do not start gets the same bits from one', async () => {
  const start = (): never => {
    throw new Error('no workers here');
  };
  const silent = watchedHost(() => 'process.exit(3)');
  const alone = trial(600, 300, 300);
  complete(alone.add());
  for (const host of [{ ...threadHost(), start }, silent.host]) {
    const team = teamOf({ threads: 2, host });
    for (let turn = 0; turn < 3; turn++) {
      const { target, add } = trial(600, 300, 300);
      await inTurns(team, add());
      expect(differences(target.data, alone.target.data)).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

describe('a thread', () => {
  /** Words that nobody else uses: whether a thread is to take a task and not to do it, and whether it has. */
  const [STEAL, STOLEN] = [0, 4];
  const steal = (words: Int32Array | undefined): void => void Atomics.store(words!, STEAL / 4, 1);
  const IDLE = `
    const words = new Int32Array(memory.buffer);
    const [given, taken] = [${TEAM_WORDS.given / 4}, ${TEAM_WORDS.taken / 4}];
    while (Atomics.load(words, ${STEAL / 4}) === 0);
    for (;;) {
      const next = Atomics.load(words, taken);
      if (next !== Atomics.load(words, given) && Atomics.compareExchange(words, taken, next, next + 1) === next) break;
    }
    Atomics.store(words, ${STOLEN / 4}, 1);
    for (;;) Atomics.load(words, 0);`;
  const untilItFails = async (team: ProductTeam): Promise<never> => {
    for (;;) await inTurns(team, trial(300, 300, 260).add());
  };
  const idle = (text: string): string => text.replace('serve(list, mask);', IDLE);

  test('that is killed in the middle fails the computation, with its cause', async () => {
    const { team, seen } = await begun(idle);
    steal(seen.words);
    const failure = untilItFails(team).catch((error: unknown) => error);
    await expect.poll(() => word(seen.words, STOLEN), PATIENT).toBe(1);
    seen.kills[0]!();
    expect(await failure).toMatchObject({
      code: 'THREAD_FAILED',
      message: expect.stringMatching(/a thread ended with code 1\..*intra_op_parallelism_threads: 1/),
    });
  });

  test('that traps fails the computation, with its cause', async () => {
    const { team, seen } = await begun((text) =>
      text.replace('serve(list, mask);', 'setTimeout(() => take({ memory: 1 }), 10);'),
    );
    await expect(untilItFails(team)).rejects.toMatchObject({
      code: 'THREAD_FAILED',
      message: expect.stringMatching(/memory|Module/i),
      cause: expect.any(Error),
    });
    expect(seen.started).toBe(1);
  });

  test('that does not end what it has begun is noticed', async () => {
    const { team, seen } = await begun(idle, { patience: 200 });
    steal(seen.words);
    await expect(untilItFails(team)).rejects.toMatchObject({
      code: 'THREAD_FAILED',
      message: expect.stringMatching(/has not finished its share of linear algebra for 0.2 s/),
    });
  });

  test('lets its process end while it is idle, and ends with its team', async () => {
    const holding = (): readonly string[] => process.getActiveResourcesInfo().filter((what) => what === 'Worker');
    const before = holding();
    const { team, seen } = await begun();
    expect(holding()).toEqual(before);
    expect(seen.ended).toBe(0);
    team.end();
    expect(seen.ended).toBe(1);
    const alone = trial(300, 300, 260);
    await inTurns(team, alone.add());
    expect(seen.started).toBe(1);
  });

  test('ends with a computation that is left in the middle', async () => {
    const { team, seen } = await begun(idle);
    const pieces = trial(800, 800, 260).add();
    const before = word(seen.words, TEAM_WORDS.given);
    while (word(seen.words, TEAM_WORDS.given) === before) withTeam(team, () => pieces.next());
    pieces.return();
    expect(seen.ended).toBe(1);
  });
});

test('factors that lie transposed are shared too', async () => {
  const { team } = await begun();
  const matrix = panelOf(400, 600, 5);
  const targets = [panelOf(600, 600, 3), panelOf(600, 600, 3)] as const;
  const add = (target: Panel): Pieces<void> => addRowProducts(target, transposed(matrix), transposed(matrix));
  complete(add(targets[0]));
  await inTurns(team, add(targets[1]));
  expect(differences(targets[1].data, targets[0].data)).toEqual([]);
});
