/** @file The stage that loads: a backend that runs the program, as settings say or as costs do, with the program on it. */
import type { LearningTask } from '@ndl/compiler';
import { BACKENDS, type Backend } from '@ndl/core';
import { heldByDefault, isDriven } from '../inputs/input-sources.ts';
import { MemoryBudget } from '../memory/memory-budget.ts';
import type { ResolvedOptions } from '../options/simulator-options.ts';
import type { ProgressReport } from '../progress/progress.ts';
import { slowerBackend } from './backend-errors.ts';
import { checkedBackend } from './checked-backend.ts';
import {
  backendCandidates,
  chooseBackend,
  requireSupport,
  type BackendCandidate,
  type BackendChoice,
} from './choose-backend.ts';
import type { Choices } from './choices.ts';
import type { Compiled } from './compile-stage.ts';
import { guardedExecutable } from './guarded-executable.ts';
import { NetworkExecutable } from './network-executable.ts';
import { loadBackend } from './session-config.ts';

/** A network on a backend. */
export interface Loaded {
  readonly candidates: readonly BackendCandidate[];
  readonly choice: BackendChoice;
  readonly backend: Backend;
  readonly executable: NetworkExecutable;
  readonly memory: MemoryBudget;
  /** Losses and optimizers by objective id; training programs are looked up here when first asked for. */
  readonly tasks: Map<string, LearningTask>;
}

/** @throws NdlError TOO_LARGE, NO_BACKEND, BACKEND_REFUSED, and what the backend says of `sessionConfig`; then nothing stays loaded */
export async function load(
  { graph, compiled, program }: Compiled,
  { minibatchSize: items = 1, signal, onWarning }: ResolvedOptions,
  { container, settings, forSetting }: Choices,
  turn: () => Promise<void>,
  report: ProgressReport,
): Promise<Loaded> {
  await report(2, { stage: 'load the backend' });
  const candidates = backendCandidates(container.getAll(BACKENDS), (key) =>
    checkedBackend(container.chooseFrom(BACKENDS, key)),
  );
  const tasks = new Map<string, LearningTask>();
  const memory = new MemoryBudget({
    compiled,
    runBuffers: program.buffers,
    functionsPerItem:
      program.hosts.filter(({ scope }) => scope === 'item').length + graph.inputs.filter(isDriven).length,
    tasks,
    dtype: settings.dtype,
  });
  memory.requireState('Simulator.create', items);
  const choice = chooseBackend(candidates, { settings, program, items });
  if (choice.passedOver.length > 0) onWarning(slowerBackend(choice.name, choice.passedOver));
  const others = candidates.map(({ entry }) => entry).filter((entry) => entry !== choice.entry);
  const backend = await forSetting('sessionConfig', () => loadBackend(choice.entry, others, settings, onWarning));
  try {
    signal?.throwIfAborted();
    const executable = new NetworkExecutable({
      compiled,
      executable: guardedExecutable(choice.name, await backend.create()),
      tasks,
      accept: (training) => requireSupport(training, choice, candidates, settings),
    });
    await executable.forward('run', heldByDefault(graph), signal);
    await turn();
    signal?.throwIfAborted();
    await report(3);
    return { candidates, choice, backend, executable, memory, tasks };
  } catch (error) {
    backend.dispose();
    throw error;
  }
}
