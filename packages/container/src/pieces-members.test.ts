/** @file Whatever a definition may do in pieces is a function, or is left out. */
import {
  DISTRIBUTION_DEFINITIONS,
  definePlugin,
  OPERATOR_LOWERINGS,
  SIMPLIFICATIONS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  type Token,
} from '@ndl/core';
import { describe, expect, it } from 'vitest';
import { createPluginContainer } from './index.ts';

const done = (): void => undefined;

const IN_PIECES: readonly (readonly [member: string, collection: Token<unknown>, rest: object])[] = [
  ['sampleInPieces', DISTRIBUTION_DEFINITIONS, { kind: 'mine', sample: done }],
  ['discretizeInPieces', SYNAPSE_DEFINITIONS, { kind: 'mine', discretize: done }],
  ['solveInPieces', SOLVER_DEFINITIONS, { kind: 'mine', needsActivities: true, solve: done }],
  ['lowerInPieces', OPERATOR_LOWERINGS, { kind: 'mine', mergeClass: done, lower: done }],
  ['applyInPieces', SIMPLIFICATIONS, { name: 'mine', apply: done }],
];

describe.each(IN_PIECES)('%s', (member, collection, rest) => {
  const offered = (value: unknown): Promise<readonly unknown[]> => {
    const plugin = definePlugin({
      name: '@acme/mine',
      register({ contribute }) {
        contribute(collection).toConstantValue({ ...rest, [member]: value });
      },
    });
    return createPluginContainer([plugin]).then((container) => container.getAll<unknown>(collection));
  };

  it.each([null, 3, 'x', {}, [], 1n, true])('%s is refused by name', async (value) => {
    const refused = expect.objectContaining({
      code: 'CONTRIBUTION_INVALID',
      message: expect.stringMatching(new RegExp(`@acme/mine.*${member}|${member}.*@acme/mine`)) as string,
    }) as Error;
    await expect(offered(value)).rejects.toEqual(refused);
  });

  it('a function, or nothing, is taken', async () => {
    await expect(offered(done)).resolves.toHaveLength(1);
    await expect(offered(undefined)).resolves.toHaveLength(1);
  });
});
