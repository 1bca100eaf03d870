import {
  BUILD_FUNCTIONS,
  CONTRACT_VERSION,
  DISTRIBUTION_DEFINITIONS,
  PROCESS_DEFINITIONS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  type PluginRegistration,
} from '@ndl/core';
import { describe, expect, it } from 'vitest';
import { builder } from './index.ts';

describe('the plugin', () => {
  it('contributes what the built-in vocabulary of the model needs', async () => {
    const contributed = new Map<symbol, string[]>();
    const contribute = (token: symbol): object => ({
      toConstantValue: ({ kind }: { kind: string }) =>
        contributed.set(token, [...(contributed.get(token) ?? []), kind]),
    });
    const plugin = builder();
    await plugin.register({ contribute } as unknown as PluginRegistration);
    expect(plugin).toMatchObject({ name: '@ndl/builder', contract: CONTRACT_VERSION });
    expect(contributed.get(BUILD_FUNCTIONS)).toEqual(['ensemble', 'node', 'connection', 'probe']);
    expect(new Set(contributed.get(DISTRIBUTION_DEFINITIONS))).toEqual(
      new Set([
        'uniform',
        'exponential',
        'pdf',
        'sqrtBeta',
        'cosineSimilarity',
        'truncatedNormal',
        'varianceScaling',
        'gaussian',
        'choice',
        'samples',
        'quasirandomSequence',
        'uniformHypersphere',
        'scatteredHypersphere',
      ]),
    );
    expect(new Set(contributed.get(SOLVER_DEFINITIONS))).toEqual(
      new Set([
        'lstsqL2',
        'lstsqL2nz',
        'lstsq',
        'lstsqNoise',
        'lstsqMultNoise',
        'lstsqL1',
        'lstsqDrop',
        'nnls',
        'nnlsL2',
        'nnlsL2nz',
        'noSolver',
      ]),
    );
    expect(contributed.get(SYNAPSE_DEFINITIONS)).toEqual(['lowpass', 'alpha', 'linearFilter', 'triangle']);
    expect(contributed.get(PROCESS_DEFINITIONS)).toEqual([
      'presentInput',
      'piecewise',
      'whiteNoise',
      'filteredNoise',
      'whiteSignal',
      'maxPooling',
      'averagePooling',
      'batchFunction',
    ]);
  });
});
