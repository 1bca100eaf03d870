#!/usr/bin/env node
/** @file The bin `ndl`. */
import { main } from './main.ts';

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
process.exitCode = await main(process.argv.slice(2), {
  write: (text) => void process.stdout.write(text),
  tell: (text) => void process.stderr.write(text),
  isWatched: process.stderr.isTTY,
  signal: interrupt.signal,
});
