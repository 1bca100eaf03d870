/** @file One import has all that users and authors of plugins type: what its packages export and it does not, is left out for a reason. */
import * as builder from '@ndl/builder';
import * as config from '@ndl/config';
import * as core from '@ndl/core';
import * as model from '@ndl/model';
import * as networks from '@ndl/networks';
import * as neurons from '@ndl/neurons';
import * as planners from '@ndl/planners';
import * as simulator from '@ndl/simulator';
import * as training from '@ndl/training';
import { describe, expect, it } from 'vitest';
import * as ndl from './index.ts';

const PACKAGES: Readonly<Record<string, object>> = {
  builder,
  config,
  core,
  model,
  networks,
  neurons,
  planners,
  simulator,
  training,
};

const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'tells other packages about networks and their objects': [
    'borderOf',
    'callSiteOf',
    'changeTogether',
    'compareCreation',
    'currentNetwork',
    'describeObject',
    'guardAssignments',
    'hintForOtherCopy',
    'immutableData',
    'isNetworkObject',
    'isOfFamily',
    'isPlainObject',
    'kept',
    'networksAround',
    'networksWithin',
    'ObjectView',
    'pathOf',
    'pathOfRule',
    'readFunctionResult',
    'removeConnection',
    'requireNetwork',
    'rulesOf',
    'selectionIndices',
    'selectionSize',
    'snapshotNetwork',
    'trainableOpinion',
    'transferFunctionOf',
    'vectorOf',
    'walkNetworks',
    'windowsAlong',
  ],
  'checks what other packages are given': [
    'checkedContributions',
    'checkedOutput',
    'checkedProcess',
    'checkedSynapse',
    'isDecoderCache',
  ],
  'is a part of a build or a run': [
    'assignSeeds',
    'buildNetwork',
    'BuildWork',
    'minibatches',
    'nodeSource',
    'processSeed',
    'processTools',
    'programPasses',
  ],
  'is a part of the configuration': [
    'builtInSettingSpecs',
    'keepHistoryOf',
    'resolveSettings',
    'resolveTrainable',
    'siteOfSetting',
    'TrainableOpinions',
  ],
  'is in the default plugins, for compositions without them': ['builder', 'builtInPlugins', 'lifSmoothing'],
  'is for tests and tuning of neuron types': ['evaluateStep', 'ratesFromStep'],
};

/** Definitions of built-in kinds, which are contributed by plugins. */
const isBuiltIn = (name: string): boolean =>
  name.startsWith('BUILT_IN_') || /Definitions?$/.test(name) || name === 'DEFAULT_LIF_SMOOTHING';

describe('the package ndl', () => {
  it.each(Object.entries(PACKAGES))('has what @ndl/%s has for users', (_, exported) => {
    const reasons = Object.values(LEFT_OUT).flat();
    const missing = Object.keys(exported).filter((name) => !(name in ndl) && !isBuiltIn(name));
    expect(missing.filter((name) => !reasons.includes(name))).toEqual([]);
  });

  it('has every define… of its packages', () => {
    const defining = Object.values(PACKAGES).flatMap((exported) => Object.keys(exported));
    const names = new Set(defining.filter((name) => /^define[A-Z]/.test(name)));
    expect([...names].filter((name) => !(name in ndl))).toEqual([]);
    expect(names).toContain('defineTransform');
  });

  it('leaves out nothing that it has, or that nobody has', () => {
    const everything = new Set(Object.values(PACKAGES).flatMap((exported) => Object.keys(exported)));
    const stale = Object.values(LEFT_OUT)
      .flat()
      .filter((name) => name in ndl || !everything.has(name));
    expect(stale).toEqual([]);
  });
});
