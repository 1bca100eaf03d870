/** @file One workload, in a process of its own: `workload-process.js TREE SUBJECT INDEX` prints its figure. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WORKLOADS } from './beside.ts';
import type { Tree } from './workloads.ts';

const [tree, subject, index] = process.argv.slice(2) as [string, string, string];
const load = async (path: string): Promise<unknown> => import(pathToFileURL(resolve(tree, path)).href);
const ndl = (await load('packages/ndl/dist/index.js')) as Tree['ndl'];
const networks = (await load('apps/bench/dist/networks.js')) as Tree['networks'];
process.stdout.write(`${await WORKLOADS[subject]![Number(index)]!.measure({ ndl, networks })}\n`);
// Workers of an engine would keep the process.
process.exit();
