/** @file The kernel: composes plugins into the services of one Simulator. */
export { indexByKind } from '@ndl/core';
export { createKernel, type Kernel } from './create-kernel.ts';
export { fromModule } from './from-module.ts';
