/** @file One minibatch of a data set, as executables take it. */
import type { Feed, InputFeed, TargetFeed } from '@ndl/core';
import { commonExtent, type DataTable } from './data-table.ts';
import { badOption, dataDisagree } from './errors.ts';
import type { InputSources } from './input-sources.ts';

/** Inputs and targets that belong together, and how far they reach. */
export interface DataSet {
  readonly inputs: readonly DataTable[];
  readonly targets: readonly DataTable[];
  readonly items: number;
  readonly steps: number;
}

/** Checks that inputs and targets go together. Without any, `steps` is for one item. @throws NdlError DATA_DISAGREE, OPTION_INVALID. */
export function dataSet(
  where: string,
  inputs: readonly DataTable[],
  targets: readonly DataTable[],
  steps: number | undefined,
): DataSet {
  const all = [...inputs, ...targets];
  const extent = commonExtent(all);
  if (extent === undefined && steps === undefined)
    throw badOption(where, 'steps', 'must be given where inputs hold no data that say how many', steps);
  if (steps !== undefined) {
    const timed = all.find((table) => table.steps !== undefined && table.steps !== steps);
    if (timed !== undefined) throw dataDisagree('steps', timed.label, timed.steps!, 'the option steps', steps);
  }
  return { inputs, targets, items: extent?.items ?? 1, steps: steps ?? extent?.steps ?? 1 };
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
  return { kind: table.steps === undefined ? 'held' : 'sequence', data: table.block(items, firstStep, steps) };
}
