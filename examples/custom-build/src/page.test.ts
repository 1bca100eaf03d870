/** @file The bundle as a browser gets it: what is in it, what is not, and that it runs. */
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundlePage } from '../bundle.mjs';
import type { DecodedSine } from './page.ts';

/** What browsers have beside the language, as far as the bundle may use it: neither `process` nor `require`. */
const browser = {
  performance,
  setTimeout,
  clearTimeout,
  queueMicrotask,
  TextEncoder,
  TextDecoder,
  AbortController,
  AbortSignal,
};

let bundle: Awaited<ReturnType<typeof bundlePage>>;
let minified: typeof bundle;
beforeAll(async () => {
  [bundle, minified] = await Promise.all([bundlePage({ minify: false }), bundlePage()]);
});

describe('the bundle', () => {
  test.each(['as it is written', 'minified'])('runs where there is nothing of Node, %s', async (form) => {
    const page = createContext({ ...browser });
    runInContext((form === 'minified' ? minified : bundle).text, page);
    expect(runInContext('typeof process + typeof require + typeof Buffer', page)).toBe('undefined'.repeat(3));
    const { backend, plugins, times, values } = (await runInContext('page.decodedSine(0.4)', page)) as DecodedSine;
    expect(backend).toBe('reference');
    expect([...plugins]).toEqual([
      '@ndl/neurons',
      '@ndl/planners/tree',
      '@ndl/planners/sorters',
      '@ndl/backend-reference',
    ]);
    expect(times).toHaveLength(400);
    // Compared with the stimulus as two synapses of 5 ms and 20 ms delay it.
    const errors = values.slice(200).map((value, index) => value - Math.sin(6 * (times[index + 200]! - 0.025)));
    expect(Math.hypot(...errors) / Math.sqrt(errors.length)).toBeLessThan(0.1);
  });

  test('holds nothing of TensorFlow.js', () => {
    const files = Object.keys(bundle.inputs).filter((file) => /tensorflow|backend-tfjs/.test(file));
    expect(files).toEqual([]);
    expect(bundle.text).not.toMatch(/@tensorflow\/|tfjs-core/);
  });

  test('holds the one planner that it lists, and nothing of the others', () => {
    const planners = Object.keys(bundle.inputs).filter((file) => file.endsWith('-planner.js'));
    expect(planners.map((file) => file.replace(/.*\//, ''))).toEqual(['tree-planner.js']);
    expect(bundle.text).toContain('"@ndl/planners/tree"');
    for (const id of ['greedy', 'transitive', 'noop', 'simplifications']) {
      expect(bundle.text).not.toContain(`"@ndl/planners/${id}"`);
    }
  });

  test('asks for nothing of Node', () => {
    expect(bundle.text).not.toMatch(/\b(?:from|import)\s*\(?\s*["'`]node:/);
    expect(bundle.text).not.toMatch(/\brequire\(/);
  });

  test('weighs less than 285 kB compressed', () => {
    expect(minified.gzipBytes).toBeLessThan(285_000);
  });
});
