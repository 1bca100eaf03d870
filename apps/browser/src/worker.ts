/** @file The worker of the page. Where a network fails here, the worker fails. */
import { reportDigests } from './digests.ts';

// Not awaited at the top level: bundled workers are no modules, unless Vite is told otherwise.
reportDigests().then((report) => postMessage(report), reportError);
