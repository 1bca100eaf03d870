/** @file One minibatch of a data set, as executables take it. */
import type { Feed, InputFeed, TargetFeed } from '@ndl/core';
import type { FloatArray } from '@ndl/numerics';
import type { DataTable } from './data-table.ts';
import { dataDisagree, noSample, samplesDisagree } from './data-errors.ts';
import { badOption } from '../errors.ts';
import type { InputSources } from './input-sources.ts';
import { samplesIn, stepOfSample } from '../results/probe-recorder.ts';

/** Inputs and targets that belong together, and how far they reach. */
export interface DataSet {
  readonly inputs: readonly DataTable[];
  readonly targets: readonly DataTable[];
  readonly items: number;
  readonly steps: number;
}

/**
 * Checks that inputs and targets go together. Without any, `steps` is for one item. Targets of probes that sample say how many steps
 * there are only where nothing else does: then they end with the last sample.
 * @throws NdlError DATA_DISAGREE, INVALID_OPTION, TARGETS_ASK_FOR_NOTHING where a probe takes no sample.
 */
export function dataSet(
  where: string,
  inputs: readonly DataTable[],
  targets: readonly DataTable[],
  steps: number | undefined,
): DataSet {
  const all = [...inputs, ...targets];
  const items = commonItems(all);
  if (items === undefined && steps === undefined)
    throw badOption(where, 'steps', 'must be given where inputs hold no data that say how many', steps);
  const timed = all.filter(({ length, isSampled }) => length !== undefined && !isSampled);
  const sampled = all.filter(({ isSampled }) => isSampled);
  for (const { label, length } of timed) {
    if (steps !== undefined && length !== steps) throw dataDisagree('steps', label, length!, 'the option steps', steps);
    if (length !== timed[0]!.length) throw dataDisagree('steps', label, length!, timed[0]!.label, timed[0]!.length!);
  }
  const ends = sampled.flatMap(({ length, period }) => (length === undefined ? [] : [stepOfSample(length, period)]));
  const extent = steps ?? timed[0]?.length ?? Math.max(1, ...ends);
  for (const { label, length, period } of sampled) {
    const samples = samplesIn(extent, period);
    if (samples === 0) throw noSample(where, label, extent, stepOfSample(1, period));
    if (length !== undefined && length !== samples) throw samplesDisagree(label, length, samples, extent, period);
  }
  return { inputs, targets, items: items ?? 1, steps: extent };
}

/** The items that tables agree on; undefined where there are none. @throws NdlError DATA_DISAGREE. */
function commonItems(tables: readonly DataTable[]): number | undefined {
  const [first] = tables;
  for (const { items, label } of tables) {
    if (items !== first!.items) throw dataDisagree('items', label, items, first!.label, first!.items);
  }
  return first?.items;
}

/** The feed of some items over some steps: the data where there are any, else the nodes' own sources. */
export function feedOf(
  tables: readonly DataTable[],
  items: ArrayLike<number>,
  steps: number,
  sources: InputSources,
  firstStep = 0,
): Feed {
  const feed = new Map<string, InputFeed>(sources);
  for (const table of tables) feed.set(table.name, pieceOf(table, items, firstStep, steps));
  return feed;
}

/** The targets of some items. */
export function targetsOf(
  tables: readonly DataTable[],
  items: ArrayLike<number>,
  steps: number,
): ReadonlyMap<string, TargetFeed> {
  return new Map(tables.map((table) => [table.name, pieceOf(table, items, 0, steps)]));
}

function pieceOf(table: DataTable, items: ArrayLike<number>, firstStep: number, steps: number): TargetFeed {
  if (table.isHeld) return { kind: 'held', data: table.block(items, firstStep, steps) };
  let data: FloatArray | undefined;
  return {
    kind: 'sequence',
    get data() {
      data ??= table.block(items, firstStep, steps);
      return data;
    },
    copy: (first, into) => table.copy(items, firstStep + first, into),
  };
}
