/** @file Long linear algebra on threads: the bits of one, in Node, pages and workers. */
import {
  factorizePositiveDefiniteInPieces,
  GramSum,
  NdArray,
  ProductTeam,
  RandomState,
  withTeam,
  type Matrix,
  type Pieces,
} from '@ndl/numerics';
import { threadHost, type ThreadHost } from '@ndl/threads';

/** What came of linear algebra on so many threads. */
export interface LinearAlgebraReport {
  /** Threads that could be used, that of the caller among them. */
  readonly threads: number;
  /** Threads beside it that had begun before the last time. */
  readonly begun: number;
  /** The lower triangle of a Cholesky factor: a digest of its numbers. */
  readonly factor: string;
}

const [ROWS, COLUMNS] = [1500, 600] as const;

/** Factorizes a Gram matrix of activities, of which half are zero, with threads from the beginning: twice, as they start meanwhile. */
export async function reportLinearAlgebra(threads: number): Promise<LinearAlgebraReport> {
  const inner = threadHost();
  const started: Promise<void>[] = [];
  let begun = 0;
  const host: ThreadHost = {
    ...inner,
    start(text, events) {
      const { promise, resolve } = resolvable();
      started.push(promise);
      return inner.start(text, {
        answered(answer: Parameters<typeof events.answered>[0]) {
          begun++;
          resolve();
          events.answered(answer);
        },
        gone(reason) {
          resolve();
          events.gone(reason);
        },
      });
    },
  };
  const team = new ProductTeam({ threads, host, worthStarting: 0 });
  try {
    await inTurns(team, factor());
    await Promise.all(started);
    const { data } = await inTurns(team, factor());
    return { threads: team.size, begun, factor: await digestOf(new Float64Array(data)) };
  } finally {
    team.end();
  }
}

function* factor(): Pieces<Matrix> {
  const numbers = new RandomState(3).standardNormal(ROWS * COLUMNS).map((value) => Math.max(value, 0));
  const sum = new GramSum(COLUMNS);
  yield* sum.add(new NdArray(numbers, [ROWS, COLUMNS]));
  const gram = yield* sum.lowerTriangle();
  for (let at = 0; at < gram.size; at += COLUMNS + 1) gram.data[at]! += ROWS;
  yield* factorizePositiveDefiniteInPieces(gram);
  gram.data.forEach((_, at) => {
    if (at % COLUMNS > Math.floor(at / COLUMNS)) gram.data[at] = 0;
  });
  return gram;
}

async function inTurns<Result>(team: ProductTeam, pieces: Pieces<Result>): Promise<Result> {
  for (;;) {
    const piece = withTeam(team, () => pieces.next());
    if (piece.done === true) return piece.value;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function resolvable(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve: () => resolve() };
}

async function digestOf(numbers: Float64Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', numbers));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
