/** @file The page: what it computes by itself, and in a worker, is asked for by those who visit it. */
import { reportDigests, type DigestReport } from './digests.ts';

declare global {
  var inPage: () => Promise<DigestReport>;
  var inWorker: () => Promise<DigestReport>;
}

globalThis.inPage = () => reportDigests();

globalThis.inWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<DigestReport>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(`the worker: ${message}`));
  });
