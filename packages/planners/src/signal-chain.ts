/** @file A first order of signals: those that belong to the same blocks together, related ones next to each other. */
import { OperationCount, type Pieces } from '@ndl/core';
import type { OperandBlock } from './operand-blocks.ts';

/** Signals that belong to exactly the same blocks: any order among them is as good. */
export interface SignalClass {
  /** Numbers of the signals, ascending. */
  readonly signals: readonly number[];
  /** Numbers of the blocks, ascending; 0 is the heaviest. */
  readonly blocks: readonly number[];
}

/** Beyond this many classes they stand in order of their blocks, since the chain takes the square of their number. */
const MOST_CHAINED_CLASSES = 1500;

/** What a look at a signal, or at a class, is worth, in operations. */
const LOOK_COST = 256;

/** Sorts signals into classes. What belongs to no block forms the last class; signals keep their order within a class. */
export function* signalClasses(signalCount: number, blocks: readonly OperandBlock[]): Pieces<readonly SignalClass[]> {
  const operations = new OperationCount();
  const blocksOf = Array.from({ length: signalCount }, (): number[] => []);
  for (const [number, block] of blocks.entries()) {
    for (const signal of block.signals) blocksOf[signal]!.push(number);
    const done = operations.add(LOOK_COST * block.signals.length);
    if (done !== undefined) yield done;
  }
  const classes = new Map<string, { signals: number[]; blocks: readonly number[] }>();
  for (const [signal, numbers] of blocksOf.entries()) {
    const key = numbers.join();
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { signals: [signal], blocks: numbers });
    else known.signals.push(signal);
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return [...classes.values()].sort((a, b) => compareBlocks(a.blocks, b.blocks));
}

/**
 * Chains classes so that the classes of a block follow each other where that can be had. A chain begins with the smallest
 * class of the heaviest block and grows at whichever end the next class shares most weight with it and tears least apart;
 * where nothing is gained by growing, another chain begins.
 */
export function* chainClasses(
  classes: readonly SignalClass[],
  blocks: readonly OperandBlock[],
): Pieces<readonly SignalClass[]> {
  if (classes.length > MOST_CHAINED_CLASSES) return classes;
  const rest = [...classes];
  const chains: SignalClass[][] = [];
  /** Blocks that have a class on a chain: they gain from a neighbour at its end, and are torn by one elsewhere. */
  const begun = new Set<number>();
  const gain = (candidate: SignalClass, end: SignalClass): number =>
    candidate.blocks.reduce((sum, block) => {
      if (end.blocks.includes(block)) return sum + blocks[block]!.weight;
      return begun.has(block) ? sum - blocks[block]!.weight : sum;
    }, 0);
  while (rest.length > 0) {
    const chain = chains.at(-1) ?? [];
    let next: Extension = { position: 0, end: 'new chain', gain: 0, distance: 0 };
    rest.forEach((candidate, position) => {
      for (const [end, neighbour] of [
        ['back', chain.at(-1)],
        ['front', chain[0]],
      ] as const) {
        if (neighbour === undefined) continue;
        const distance = blockDistance(candidate, neighbour);
        const option = { position, end, gain: gain(candidate, neighbour), distance };
        if (option.gain > next.gain || (option.gain === next.gain && option.distance < next.distance)) next = option;
      }
    });
    const [chosen] = rest.splice(next.position, 1);
    if (next.end === 'new chain') chains.push([chosen!]);
    else if (next.end === 'back') chain.push(chosen!);
    else chain.unshift(chosen!);
    for (const block of chosen!.blocks) begun.add(block);
    yield LOOK_COST * rest.length;
  }
  return chains.flat();
}

/** A way to go on: which class, and where. */
interface Extension {
  readonly position: number;
  readonly end: 'back' | 'front' | 'new chain';
  readonly gain: number;
  /** Blocks that the class does not share with its neighbour, or it with the class. */
  readonly distance: number;
}

/** Blocks that only one of two classes belongs to. */
function blockDistance(a: SignalClass, b: SignalClass): number {
  const shared = a.blocks.filter((block) => b.blocks.includes(block)).length;
  return a.blocks.length + b.blocks.length - 2 * shared;
}

/** Heaviest block first; of two that begin alike, the one with fewer blocks; no blocks at all last. */
function compareBlocks(a: readonly number[], b: readonly number[]): number {
  for (let place = 0; place < Math.min(a.length, b.length); place++) {
    if (a[place] !== b[place]) return a[place]! - b[place]!;
  }
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  return a.length - b.length;
}
