import { describe, expect, test } from 'vitest';
import { isNdlError, verifyPlan, verifySortedPlan, type Operator, type Plan, type SortedPlan } from '../index.ts';
import { sketchGraph } from './sketch-graph.test-helper.ts';

const graph = sketchGraph([
  { label: 'a', kind: 'red', sets: ['x[0:2]'] },
  { label: 'b', kind: 'red', sets: ['x[2:4]'] },
  { label: 'c', kind: 'red', reads: ['x'], sets: ['y'] },
  { label: 'd', kind: 'blue', sets: ['z'] },
]);
const [a, b, c, d] = graph.operators as [Operator, Operator, Operator, Operator];
const context = { mergeClassOf: (operator: Operator) => operator.kind };
const valid: Plan = { groups: [[a, b], [d], [c]] };

const refusalOf = (plan: unknown) => {
  try {
    verifyPlan(plan as Plan, graph, context, '@acme/planner');
  } catch (error) {
    if (isNdlError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return undefined;
};

describe('verifyPlan', () => {
  test('accepts any order that keeps dependencies and classes', () => {
    expect(refusalOf(valid)).toBeUndefined();
    expect(refusalOf({ groups: [[d], [b], [a], [c]] })).toBeUndefined();
  });

  test.each([
    ['PLAN_DROPS_OPERATOR', { groups: [[a, b], [c]] }, /blue of d/],
    ['PLAN_REPEATS_OPERATOR', { groups: [[a, b], [d], [c], [a]] }, /red of a/],
    ['PLAN_FOREIGN_OPERATOR', { groups: [[a, b], [d], [{ ...c }]] }, /red of c/],
    ['PLAN_FOREIGN_OPERATOR', { groups: [[undefined]] }, /undefined/],
    ['PLAN_BREAKS_ORDER', { groups: [[a], [c], [d], [b]] }, /red of c before red of b/],
    ['PLAN_GROUPS_DEPENDANTS', { groups: [[a], [b, c], [d]] }, /red of c into one group with red of b/],
    ['PLAN_MIXES_CLASSES', { groups: [[a, d], [b], [c]] }, /blue of d into one group with red of a/],
    ['PLAN_EMPTY_GROUP', { groups: [[a, b], [], [d], [c]] }, /group 1/],
    ['PLAN_INVALID', undefined, /no array/],
    ['PLAN_INVALID', (): unknown => valid, /call what made it/],
    ['PLAN_INVALID', { groups: [a] }, /group 0 is no array/],
    ['PLAN_INVALID', Promise.resolve(valid), /promise/],
  ])('refuses with %s, naming planner and culprit', (code, plan, culprit) => {
    const refusal = refusalOf(plan);
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toContain('@acme/planner');
    expect(refusal?.message).toMatch(culprit);
  });
});

describe('verifyPlan of operators of which many use one signal', () => {
  const crowd = sketchGraph(
    ['sets', 'incs', 'reads', 'updates'].flatMap((access) =>
      Array.from({ length: access === 'incs' || access === 'reads' ? 20 : 1 }, (_, index) => ({
        label: `${access} ${index}`,
        kind: access,
        [access]: ['x'],
      })),
    ),
  );
  const groupsOf = (...kinds: string[]): Operator[][] =>
    kinds.map((kind) => crowd.operators.filter((operator) => operator.kind === kind));
  const verify =
    (groups: Operator[][], classOf: (operator: Operator) => string = context.mergeClassOf) =>
    () =>
      verifyPlan({ groups }, crowd, { mergeClassOf: classOf }, '@acme/planner');

  test('accepts groups in order', () => {
    expect(verify(groupsOf('sets', 'incs', 'reads', 'updates'))).not.toThrow();
  });

  test('names two of those that are not', () => {
    expect(verify(groupsOf('sets', 'reads', 'incs', 'updates'))).toThrow(
      /runs reads of reads \d+ before incs of incs \d+/,
    );
    const [sets, incs, reads, updates] = groupsOf('sets', 'incs', 'reads', 'updates') as [
      Operator[],
      Operator[],
      Operator[],
      Operator[],
    ];
    const mixed = verify([sets, [...incs, reads[7]!], reads.filter((_, index) => index !== 7), updates], () => '');
    expect(mixed).toThrow(/put reads of reads 7 into one group with incs of incs \d+/);
  });
});

describe('verifySortedPlan', () => {
  const check = (sorted: unknown) => () => verifySortedPlan(sorted as SortedPlan, valid, graph, '@acme/sorter');

  test('accepts other orders of members and signals', () => {
    expect(check({ plan: { groups: [[b, a], [d], [c]] }, signals: graph.signals.toReversed() })).not.toThrow();
  });

  test.each([
    ['other members', { plan: { groups: [[a, d], [b], [c]] }, signals: graph.signals }],
    ['groups in another order', { plan: { groups: [[d], [a, b], [c]] }, signals: graph.signals }],
    ['a member twice', { plan: { groups: [[a, a], [d], [c]] }, signals: graph.signals }],
    ['fewer groups', { plan: { groups: [[a, b], [d]] }, signals: graph.signals }],
    ['a missing signal', { plan: valid, signals: graph.signals.slice(1) }],
    ['a signal twice', { plan: valid, signals: [graph.signals[0], graph.signals[0], graph.signals[1]] }],
    ['no plan', undefined],
  ])('refuses %s', (_, sorted) => {
    expect(check(sorted)).toThrow(expect.objectContaining({ code: 'SORT_CHANGED_PLAN' }));
    expect(check(sorted)).toThrow(/@acme\/sorter/);
  });
});
