/** @file `describeBackend`: the conformance suite of compute backends. What it checks is what a `Program` means. */
import type { Backend, BackendEntry } from '@ndl/core';
import type { Dtype } from '@ndl/ir';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeAborts } from './abort-suite.ts';
import { describeAskingAhead } from './asking-suite.ts';
import { PATIENCE } from '../patience.ts';
import type { Tolerance } from './comparison.ts';
import { describeGeneratedInputs } from './generator-suite.ts';
import { describeInstructions } from './instruction-suite.ts';
import { describeKernels } from './kernel-suite.ts';
import { describeLags } from './lag-suite.ts';
import { describeLaws } from './law-suite.ts';
import { describeOutputs } from './output-suite.ts';
import { describeParameters } from './parameter-suite.ts';
import { describePrograms } from './program-suite.ts';
import { describeRuns } from './run-suite.ts';
import { describeSavedState } from './saved-state-suite.ts';
import { describeSections } from './section-suite.ts';
import { describeState } from './state-suite.ts';
import { testUnlessSkipped, type BackendSuite } from './suite.ts';
import { describeTraining } from './training-suite.ts';

/** What a backend promises, and what it cannot do. */
export interface BackendSuiteOptions {
  /** Default: all that the entry declares. */
  readonly dtypes?: readonly Dtype[];
  /** Largest error per number, in units of the larger of 1 and the largest expected magnitude. Default: 1e-12 in float64, 1e-5 in float32. */
  readonly tolerance?: Partial<Readonly<Record<Dtype, Tolerance>>>;
  /**
   * Whether the backend promises every bit: that of the law of sums and of the functions of `@ndl/numerics`, whatever the number of
   * items and the length of blocks. Default: false, numbers within the tolerance.
   */
  readonly bits?: boolean;
  /** Names of tests that the backend does not pass, each with the reason. What it refuses in `supports` needs no skip. */
  readonly skips?: Readonly<Record<string, string>>;
  /** Handed to `load`. */
  readonly sessionConfig?: Readonly<Record<string, unknown>>;
}

const TOLERANCE: Readonly<Record<Dtype, Tolerance>> = { float64: 1e-12, float32: 1e-5 };

/**
 * Declares the tests of a backend, to be called at the top level of a test file:
 * `describeBackend('mine', () => myEntry, { skips: { 'host in blocks': 'no host functions on this device' } })`.
 */
export function describeBackend(
  name: string,
  entry: BackendEntry | (() => BackendEntry),
  options: BackendSuiteOptions = {},
): void {
  const entryUnderTest = typeof entry === 'function' ? entry() : entry;
  const skips = options.skips ?? {};
  describe(`backend ${name}`, { timeout: PATIENCE }, () => {
    const met = new Set<string>();
    for (const dtype of options.dtypes ?? entryUnderTest.dtypes) {
      describe(`in ${dtype}`, () => {
        let loaded: Backend | undefined;
        beforeAll(async () => {
          loaded = await entryUnderTest.load(options.sessionConfig ?? {});
        }, PATIENCE);
        afterAll(() => loaded?.dispose());
        const suite: BackendSuite = {
          dtype,
          tolerance: options.tolerance?.[dtype] ?? TOLERANCE[dtype],
          bits: options.bits ?? false,
          entry: entryUnderTest,
          backend: () => loaded!,
          test: testUnlessSkipped(skips, met),
        };
        describeInstructions(suite);
        describeKernels(suite);
        describeRuns(suite);
        describeOutputs(suite);
        describeAskingAhead(suite);
        describeGeneratedInputs(suite);
        describeState(suite);
        describeAborts(suite);
        describeSavedState(suite);
        describeParameters(suite);
        describePrograms(suite);
        describeSections(suite);
        describeLags(suite);
        describeLaws(suite);
        describeTraining(suite);
      });
    }

    test('every skip names a test and says why', () => {
      expect(Object.keys(skips).filter((skip) => !met.has(skip))).toEqual([]);
      expect(Object.values(skips).every((reason) => reason.trim().length > 0)).toBe(true);
    });
  });
}
