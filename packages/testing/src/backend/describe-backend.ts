/** @file `describeBackend`: the conformance suite of compute backends. What it checks is what a `Program` means. */
import type { Backend, BackendEntry } from '@ndl/core';
import type { Dtype } from '@ndl/ir';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tolerance } from './comparison.ts';
import { describeInstructions } from './instruction-suite.ts';
import { describeKernels } from './kernel-suite.ts';
import { describeRuns } from './run-suite.ts';
import { describeState } from './state-suite.ts';
import { describeTraining } from './training-suite.ts';
import { testUnlessSkipped, type BackendSuite } from './suite.ts';

export interface BackendSuiteOptions {
  /** Default: all that the entry declares. */
  readonly dtypes?: readonly Dtype[];
  /** Largest error per number, in units of the larger of 1 and the largest expected magnitude. Default: 1e-12 in float64, 1e-5 in float32. */
  readonly tolerance?: Partial<Readonly<Record<Dtype, Tolerance>>>;
  /** Names of tests that the backend does not pass, each with the reason. */
  readonly skips?: Readonly<Record<string, string>>;
  /** Handed to `load`. */
  readonly sessionConfig?: Readonly<Record<string, unknown>>;
}

const TOLERANCE: Readonly<Record<Dtype, Tolerance>> = { float64: 1e-12, float32: 1e-5 };

/**
 * Declares the tests of a backend, to be called at the top level of a test file:
 * `describeBackend('mine', () => myEntry, { skips: { 'host in prologue and step': 'no host functions on this device' } })`.
 */
export function describeBackend(
  name: string,
  entry: BackendEntry | (() => BackendEntry),
  options: BackendSuiteOptions = {},
): void {
  const entryUnderTest = typeof entry === 'function' ? entry() : entry;
  const skips = options.skips ?? {};
  describe(`backend ${name}`, () => {
    const met = new Set<string>();
    for (const dtype of options.dtypes ?? entryUnderTest.dtypes) {
      describe(`in ${dtype}`, () => {
        let loaded: Backend | undefined;
        beforeAll(async () => {
          loaded = await entryUnderTest.load(options.sessionConfig ?? {});
        });
        afterAll(() => loaded?.dispose());
        const suite: BackendSuite = {
          dtype,
          tolerance: options.tolerance?.[dtype] ?? TOLERANCE[dtype],
          backend: () => loaded!,
          test: testUnlessSkipped(skips, met),
        };
        describeInstructions(suite);
        describeKernels(suite);
        describeRuns(suite);
        describeState(suite);
        describeTraining(suite);
      });
    }

    test('every skip names a test and says why', () => {
      expect(Object.keys(skips).filter((skip) => !met.has(skip))).toEqual([]);
      expect(Object.values(skips).every((reason) => reason.trim().length > 0)).toBe(true);
    });
  });
}
