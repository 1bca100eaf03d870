/**
 * @file What a thread runs, as text: so that no page has to fetch it, and no bundler to find it. It takes messages, and answers each:
 * a memory, modules over that memory, and functions of modules to be run.
 */
import { TEAM_WORDS } from './team-words.ts';

/** What a thread is told, and answers. */
export type AnsweredOrder =
  | { readonly order: 'begin'; readonly memory: WebAssembly.Memory }
  | { readonly order: 'add'; readonly module: number; readonly code: WebAssembly.Module }
  | { readonly order: 'run'; readonly module: number; readonly name: string };

/** What a thread is told. */
export type Order = AnsweredOrder | { readonly order: 'remove'; readonly module: number };

/** What it answers to `begin`, `add` and `run`. */
export type Answer =
  | { readonly answer: 'done' }
  /** `isFirst`: no other thread had failed before. */
  | { readonly answer: 'failed'; readonly isFirst: boolean; readonly error: unknown };

/** Runs in Node and in browsers. */
export const WORKER_TEXT: string = `'use strict';
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const instances = new Map();
let memory;
const orders = {
  begin(order) {
    memory = order.memory;
  },
  add({ module, code }) {
    const hosts = () => {
      throw new Error('a thread called a host function');
    };
    instances.set(module, new WebAssembly.Instance(code, { env: { memory, hosts } }));
  },
  run({ module, name }) {
    instances.get(module).exports[name]();
  },
};
const take = (order) => {
  if (order.order === 'remove') {
    instances.delete(order.module);
    return;
  }
  try {
    orders[order.order](order);
    port.postMessage({ answer: 'done' });
  } catch (error) {
    const words = new Int32Array(memory.buffer);
    const isFirst = Atomics.exchange(words, ${TEAM_WORDS.failed / 4}, 1) === 0;
    Atomics.notify(words, ${TEAM_WORDS.meetings / 4});
    port.postMessage({ answer: 'failed', isFirst, error });
  }
};
if (typeof require !== 'function') self.onmessage = ({ data }) => take(data);
else port.on('message', take);
`;
