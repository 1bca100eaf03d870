#!/usr/bin/env node
/** @file The bin `ndl`. */
import { performInProcess } from './in-process.ts';

// Not awaited: where nothing is left to do before it is done, the process should say so.
void performInProcess(process.argv.slice(2));
