/** @file Every engine that runs in Node, and a stand-in for a GPU, pass the suite that every backend must pass. */
import { describeBackend } from '@ndl/testing';
import * as tf from '@tensorflow/tfjs-core';
import { tfjs } from './index.ts';
import { entryOf } from './program-fixtures.test-helper.ts';

describeBackend('tfjs on wasm', entryOf(tfjs({ engine: 'wasm' })));
describeBackend('tfjs on cpu', entryOf(tfjs({ engine: 'cpu' })));

// The engine webgl, but with the kernels of cpu: everything runs as on a GPU.
const { MathBackendCPU } = await import('@tensorflow/tfjs-backend-cpu');
await import('@tensorflow/tfjs-backend-webgl');
for (const { kernelName } of tf.getKernelsForBackend('webgl')) tf.unregisterKernel(kernelName, 'webgl');
tf.copyRegisteredKernels('cpu', 'webgl');
tf.registerBackend('webgl', () => new MathBackendCPU());
describeBackend('tfjs on a stand-in for webgl', entryOf(tfjs({ engine: 'webgl' })));
