/** @file The worker of the page. Where a network fails here, the worker fails. */
import { reportDigests, reportThreadDigests } from './digests.ts';

globalThis.onmessage = ({ data: { threads } }: MessageEvent<{ readonly threads: number | undefined }>) => {
  // Not awaited at the top level: bundled workers are no modules, unless Vite is told otherwise.
  const report = threads === undefined ? reportDigests() : reportThreadDigests(threads);
  report.then((made) => postMessage(made), reportError);
};
