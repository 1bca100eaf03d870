/** @file The order of test files: those that take longest begin first, so that no core waits for one of them in the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take ten seconds and more, the longest first. */
const LONG = [
  'tools/strangers.test.ts',
  'apps/browser/src/page.test.ts',
  'apps/playground/src/page/playground.test.ts',
  'packages/backend-tfjs/src/conformance.test.ts',
  'packages/backend-wasm/src/conformance.test.ts',
  'packages/backend-tfjs/src/node-gpu.test.ts',
  'tools/site.test.ts',
  'apps/browser/src/digests.test.ts',
  'tools/documented-examples.test.ts',
  'packages/ndl/src/all-kinds.test.ts',
  'packages/backend-reference/src/conformance.test.ts',
  'examples/third-party-backend/src/conformance.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const long = LONG.flatMap((end) => others.filter(({ moduleId }) => moduleId.endsWith(`/${end}`)));
    return [...long, ...others.filter((file) => !long.includes(file))];
  }
}
