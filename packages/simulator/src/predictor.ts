/** @file predict: what probes record for a data set, minibatch by minibatch, each on a state of its own, each item with noise of its own. */
import type { Probe } from '@ndl/model';
import type { NdArray } from '@ndl/numerics';
import { minibatches } from '@ndl/training';
import type { BuiltNetwork } from './composition/built-network.ts';
import type { LearningData } from './training/learning-data.ts';
import { neuronsOf, type Inputs, type PredictOptions } from './training/learning-options.ts';
import type { MemoryBudget } from './memory/memory-budget.ts';
import type { NetworkExecutable } from './composition/network-executable.ts';
import { nameOf } from './results/object-name.ts';
import { joinItems, ProbeRecorder, type RecordedProbe } from './results/probe-recorder.ts';
import { progressOf } from './progress/progress.ts';
import { takeTurns } from './turns.ts';

/** What predictions are made with. */
export interface PredictorContext {
  readonly executable: NetworkExecutable;
  readonly data: LearningData;
  readonly probes: readonly RecordedProbe[];
  readonly memory: MemoryBudget;
  /** Why an object was not built. */
  readonly refusalOf: BuiltNetwork['refusalOf'];
}

export class Predictor {
  readonly #context: PredictorContext;
  /** Over all calls, so that many short ones give turns too. */
  readonly #turn: () => Promise<void> = takeTurns();

  constructor(context: PredictorContext) {
    this.#context = context;
  }

  /** What the probes record: [items, samples, size] each. */
  async predict(inputs: Inputs, options: PredictOptions): Promise<ReadonlyMap<Probe, NdArray>> {
    const { data, executable, memory } = this.#context;
    const set = data.fed('predict', inputs, options.steps);
    const size = data.minibatchSize(options.minibatchSize, set.items);
    const program = neuronsOf(options.mode);
    const probes = this.#probesFor(options);
    memory.requireState('predict', size);
    memory.requireRecording('predict', probes, set);
    const report = progressOf('predict', Math.ceil(set.items / size), options.onProgress);
    const pieces: ProbeRecorder[] = [];
    for (const items of minibatches(set.items, size, { shuffle: false })) {
      await this.#turn();
      options.signal?.throwIfAborted();
      const sink = new ProbeRecorder(probes, items.length);
      await executable.run({
        program,
        items: items.length,
        steps: set.steps,
        firstItem: items[0],
        feed: data.feed(set, items, { firstItem: items[0] }),
        sink,
        outputs: sink.outputs,
        state: 'fresh',
        signal: options.signal,
      });
      pieces.push(sink);
      await report(pieces.length);
    }
    return new Map(probes.map(({ probe }) => [probe, joinItems(pieces.map((piece) => piece.samples(probe)))] as const));
  }

  /** @throws NdlError FOREIGN_OBJECT. */
  #probesFor({ probes: wanted, lastStepOnly = false }: PredictOptions): readonly RecordedProbe[] {
    const { probes, data, refusalOf } = this.#context;
    for (const probe of wanted ?? []) {
      if (probes.some((recorded) => recorded.probe === probe)) continue;
      const known = data.targets.map(({ label }) => label);
      throw refusalOf('predict: probes', probe, nameOf(probe), known);
    }
    const chosen = wanted === undefined ? probes : probes.filter(({ probe }) => wanted.includes(probe));
    return lastStepOnly ? chosen.map((recorded) => ({ ...recorded, keepHistory: false })) : chosen;
  }
}
