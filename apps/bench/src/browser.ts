/** @file The subject `browser`: a page in Chromium beside Node, both on the default backend, and the playground, in one run. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildPage, createPageProject, findChromium, NO_CHROMIUM, openBrowser, servePage } from 'ndl-browser';
import { FAST_WORKS } from './fast-arithmetic.ts';
import { MEASURED, microsecondsPerStep } from './default-backend.ts';
import { NotMeasurable, type Row, type Subject } from './report.ts';
import { median } from './median.ts';
import type { Frames } from './page-frames.ts';
import { measurePlayground } from './playground.ts';

const APP = fileURLToPath(new URL('..', import.meta.url));
const NODE = `Node ${process.versions.node.split('.', 1)[0]}`;
/** Starts are measured so many times, each in a fresh process or page; the median counts. */
const STARTS = 5;

export const browser: Subject = {
  heading: 'A page beside Node:',
  digits: 2,
  async measure() {
    const executable = findChromium();
    if (executable === undefined) throw new NotMeasurable(`The subject 'browser' needs a browser: ${NO_CHROMIUM}.`);
    using project = createPageProject(APP);
    const files = await buildPage(project.folder);
    await using server = await servePage(project.folder, 'built');
    await using chromium = await openBrowser(executable);
    const inBoth = (what: string, unit: string, page: number, node?: number): Row => ({
      what,
      unit,
      values: { [chromium.name]: page, ...(node !== undefined && { [NODE]: node }) },
    });

    const starts: number[] = [];
    const nodeStarts: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      await using page = await chromium.visit(server.url);
      starts.push((await page.evaluate('spiked')) as number);
      nodeStarts.push(await firstSpikeOfProcess());
    }

    await using page = await chromium.visit(server.url);
    await page.evaluate('spiked');
    const speeds: Row[] = [];
    for (const [index, network] of MEASURED.entries()) {
      const speed = (await page.evaluate(`speed(${index})`)) as number;
      speeds.push(inBoth(network, 'µs/step', speed, await microsecondsPerStep(index)));
    }

    const gains: Row[] = [];
    for (const [index, work] of FAST_WORKS.entries()) {
      const gain = (await page.evaluate(`gain(${index})`)) as number;
      gains.push(inBoth(`fast arithmetic: ${work}`, 'times as quick as exact', gain));
    }

    const asked = page.requests.map((url) => url.replace(server.url, '/').replace(/^\/$/, '/index.html'));
    const fetched = files.filter(({ path }) => asked.includes(path)).map(({ contents }) => contents);
    const unasked = files.filter(({ path }) => path.endsWith('.js') && !asked.includes(path));
    const playground = await measurePlayground(executable);
    const inPage = (what: string, unit: string, value: number): Row => inBoth(`playground: ${what}`, unit, value);
    const framesWhile = (what: string, { longestTask, longestWork, free, freeOfWork }: Frames): Row[] => [
      inPage(`longest task, ${what}`, 'ms', longestTask),
      inPage(`longest task in its own time, ${what}`, 'ms', longestWork),
      inPage(`free in 95 % of frames, ${what}`, 'ms', free),
      inPage(`free in 95 % of frames beside its own work, ${what}`, 'ms', freeOfWork),
    ];
    const kilobytes = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0) / 1000;
    return [
      inBoth('time to first spike', 'ms', median(starts), median(nodeStarts)),
      ...speeds,
      ...gains,
      inBoth('the page', 'kB', kilobytes(fetched.map(({ length }) => length))),
      inBoth('the page, compressed', 'kB (gzip)', kilobytes(fetched.map((contents) => gzipSync(contents).length))),
      inBoth(
        'TensorFlow.js, where it is chosen, compressed',
        'kB (gzip)',
        kilobytes(unasked.map(({ contents }) => gzipSync(contents).length)),
      ),
      inPage('first visit until spikes are drawn', 'ms', playground.firstVisit),
      inPage('second visit until spikes are drawn', 'ms', playground.secondVisit),
      inPage('until then', 'kB (gzip)', playground.firstBytes / 1000),
      ...Object.entries(playground.laterBytes).map(([what, bytes]) =>
        inPage(`${what}, where wanted`, 'kB (gzip)', bytes / 1000),
      ),
      ...framesWhile('2000 neurons, running', playground.running),
      ...framesWhile('2000 neurons, typing', playground.typing),
      ...framesWhile('2000 neurons, typing with types', playground.typingWithTypes),
      inPage('rebuilt after the last key, 500 neurons', 'ms', playground.rebuild),
    ];
  },
};

/** Milliseconds from the start of a process of its own. */
async function firstSpikeOfProcess(): Promise<number> {
  const module = new URL('first-spike.js', import.meta.url).href;
  const program = `import { firstSpike } from '${module}'; console.log(await firstSpike());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return Number(stdout);
}
