/** @file The page: what it computes by itself, and in a worker, is asked for by those who visit it. */
import { reportDigests, reportThreadDigests, type DigestReport, type ThreadReport } from './digests.ts';
import { reportFastArithmetic, type FastReport } from './fast-arithmetic.ts';
import { reportLinearAlgebra, type LinearAlgebraReport } from './linear-algebra.ts';
import { reportTensorFlow, type TensorFlowReport } from './tensor-flow.ts';

declare global {
  var inPage: () => Promise<DigestReport>;
  var inWorker: () => Promise<DigestReport>;
  var inFastArithmetic: () => Promise<FastReport>;
  var onThreads: (threads: number) => Promise<ThreadReport>;
  var inLinearAlgebra: (threads: number) => Promise<LinearAlgebraReport>;
  var onThreadsInWorker: (threads: number) => Promise<ThreadReport>;
  var onTensorFlow: (threads: number) => Promise<TensorFlowReport>;
}

globalThis.inPage = () => reportDigests();

globalThis.inWorker = () => askWorker<DigestReport>(undefined);

globalThis.inFastArithmetic = () => reportFastArithmetic();

globalThis.inLinearAlgebra = (threads) => reportLinearAlgebra(threads);

globalThis.onThreads = (threads) => reportThreadDigests(threads);

globalThis.onTensorFlow = (threads) => reportTensorFlow(threads);

globalThis.onThreadsInWorker = (threads) => askWorker<ThreadReport>(threads);

/** Starts a worker, and asks it for all networks, or for those on threads. */
function askWorker<Report>(threads: number | undefined): Promise<Report> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(`the worker: ${message}`));
    worker.postMessage({ threads });
  });
}
