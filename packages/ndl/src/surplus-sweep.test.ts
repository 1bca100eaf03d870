/**
 * @file Every function of every public index file counts its arguments before anything else, so that none is taken and ignored: they
 * are all called with more than any takes.
 */
import * as reference from '@ndl/backend-reference';
import * as tfjs from '@ndl/backend-tfjs';
import * as tfjsNode from '@ndl/backend-tfjs/node';
import * as tfjsNodeGpu from '@ndl/backend-tfjs/node-gpu';
import * as builder from '@ndl/builder';
import * as compiler from '@ndl/compiler';
import * as config from '@ndl/config';
import * as container from '@ndl/container';
import * as core from '@ndl/core';
import * as model from '@ndl/model';
import * as networks from '@ndl/networks';
import * as neurons from '@ndl/neurons';
import * as planners from '@ndl/planners';
import * as simulator from '@ndl/simulator';
import * as simulatorNode from '@ndl/simulator/node';
import * as training from '@ndl/training';
import { describe, expect, it } from 'vitest';
import * as ndl from './index.ts';
import * as ndlNode from './node.ts';
import { failing } from './reference-simulator.test-helper.ts';

const PACKAGES: Readonly<Record<string, object>> = {
  ndl,
  'ndl/node': ndlNode,
  '@ndl/backend-reference': reference,
  '@ndl/backend-tfjs': tfjs,
  '@ndl/backend-tfjs/node': tfjsNode,
  '@ndl/backend-tfjs/node-gpu': tfjsNodeGpu,
  '@ndl/builder': builder,
  '@ndl/compiler': compiler,
  '@ndl/config': config,
  '@ndl/container': container,
  '@ndl/core': core,
  '@ndl/model': model,
  '@ndl/networks': networks,
  '@ndl/neurons': neurons,
  '@ndl/planners': planners,
  '@ndl/simulator': simulator,
  '@ndl/simulator/node': simulatorNode,
  '@ndl/training': training,
};

/** Why some do not. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'answers whether: handed to find, every and the like, which give it more': [
    'isNdArray',
    'isNdlError',
    'isNetworkObject',
    'isPlainObject',
    'isTotals',
    'hasRepeats',
    'saysFrozen',
  ],
  'called for each element, step or operator': [
    'checkCount',
    'checkedOutput',
    'completedPeriods',
    'firstAxisOf',
    'forEachPosition',
    'immutableData',
    'isOfFamily',
    'isPeriodEnd',
    'positionCount',
    'positionsOf',
    'readFunctionResult',
    'sameView',
    'secondsInSteps',
    'selectionIndices',
    'selectionSize',
    'vectorOf',
    'viewCovers',
    'viewsOverlap',
    'wholePart',
  ],
  'of numerics and ir, which speak of arrays and programs': [
    'complete',
    'printProgram',
    'refuseSurplus',
    'isRefusedPromise',
    'unfinishedWork',
    'showThrown',
    'showValue',
    'suggest',
    'withoutStop',
  ],
  'made by ndl alone': [
    'BuildWork',
    'ExecutableCalls',
    'Interruption',
    'NdlError',
    'Neurons',
    'ObjectView',
    'OperationCount',
    'Simulator',
    'ViewIndex',
  ],
};

type Call = (...given: unknown[]) => unknown;

const isClass = (call: Call): boolean => /^class\b/.test(Function.prototype.toString.call(call));
const MORE_THAN_ANY: readonly number[] = new Array<number>(12).fill(1);

async function calledWithMore(call: Call): Promise<void> {
  const answer = isClass(call) ? (Reflect.construct(call, MORE_THAN_ANY) as object) : await call(...MORE_THAN_ANY);
  // What works in pieces looks at what it was given with the first of them.
  if (typeof answer === 'object' && answer !== null && 'next' in answer) (answer as Iterator<unknown>).next();
}

const exempt = new Set(Object.values(EXCEPTIONS).flat());

describe.each(Object.entries(PACKAGES))('%s', (_, exported) => {
  const functions = Object.entries(exported).filter(
    (entry): entry is [string, Call] => typeof entry[1] === 'function' && !exempt.has(entry[0]),
  );
  it('counts the arguments of each of its functions', async () => {
    for (const [name, call] of functions) {
      const error: unknown = await calledWithMore(call).catch((caught: unknown) => caught);
      expect({ name, error }).toEqual({
        name,
        error: failing('SURPLUS_ARGUMENT', `${isClass(call) ? 'new ' : ''}${name} takes `),
      });
    }
  });
});

it('has no exception that is no function', () => {
  const names = new Set(Object.values(PACKAGES).flatMap((exported) => Object.keys(exported)));
  expect([...exempt].filter((name) => !names.has(name))).toEqual([]);
});
