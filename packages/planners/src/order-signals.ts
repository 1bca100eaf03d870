/** @file The default sorter: operands of a group lie side by side in memory, members stand in the order of their operands. */
import { OperationCount, type Operator, type Sorter, refuseSurplus } from '@ndl/core';
import { sorter } from './in-pieces.ts';
import { elementsOf, orderMembers, sumsAfterIn } from './member-order.ts';
import { operandBlocks, operandColumn, operandsOf } from './operand-blocks.ts';
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
    const blocks = yield* operandBlocks(plan);
    const classes = yield* chainClasses(yield* signalClasses(graph.signals, blocks), blocks);
    const layout = new SignalLayout(classes);
    yield LOOK_COST * graph.signals.length;
    const sumsAfter = yield* sumsAfterIn(graph);
    const bySize = plan.groups.filter((group) => group.length > 1).sort((a, b) => elementsOf(a) - elementsOf(b));
    const operations = new OperationCount();
    for (let round = 0, moved = true; moved && round < MOST_ROUNDS; round++) {
      moved = false;
      for (const group of bySize) {
        const members = yield* orderMembers(group, layout, sumsAfter);
        for (let operand = 0; operand < operandsOf(group[0]!).length; operand++) {
          if (layout.follow(operandColumn(members, operand).map(({ signal }) => signal))) moved = true;
          const done = operations.add(LOOK_COST * group.length);
          if (done !== undefined) yield done;
        }
      }
    }
    yield operations.rest();
    const groups: (readonly Operator[])[] = [];
    for (const group of plan.groups) {
      groups.push(group.length < 2 ? group : yield* orderMembers(group, layout, sumsAfter));
    }
    return { plan: { groups }, signals: layout.signals };
  });
}

/** What a look at a member, or at a signal, is worth, in operations. */
const LOOK_COST = 512;
