/** @file Which backend runs a network, and why. */
import { tokenId, type BackendEntry, type Choice, type ExpectedJob, type Settings, type Token } from '@ndl/core';
import type { Program, Training } from '@ndl/ir';
import { backendRefused } from './choice-errors.ts';
import { noBackend } from '../errors.ts';

/** A choice and its reason, as the Simulator reports it. */
export interface BackendChoice {
  readonly entry: BackendEntry;
  readonly name: string;
  readonly reason: string;
  /** Where nobody named one: what those say that come before it, and do not run the network in its number format. */
  readonly passedOver: readonly string[];
}

/** What a simulation runs on, and why. */
export interface BackendReport {
  readonly name: string;
  readonly description: string;
  readonly reason: string;
}

/** What must be run. */
export interface BackendJob {
  readonly settings: Settings;
  readonly program: Program;
  /** Items simulated side by side. */
  readonly items: number;
}

/** A backend on offer, under its token. */
export interface BackendCandidate {
  readonly key: Token<BackendEntry>;
  readonly entry: BackendEntry;
}

/** What a candidate answered: why it refuses, or how long it expects to take, where it says. */
interface Judged extends BackendCandidate {
  readonly refusal: string | undefined;
  readonly seconds: number | undefined;
}

/** Steps that estimates are for: a second of most networks. */
const EXPECTED_STEPS = 1000;

/** How many times as quick as the default another backend must be to take its place: estimates are rough, and habits worth something. */
const CLEARLY_QUICKER = 2;

/** Pairs the listed choices with their entries. */
export function backendCandidates(
  choices: readonly Choice<BackendEntry>[],
  get: (key: Token<BackendEntry>) => BackendEntry,
): readonly BackendCandidate[] {
  return choices.map(({ key }) => ({ key, entry: get(key) }));
}

/**
 * The backend that the settings name; else the default, which is the one of highest priority that can do the job, or one that is
 * expected to be at least twice as quick. It depends on nothing that is measured: a script always has the same backend.
 * @throws NdlError BACKEND_REFUSED, NO_BACKEND; BACKEND_FAILED, BACKEND_INVALID for what a backend answers.
 */
export function chooseBackend(candidates: readonly BackendCandidate[], job: BackendJob): BackendChoice {
  const named = job.settings.backend;
  const judged = [...candidates]
    .sort((a, b) => b.entry.priority - a.entry.priority)
    .map((candidate) => judge(candidate, job));
  const able = judged.filter(({ refusal }) => refusal === undefined);
  const chosen = named === undefined ? quickest(able) : judged.find(({ key }) => key === named);
  if (chosen === undefined) {
    throw noBackend(
      job.settings.dtype,
      judged.map(({ entry, refusal }) => `${entry.name}: ${refusal}`),
    );
  }
  if (chosen.refusal !== undefined) {
    throw backendRefused(
      chosen.entry.name,
      chosen.refusal,
      able.map(({ entry, key }) => `${entry.name} (${tokenId(key)})`),
    );
  }
  const { entry } = chosen;
  if (named !== undefined) return { entry, name: entry.name, reason: 'the setting backend names it', passedOver: [] };
  const passedOver = judged
    .slice(0, judged.indexOf(able[0]!))
    .filter((other) => other.entry.dtypes.includes(job.settings.dtype))
    .map((other) => `${other.entry.name}: ${other.refusal}`);
  return { entry, name: entry.name, reason: reasonFor(chosen, judged), passedOver };
}

function judge(candidate: BackendCandidate, { settings, program, items }: BackendJob): Judged {
  const refusal = refusalOf(candidate.entry, settings, program);
  if (refusal !== undefined) return { ...candidate, refusal, seconds: undefined };
  // Where one is named, the others are listed, but not compared.
  if (settings.backend !== undefined && settings.backend !== candidate.key)
    return { ...candidate, refusal, seconds: undefined };
  const job: ExpectedJob = { items, steps: EXPECTED_STEPS, inferenceOnly: settings.inferenceOnly };
  const estimate = candidate.entry.estimate?.(program, job);
  if (estimate?.supported === false) return { ...candidate, refusal: estimate.reason, seconds: undefined };
  return { ...candidate, refusal: undefined, seconds: estimate?.seconds };
}

/** The default, or the quickest of those that are clearly quicker; of equals the first. */
function quickest(able: readonly Judged[]): Judged | undefined {
  const [usual, ...others] = able;
  const limit = usual?.seconds;
  if (limit === undefined) return usual;
  return others
    .filter(({ seconds }) => seconds !== undefined && seconds * CLEARLY_QUICKER <= limit && seconds < limit)
    .reduce((best, other) => (best === usual || other.seconds! < best.seconds! ? other : best), usual!);
}

function refusalOf(entry: BackendEntry, settings: Settings, program: Program, training?: Training): string | undefined {
  if (!entry.dtypes.includes(settings.dtype))
    return `it computes in ${entry.dtypes.join(' or ')} only, not in ${settings.dtype}.`;
  const support = entry.supports(program, training);
  return support.supported ? undefined : support.reason;
}

function reasonFor(chosen: Judged, judged: readonly Judged[]): string {
  const usual = judged.find(({ refusal }) => refusal === undefined)!;
  const passedOver = judged
    .slice(0, judged.indexOf(usual))
    .map(({ entry, refusal }) => `${entry.name}: ${refusal}`)
    .join(' ');
  const base =
    chosen !== usual
      ? `expected to take ${timeOf(chosen)} for ${EXPECTED_STEPS} steps, where ${usual.entry.name}, the default, would take ${timeOf(usual)}`
      : judged.length === 1
        ? 'the only one loaded'
        : 'the highest priority of those loaded that can run the network';
  const compared = judged.filter(({ seconds }) => seconds !== undefined);
  const expected =
    chosen === usual && compared.length > 1 && compared.includes(usual)
      ? `; for ${EXPECTED_STEPS} steps one may expect ${compared.map((each) => `${each.entry.name} to take ${timeOf(each)}`).join(', ')}`
      : '';
  return passedOver === '' ? `${base}${expected}` : `${base} (${passedOver})${expected}`;
}

function timeOf({ seconds = 0 }: Judged): string {
  return `${Number((1000 * seconds).toPrecision(2))} ms`;
}

/**
 * Asks the chosen backend about a training before it is given it. The choice itself is made by the program of runs, since losses
 * and optimizer are known with the first training call only.
 * @throws NdlError BACKEND_REFUSED, naming the backends that can.
 */
export function requireSupport(
  training: Training,
  { entry }: BackendChoice,
  candidates: readonly BackendCandidate[],
  settings: Settings,
): void {
  const refusal = refusalOf(entry, settings, training.forward, training);
  if (refusal === undefined) return;
  const able = candidates.filter((other) => refusalOf(other.entry, settings, training.forward, training) === undefined);
  const names = able.map((other) => `${other.entry.name} (${tokenId(other.key)})`);
  throw backendRefused(entry.name, refusal, names, 'train');
}
