/** @file Vitest reporter that says which tests were skipped, and why; its closing line is `N passed, N failed`, the form that CI reads. */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    const reasons = new Map();
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((test) => test.result().state === 'passed').length;
      const failures = tests.filter((test) => test.result().state === 'failed').length;
      // A file that fails outside its tests (an import error, a hook) counts as one failure.
      failed += failures === 0 && module.state() === 'failed' ? 1 : failures;
      for (const { state, note } of tests.map((test) => test.result())) {
        if (state === 'skipped' && note !== undefined) reasons.set(note, (reasons.get(note) ?? 0) + 1);
      }
    }
    for (const [reason, count] of reasons) process.stdout.write(`${count} skipped: ${reason}\n`);
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
