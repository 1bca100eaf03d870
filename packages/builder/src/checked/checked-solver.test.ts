/** @file What solvers say of themselves, find and cost is checked where it comes in; messages name object, kind and plugin. */
import type { SolverDefinition } from '@ndl/core';
import { Connection, defineSolver, Ensemble, Network, Node } from '@ndl/model';
import { NdArray, zeros } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { buildWith, KIND, refusalOf } from './odd-plugin.test-helper.ts';

const nan = (shape: readonly number[]): NdArray => new NdArray(new Float64Array(zeros(shape).size).fill(NaN), shape);

describe('the solution of a solver', () => {
  const solver = defineSolver({ kind: KIND, weights: false, compositional: true });
  const network = (): Network =>
    new Network({ seed: 0 }, () => {
      new Connection(new Ensemble({ nNeurons: 3, dimensions: 1 }), new Node({ sizeIn: 1 }), { solver, label: 'path' });
    });
  const good = { weights: zeros([3, 1]), errors: zeros([1]) };
  const solving = (solve: SolverDefinition['solve'], more: Partial<SolverDefinition> = {}): SolverDefinition => ({
    kind: KIND,
    needsActivities: true,
    solve,
    ...more,
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /a solution given as undefined/],
    ['weights alone', { weights: zeros([3, 1]) }, /errors given as undefined; an NdArray of shape \[1\] is wanted/],
    ['weights the wrong way round', { ...good, weights: zeros([1, 3]) }, /weights of shape \[1, 3\]; .* \[3, 1\]/],
    ['weights that are no numbers', { ...good, weights: nan([3, 1]) }, /weights with NaN as element 0/],
    ['errors of another size', { ...good, errors: zeros([2]) }, /errors of shape \[2\]/],
    ['information that is a text', { ...good, info: 'ten rounds' }, /info given as/],
    ['information that is no number', { ...good, info: { rounds: [1, NaN] } }, /info with rounds given as/],
    ['a promise of nothing', Promise.resolve(undefined), /a solution given as undefined/],
    ['a promise of less', Promise.resolve({ ...good, weights: zeros([2, 1]) }), /weights of shape \[2, 1\]/],
  ])('that is %s', async (_, solution, problem) => {
    for (const needsActivities of [true, false]) {
      const definition = solving(() => solution as typeof good, { needsActivities });
      const { code, message } = await refusalOf(buildWith(network(), 'solvers', definition));
      expect(code).toBe('DEFINITION_RESULT');
      expect(message).toMatch(
        /^Connection 'path' \(connections\[0\]\): solver: the solver 'acme\/odd' of plugin @acme/,
      );
      expect(message).toMatch(problem);
    }
  });

  it('found in pieces is checked alike', async () => {
    const definition = solving(() => good, {
      *solveInPieces() {
        yield 1;
        return { ...good, weights: zeros([3]) };
      },
    });
    expect(await refusalOf(buildWith(network(), 'solvers', definition))).toMatchObject({ code: 'DEFINITION_RESULT' });
  });

  it.each<[string, Partial<SolverDefinition>, RegExp]>([
    ['asynchronously', { solveInPieces: (async () => good) as never }, /a promise from solveInPieces/],
    [
      'by an asynchronous generator',
      {
        solveInPieces: async function* () {
          yield 1;
          return good;
        } as never,
      },
      /an asynchronous generator from solveInPieces; .* not async, \*solveInPieces/,
    ],
    ['by a plain function', { solveInPieces: (() => good) as never }, /an object of another kind from solveInPieces/],
    [
      'as a promise',
      {
        *solveInPieces() {
          yield 1;
          return Promise.resolve(good) as never;
        },
      },
      /a solution given as a promise/,
    ],
  ])('cannot be found in pieces %s', async (_, more, problem) => {
    const { code, message } = await refusalOf(
      buildWith(
        network(),
        'solvers',
        solving(() => good, more),
      ),
    );
    expect(code).toBe('DEFINITION_RESULT');
    expect(message).toMatch(/^Connection 'path' .*: solver: the solver 'acme\/odd' of plugin @acme\/odd returned/);
    expect(message).toMatch(problem);
  });

  it.each([true, false])('may be promised by promises of any make (needsActivities: %s)', async (needsActivities) => {
    const promised = (outcome: unknown, fails = false): SolverDefinition =>
      solving(
        () =>
          ({
            // oxlint-disable-next-line no-thenable -- what is no Promise, but as good as one
            then: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) =>
              (fails ? reject : resolve)(outcome),
          }) as never,
        { needsActivities },
      );
    await expect(buildWith(network(), 'solvers', promised(good))).resolves.toBeDefined();
    const { code, message } = await refusalOf(
      buildWith(network(), 'solvers', promised({ ...good, errors: zeros([2]) })),
    );
    expect(code).toBe('DEFINITION_RESULT');
    expect(message).toMatch(/errors of shape \[2\]/);
    expect(await refusalOf(buildWith(network(), 'solvers', promised(new Error('no worker'), true)))).toMatchObject({
      code: 'DEFINITION_FAILED',
    });
  });

  it.each<[string, object, RegExp]>([
    [
      'whether it needs activities',
      { needsActivities: undefined },
      /needsActivities given as undefined; true or false/,
    ],
    ['whether it needs activities, in words', { needsActivities: 'no' }, /needsActivities given as a string/],
    ['how it solves', { solve: undefined }, /solve given as undefined; a function is wanted/],
    ['what it costs, as a function', { cost: 5 }, /cost given as a number; a function is wanted, or nothing/],
  ])('needs a solver that says %s', async (_, more, problem) => {
    const { code, message } = await refusalOf(buildWith(network(), 'solvers', { ...solving(() => good), ...more }));
    expect(code).toBe('DEFINITION_INVALID');
    expect(message).toMatch(/^the solver 'acme\/odd' of plugin @acme\/odd has/);
    expect(message).toMatch(problem);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['NaN', () => ({ operations: NaN, bytes: 1 }), /a cost with NaN operations; .* finite numbers of at least 0/],
    ['below nothing', () => ({ operations: 1, bytes: -1 }), /a cost with -1 bytes/],
    ['endless', () => ({ operations: Infinity, bytes: 1 }), /a cost with Infinity operations/],
    ['a text', () => ({ operations: '1', bytes: 1 }), /a cost with operations given as a string/],
    ['half told', () => ({ operations: 1 }), /a cost with bytes given as undefined/],
    ['a number', () => 5, /a cost given as a number/],
    ['a promise', () => Promise.resolve({ operations: 1, bytes: 1 }), /a cost given as a promise/],
  ])('cannot cost %s', async (_, cost, problem) => {
    const definition = solving(() => good, { cost: cost as never });
    const { code, message } = await refusalOf(buildWith(network(), 'solvers', definition));
    expect(code).toBe('DEFINITION_RESULT');
    expect(message).toMatch(/^Connection 'path' \(connections\[0\]\): solver: the solver 'acme\/odd' of plugin @acme/);
    expect(message).toMatch(problem);
  });

  it('names the solver whose cost throws', async () => {
    const definition = solving(() => good, {
      cost: () => {
        throw new TypeError('x is undefined');
      },
    });
    const { code, message } = await refusalOf(buildWith(network(), 'solvers', definition));
    expect(code).toBe('DEFINITION_FAILED');
    expect(message).toMatch(/Connection 'path' .*: solver: the solver 'acme\/odd' .* threw "x is undefined"/);
  });

  it('that a promise fails to give names the solver', async () => {
    const definition = solving(() => Promise.reject(new Error('no worker')));
    const { code, message } = await refusalOf(buildWith(network(), 'solvers', definition));
    expect(code).toBe('DEFINITION_FAILED');
    expect(message).toMatch(/the solver 'acme\/odd' of plugin @acme\/odd threw "no worker"/);
  });
});
