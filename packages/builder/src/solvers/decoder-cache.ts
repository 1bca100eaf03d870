/** @file `DecoderCache`: what solvers found, for builds to come that ask the same. */
import type { Activities, Solution, SolverDefinition } from '@ndl/core';
import type { Solver } from '@ndl/model';
import {
  contentKey,
  refuseSurplus,
  type NdArray,
  type Pieces,
  type RandomSnapshot,
  type RandomState,
} from '@ndl/numerics';
import { blocksOf, BLOCK_ELEMENTS } from './activities.ts';
import { ContentDigest } from './content-digest.ts';
import { copyOf } from './shared-solutions.ts';

/** Numbers that one cache keeps: 128 MiB of them. */
const MOST_KEPT = 2 ** 24;

interface Kept {
  readonly solution: Solution;
  /** What the solver drew from, after it drew. */
  readonly random: RandomSnapshot;
}

/**
 * Decoders of earlier builds. Given to `Simulator.create` as `decoderCache`, in one call after the other, it lets a network that has changed
 * a little be rebuilt quickly: what a solver of ndl would solve again - the same solver for the same activities and targets - is taken from
 * here, and is the same to the last bit. Solvers of plugins are always asked. It keeps 128 MiB, and forgets what was used longest ago.
 */
export class DecoderCache {
  readonly kind = 'decoderCache';
  /** The latest at the end. */
  readonly #kept = new Map<string, Kept>();
  #numbers = 0;
  #solved = 0;
  #reused = 0;

  constructor() {
    refuseSurplus('new DecoderCache', arguments, 0);
  }

  /** Problems that were solved, as nothing was kept of them. */
  get solved(): number {
    return this.#solved;
  }

  /** Problems whose solution was kept. */
  get reused(): number {
    return this.#reused;
  }

  /** Forgets everything. */
  clear(): void {
    refuseSurplus('DecoderCache.clear', arguments, 0);
    this.#kept.clear();
    this.#numbers = 0;
  }

  /** The solver, which looks here first. @param definition one that gives the same for the same, and asks nobody else */
  remembering(definition: SolverDefinition): SolverDefinition {
    refuseSurplus('DecoderCache.remembering', arguments, 1);
    const solveInPieces = definition.solveInPieces;
    if (solveInPieces === undefined) return definition;
    const solved = (...problem: Problem): Pieces<Solution> => this.#solve(solveInPieces, ...problem);
    return { ...definition, solveInPieces: solved };
  }

  *#solve(solveInPieces: NonNullable<SolverDefinition['solveInPieces']>, ...problem: Problem): Pieces<Solution> {
    const random = problem[3];
    const key = yield* keyOf(...problem);
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#reused++;
      this.#kept.delete(key);
      this.#kept.set(key, known);
      random.restore(known.random);
      return copyOf(known.solution);
    }
    const solution = yield* solveInPieces(...problem);
    this.#solved++;
    this.#keep(key, { solution: copyOf(solution), random: random.save() });
    return solution;
  }

  #keep(key: string, kept: Kept): void {
    this.#forget(key);
    this.#kept.set(key, kept);
    this.#numbers += numbersIn(kept);
    for (const other of this.#kept.keys()) {
      if (this.#numbers <= MOST_KEPT) break;
      this.#forget(other);
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#numbers -= numbersIn(kept);
  }
}

/** Whether something is a `DecoderCache`, of whichever copy of this package. Builds without one do not hold the class for it. */
export function isDecoderCache(value: unknown): value is DecoderCache {
  refuseSurplus('isDecoderCache', arguments, 1);
  const { kind, remembering } = (value ?? {}) as Readonly<Partial<Record<keyof DecoderCache, unknown>>>;
  return kind === 'decoderCache' && typeof remembering === 'function';
}

type Problem = readonly [solver: Solver, activities: Activities, targets: NdArray, random: RandomState];

/** Words of the generator's state, and a few. */
const numbersIn = ({ solution: { weights, errors } }: Kept): number => weights.size + errors.size + 700;

/** Everything that a solution follows from. */
function* keyOf(solver: Solver, activities: Activities, targets: NdArray, random: RandomState): Pieces<string> {
  const digest = new ContentDigest();
  digest.text(contentKey(solver));
  digest.text(contentKey(random.save()));
  digest.text(`${activities.points} ${activities.neurons} ${targets.shape.join(' ')}`);
  yield* digest.numbers(targets.data);
  if (activities.points * activities.neurons <= BLOCK_ELEMENTS) {
    yield* digest.numbers((yield* activities.block({})).data);
  } else {
    for (const points of blocksOf(activities.points, activities.neurons))
      yield* digest.numbers((yield* activities.block({ points })).data);
  }
  return digest.toString();
}
