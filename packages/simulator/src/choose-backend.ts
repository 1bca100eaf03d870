/** @file Which backend runs a network, and why. */
import { tokenId, type BackendEntry, type Choice, type Settings, type Token } from '@ndl/core';
import type { Program, Training } from '@ndl/ir';
import { backendRefused, noBackend } from './errors.ts';

/** A choice and its reason, as the Simulator reports it. */
export interface BackendChoice {
  readonly entry: BackendEntry;
  readonly name: string;
  readonly reason: string;
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
  readonly training: Training | undefined;
}

/** A backend on offer, under its token. */
export interface BackendCandidate {
  readonly key: Token<BackendEntry>;
  readonly entry: BackendEntry;
}

/** Pairs the listed choices with their entries. */
export function backendCandidates(
  choices: readonly Choice<BackendEntry>[],
  get: (key: Token<BackendEntry>) => BackendEntry,
): readonly BackendCandidate[] {
  return choices.map(({ key }) => ({ key, entry: get(key) }));
}

/**
 * The backend that the settings name, or the one of highest priority that can do the job.
 * @throws NdlError BACKEND_REFUSED, NO_BACKEND.
 */
export function chooseBackend(candidates: readonly BackendCandidate[], job: BackendJob): BackendChoice {
  const judged = [...candidates]
    .sort((a, b) => b.entry.priority - a.entry.priority)
    .map((candidate) => ({ ...candidate, refusal: refusalOf(candidate.entry, job) }));
  const able = judged.filter(({ refusal }) => refusal === undefined);
  const named = job.settings.backend;
  const chosen = named === undefined ? able[0] : judged.find(({ key }) => key === named);
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
  return { entry: chosen.entry, name: chosen.entry.name, reason: reasonFor(named !== undefined, chosen.entry, judged) };
}

function refusalOf(entry: BackendEntry, { settings, program, training }: BackendJob): string | undefined {
  if (!entry.dtypes.includes(settings.dtype))
    return `it computes in ${entry.dtypes.join(' or ')} only, not in ${settings.dtype}.`;
  const support = entry.supports(program, training);
  return support.supported ? undefined : support.reason;
}

function reasonFor(
  named: boolean,
  entry: BackendEntry,
  judged: readonly { readonly entry: BackendEntry; readonly refusal: string | undefined }[],
): string {
  if (named) return 'the setting backend names it';
  const passedOver = judged
    .filter((other) => other.entry.priority > entry.priority)
    .map((other) => `${other.entry.name}: ${other.refusal}`);
  const base =
    judged.length === 1 ? 'the only one loaded' : 'the highest priority of those loaded that can run the network';
  return passedOver.length === 0 ? base : `${base} (${passedOver.join(' ')})`;
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
  const job = { settings, program: training.forward, training };
  const refusal = refusalOf(entry, job);
  if (refusal === undefined) return;
  const able = candidates.filter((other) => refusalOf(other.entry, job) === undefined);
  const names = able.map((other) => `${other.entry.name} (${tokenId(other.key)})`);
  throw backendRefused(entry.name, refusal, names, 'train');
}
