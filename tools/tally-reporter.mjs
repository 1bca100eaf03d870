/**
 * @file Vitest reporter that says which files took longest, which tests were skipped, and why; its closing line is `N passed, N failed`,
 * the form that CI reads.
 */
const SHOWN = 10;

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
    // Those of a run of a few files are no news.
    if (modules.length > 2 * SHOWN) {
      const slowest = modules
        .map((module) => ({
          name: module.relativeModuleId,
          project: module.project.name,
          seconds: duration(module) / 1000,
        }))
        .sort((one, other) => other.seconds - one.seconds)
        .slice(0, SHOWN);
      process.stdout.write('Took longest, in seconds of tests and imports:\n');
      for (const { name, project, seconds } of slowest) {
        process.stdout.write(`${seconds.toFixed(1).padStart(7)}  ${project}: ${name}\n`);
      }
    }
    for (const [reason, count] of reasons) process.stdout.write(`${count} skipped: ${reason}\n`);
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}

/** Milliseconds that a file took, its imports included. */
function duration(module) {
  const { collectDuration, duration: testing } = module.diagnostic();
  return collectDuration + testing;
}
