/**
 * @file ndl in a page in Chromium, and in a worker of it: the bits of Node on the default backend, and no request but for what Vite made
 * without any configuration. Needs the built packages.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildPage, createPageProject, isolatePages, openBrowser, servePage, setPolicy } from './index.ts';
import { requireChromium } from './require-chromium.test-helper.ts';
import type { FastReport } from './fast-arithmetic.ts';
import { reportLinearAlgebra } from './linear-algebra.ts';
import type { TensorFlowReport } from './tensor-flow.ts';
import { KEPT_DIGESTS, KEPT_THREAD_DIGESTS } from './kept-digests.test-helper.ts';

const APP = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE = 180_000;
const report = { backend: 'wasm', digests: KEPT_DIGESTS };

test('a page as it is deployed, bundled and minified, in both arithmetics', { timeout: PATIENCE }, async ({ skip }) => {
  const chromium = requireChromium(skip);
  using project = createPageProject(APP);
  const files = await buildPage(project.folder);
  await using server = await servePage(project.folder, 'built');
  await using browser = await openBrowser(chromium);
  await using page = await browser.visit(server.url);
  expect(await page.evaluate('Promise.all([inPage(), inWorker()])')).toEqual([report, report]);
  const fast = (await page.evaluate('inFastArithmetic()')) as FastReport;
  expect(fast.descriptions).toEqual(new Array(2).fill('WebAssembly (SIMD, fast arithmetic), 1 thread'));
  expect([fast.instructions.exact, fast.instructions.fast > 100]).toEqual([0, true]);
  // Adam moves each weight about as far, whatever the size of its gradient: where that is rounding, by as much either way.
  const differences = Object.values(fast.differences).flatMap((arrays) => Object.values(arrays));
  expect(Math.max(...differences)).toBeLessThan(5e-3);
  expect(page.errors).toEqual([]);
  // The page, its script and that of its worker; the scripts of TensorFlow.js are there, and nobody asks for them.
  const paths = page.requests.map((url) => url.replace(server.url, '/'));
  expect(paths).toEqual([
    '/',
    expect.stringMatching(/\/index-[^/]*\.js$/),
    expect.stringMatching(/\/worker-[^/]*\.js$/),
  ]);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(paths.slice(1)));
  expect(files.length).toBeGreaterThan(paths.length);
  // Until somebody asks: they bring their WebAssembly along.
  const { apart, ...told } = (await page.evaluate('onTensorFlow(1)')) as TensorFlowReport;
  const usual = { description: expect.stringMatching(/^WebAssembly \(SIMD\), 1 thread/) as unknown, warnings: [] };
  expect(told).toEqual({ description: 'wasm (SIMD), 1 thread', warnings: [], usual });
  expect(apart).toBeLessThan(1e-4);
  expect(
    page.requests.filter((url) => url.endsWith('.wasm') || !/^(blob:)?http:\/\/[^/]*\/(assets\/[^/]*\.js)?/.test(url)),
  ).toEqual([]);
  expect(page.errors).toEqual([]);
});

test('a worker that is a module leaves TensorFlow.js in files of its own', { timeout: PATIENCE }, async ({ skip }) => {
  const chromium = requireChromium(skip);
  using project = createPageProject(APP);
  const sizeOfWorker = async (): Promise<number> =>
    (await buildPage(project.folder)).find(({ path }) => path.includes('/worker-'))!.contents.length;
  const whole = await sizeOfWorker();
  writeFileSync(join(project.folder, 'vite.config.js'), "export default { worker: { format: 'es' } };\n");
  expect(await sizeOfWorker()).toBeLessThan(whole / 2);
  await using server = await servePage(project.folder, 'built');
  await using browser = await openBrowser(chromium);
  await using page = await browser.visit(server.url);
  expect(await page.evaluate('inWorker()')).toEqual(report);
  expect(page.errors).toEqual([]);
  expect(page.requests.filter((url) => /tfjs|wasm-|dist-/.test(url))).toEqual([]);
});

test('a page whose policy forbids what backends need: slower, and told so', { timeout: PATIENCE }, async ({ skip }) => {
  const chromium = requireChromium(skip);
  using project = createPageProject(APP);
  await buildPage(project.folder);
  await using browser = await openBrowser(chromium);
  await using server = await servePage(project.folder, 'built');
  const visited = async (policy: string): Promise<TensorFlowReport> => {
    setPolicy(project, policy);
    await using page = await browser.visit(server.url);
    return (await page.evaluate('onTensorFlow(1)')) as TensorFlowReport;
  };
  const noBlobs = await visited("connect-src 'self'");
  expect(noBlobs.description).toBe('cpu');
  expect(noBlobs.warnings).toEqual([expect.stringContaining('connect-src blob:')]);
  expect(noBlobs.usual.warnings).toEqual([]);
  const noWebAssembly = await visited("script-src 'self'");
  expect(noWebAssembly.description).toBe('cpu');
  expect(noWebAssembly.usual.description).not.toMatch(/wasm|WebAssembly/i);
  expect(noWebAssembly.usual.warnings[0]).toMatch(
    /^Backend \w+ is used, which may be slower\. wasm: .*'wasm-unsafe-eval'/,
  );
  expect([noBlobs.apart, noWebAssembly.apart].every((apart) => apart < 1e-4)).toBe(true);
});

/** What pages report of networks on threads. */
const onThreads = (description: unknown): unknown => ({
  descriptions: [description, description],
  digests: KEPT_THREAD_DIGESTS,
});

