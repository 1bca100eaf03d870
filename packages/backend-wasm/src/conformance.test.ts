/** @file The WebAssembly backend passes the suite that every backend must pass, to the last bit. */
import { describeBackend } from '@ndl/testing';
import { wasmEntry } from './index.ts';

describeBackend('wasm', () => wasmEntry, { bits: true });
