/** @file The default sorter: operands of a group lie side by side in memory, members stand in the order of their operands. */
import { OperationCount, type Operator, type Sorter, refuseSurplus } from '@ndl/core';
import { sorter } from './in-pieces.ts';
import { MemberOrder, sumsAfterIn } from './member-order.ts';
import { elementsOf, memberTables } from './member-table.ts';
import { operandBlocks } from './operand-blocks.ts';
import { chainClasses, signalClasses } from './signal-chain.ts';
import { SignalLayout } from './signal-layout.ts';

/** Rounds of aligning members and signals; most graphs need two. */
const MOST_ROUNDS = 10;

/**
 * A heuristic in three steps. Signals of the same blocks are classed and the classes chained (`signal-chain.ts`). Then, from
 * the smallest group to the largest, members are put into the order of an operand (`member-order.ts`), and signals within a
 * class into the order of the members that use them, until nothing moves. Last, the members of every group are ordered.
 * Members that increment the same elements keep their order, so that sums round alike. The same plan gives the same order.
 */
export function orderSignals(): Sorter {
  refuseSurplus('orderSignals', arguments, 0);
  return sorter(function* (plan, graph) {
    const tables = yield* memberTables(plan, graph.signals);
    const blocks = yield* operandBlocks(tables, graph.signals);
    const classes = yield* chainClasses(yield* signalClasses(graph.signals.length, blocks), blocks);
    const layout = new SignalLayout(classes);
    yield LOOK_COST * graph.signals.length;
    const sumsAfter = yield* sumsAfterIn(graph);
    const orders = new Map(tables.map((table) => [table.group, new MemberOrder(table, sumsAfter)]));
    const bySize = [...tables].sort((a, b) => elementsOf(a) - elementsOf(b));
    const operations = new OperationCount();
    for (let round = 0, before = -1; layout.moves !== before && round < MOST_ROUNDS; round++) {
      before = layout.moves;
      for (const { group, operands } of bySize) {
        const order = yield* orders.get(group)!.inOrder(layout);
        for (const { signals } of operands) {
          layout.follow(signals, order);
          const done = operations.add(LOOK_COST * group.length);
          if (done !== undefined) yield done;
        }
      }
    }
    yield operations.rest();
    const groups: (readonly Operator[])[] = [];
    for (const group of plan.groups) {
      const found = orders.get(group);
      if (found === undefined) groups.push(group);
      else groups.push(Array.from(yield* found.inOrder(layout), (member) => group[member]!));
    }
    return { plan: { groups }, signals: Array.from(layout.signals, (number) => graph.signals[number]!) };
  });
}

/** What a look at a member, or at a signal, is worth, in operations. */
const LOOK_COST = 64;