test('threads of a page, and why there are none, with the same bits', { timeout: 2 * PATIENCE }, async ({ skip }) => {
  const chromium = requireChromium(skip);
  using project = createPageProject(APP);
  await buildPage(project.folder);
  await using browser = await openBrowser(chromium);
  const { factor } = await reportLinearAlgebra(1);
  {
    await using server = await servePage(project.folder, 'built');
    await using page = await browser.visit(server.url);
    const description = expect.stringMatching(/1 thread: threads need SharedArrayBuffer/) as unknown;
    expect(await page.evaluate('onThreads(2)')).toEqual(onThreads(description));
    expect(await page.evaluate('inLinearAlgebra(2)')).toEqual({ threads: 1, begun: 0, factor });
  }
  isolatePages(project);
  await using server = await servePage(project.folder, 'built');
  {
    await using page = await browser.visit(server.url);
    for (const threads of [1, 2, 4]) {
      const description = `WebAssembly (SIMD), ${threads} thread${threads === 1 ? '' : 's'}`;
      expect(await page.evaluate(`onThreads(${threads})`)).toEqual(onThreads(description));
      expect(await page.evaluate(`inLinearAlgebra(${threads})`)).toEqual({ threads, begun: threads - 1, factor });
    }
    expect(await page.evaluate('onThreadsInWorker(2)')).toEqual(onThreads('WebAssembly (SIMD), 2 threads'));
    const { description: carried, warnings } = (await page.evaluate('onTensorFlow(2)')) as TensorFlowReport;
    expect([carried, warnings]).toEqual(['wasm (SIMD), 1 thread', [expect.stringContaining('carries has one thread')]]);
    expect(page.errors).toEqual([]);
    expect(page.requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('blob:'))).toEqual([]);
  }
  setPolicy(project, "worker-src 'self'");
  await using page = await browser.visit(server.url);
  const description = expect.stringMatching(/1 thread: threads do not start: a worker did not start/) as unknown;
  expect(await page.evaluate('onThreads(2)')).toEqual(onThreads(description));
  expect(await page.evaluate('inLinearAlgebra(2)')).toEqual({ threads: 2, begun: 0, factor });
});

test('a page as one works on it, module by module', { timeout: PATIENCE }, async ({ skip }) => {
  const chromium = requireChromium(skip);
  using project = createPageProject(APP);
  await using server = await servePage(project.folder, 'sources');
  await using browser = await openBrowser(chromium);
  await using page = await browser.visit(server.url);
  expect(await page.evaluate('Promise.all([inPage(), inWorker()])')).toEqual([report, report]);
  expect(page.errors).toEqual([]);
  expect(page.requests.filter((url) => !url.startsWith(server.url) || /tfjs|tensorflow|\.wasm/.test(url))).toEqual([]);
});
