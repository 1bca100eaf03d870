/** @file `describePlanner`: the conformance suite of planners. What it checks is what the compiler refuses otherwise. */
import {
  isNdlError,
  verifyPlan,
  type OperatorGraph,
  type Plan,
  type PlanContext,
  type Planner,
  type Settings,
} from '@ndl/core';
import { RandomState } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';
import { CYCLIC_GRAPHS, PLANNER_GRAPHS, randomGraphs, type PlannerGraphName } from './planner-graphs.ts';
import type { PlannerCase } from './write-graph.ts';

/** What a planner promises. */
export interface PlannerSuiteOptions {
  /** Settings of the planner's own plugin, beside the defaults. */
  readonly settings?: Partial<Settings>;
  /**
   * How well the planner claims to merge: the largest number of groups that it may make of a graph of the suite, or
   * `fewest` for the best there is. Default: it claims nothing.
   */
  readonly merges?: 'fewest' | Partial<Readonly<Record<PlannerGraphName, number>>>;
}

/** The built-in settings; those of plugins come as an option of the suite. */
const DEFAULTS: Partial<Settings> = {
  trainable: undefined,
  planner: undefined,
  sorter: undefined,
  simplifications: undefined,
  backend: undefined,
  sessionConfig: {},
  inferenceOnly: false,
  gradient: undefined,
  dtype: 'float32',
  keepHistory: true,
};

/**
 * Declares the tests of a planner, to be called at the top level of a test file:
 * `describePlanner('anneal', () => annealingPlanner(), { merges: { independent: 1, layers: 3 } })`.
 * A function that takes no arguments is called for a planner.
 */
export function describePlanner(
  name: string,
  planner: Planner | (() => Planner),
  options: PlannerSuiteOptions = {},
): void {
  const planUnderTest = planner.length === 0 ? (planner as () => Planner)() : (planner as Planner);
  const contextOf = ({ mergeClassOf }: PlannerCase): PlanContext => {
    const random = new RandomState(1);
    const settings = { ...DEFAULTS, ...options.settings } as Settings;
    return { mergeClassOf, settings, random: () => random.random() };
  };
  const planOf = (written: PlannerCase): Plan => {
    const plan = planUnderTest(written.graph, contextOf(written));
    verifyPlan(plan, written.graph, written, name);
    return plan;
  };

  describe(`planner ${name}`, { timeout: PATIENCE }, () => {
    for (const [graphName, { fewest, write }] of Object.entries(PLANNER_GRAPHS)) {
      test(`plans ${graphName}`, () => {
        const plan = planOf(write());
        expect(plan.groups.length).toBeGreaterThanOrEqual(fewest);
        expect(plan.groups.length).toBeLessThanOrEqual(
          mostGroups(graphName as PlannerGraphName, options, write().graph),
        );
      });
    }

    for (const [graphName, write] of Object.entries(CYCLIC_GRAPHS)) {
      test(`refuses ${graphName}, or leaves that to the compiler`, () => {
        expect(() => planOf(write())).toThrow(expect.toSatisfy((error) => isNdlError(error, 'GRAPH_CYCLE')));
      });
    }

    test('plans random graphs', () => {
      fc.assert(
        fc.property(randomGraphs(), (written) => void planOf(written)),
        { numRuns: 200, seed: 1 },
      );
    });

    test('plans a graph the same way each time', () => {
      const numbersIn = ({ graph }: PlannerCase, { groups }: Plan): number[][] =>
        groups.map((group) => group.map((operator) => graph.operators.indexOf(operator)));
      const sameTwice = (written: PlannerCase): void => {
        expect(numbersIn(written, planOf(written))).toEqual(numbersIn(written, planOf(written)));
      };
      for (const { write } of Object.values(PLANNER_GRAPHS)) {
        sameTwice(write());
        const [first, second] = [write(), write()];
        expect(numbersIn(first, planOf(first))).toEqual(numbersIn(second, planOf(second)));
      }
      fc.assert(fc.property(randomGraphs(), sameTwice), { numRuns: 50, seed: 2 });
    });

    test('asks for merge classes of the operators of the graph only', () => {
      const written = PLANNER_GRAPHS.layers.write();
      const known = new Set(written.graph.operators);
      const foreign: unknown[] = [];
      planUnderTest(written.graph, {
        ...contextOf(written),
        mergeClassOf: (operator) => {
          if (!known.has(operator)) foreign.push(operator);
          return written.mergeClassOf(operator);
        },
      });
      expect(foreign).toEqual([]);
    });
  });
}

function mostGroups(name: PlannerGraphName, { merges = {} }: PlannerSuiteOptions, graph: OperatorGraph): number {
  if (merges === 'fewest') return PLANNER_GRAPHS[name].fewest;
  return merges[name] ?? graph.operators.length;
}
