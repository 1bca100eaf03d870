/** @file Models from files, and the data that they ask for. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createLoopGuard, importModel, lineOfModel, type ModelHost, type ReadModel } from '@ndl/model-source';
import * as model from '@ndl/model';
import * as networks from '@ndl/networks';
import * as numerics from '@ndl/numerics';
import * as plots from '@ndl/plots';
import * as core from '@ndl/core';
import * as ndl from 'ndl';
import type { Arguments, NamedFile } from './command.ts';
import { badValue, dataUnreadable, modelFailed, modelUnreadable } from './errors.ts';

/** What models may import. */
const PACKAGES = {
  ndl,
  '@ndl/core': core,
  '@ndl/model': model,
  '@ndl/networks': networks,
  '@ndl/numerics': numerics,
  '@ndl/plots': plots,
};

/** The global function that loops of models call, and the milliseconds for which one may hold the thread: Ctrl-C is not heard meanwhile. */
const GUARD = '__ndlLoop';
const PATIENCE = 60_000;

function guardLoops(): string {
  if (!Object.hasOwn(globalThis, GUARD)) {
    const { round } = createLoopGuard(PATIENCE);
    Object.defineProperty(globalThis, GUARD, { value: round });
  }
  return GUARD;
}

/** A model from its file. @throws NdlError MODEL_UNREADABLE; MODEL_FAILED with the line */
export async function openModel(path: string): Promise<ReadModel> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    throw modelUnreadable(path, error as Error);
  }
  const file = basename(path);
  try {
    return await importModel(source, { packages: PACKAGES, file, loopGuard: guardLoops() });
  } catch (error) {
    throw modelFailed(path, lineOfModel(error, file), error);
  }
}

/** Data by name, and what was given for none that was asked for. */
export interface OptionHost extends ModelHost {
  /** The file that `--data` names; none where it is not given. */
  readonly given: readonly NamedFile[];
  /** A sentence where `--data` gives what the model did not load; undefined where all is well. */
  complaint(): string | undefined;
}

/** Loads `NAME.npz` from beside the model, or from the file of `--data NAME=FILE`. @throws NdlError USAGE */
export function hostOf(path: string, { options }: Arguments): OptionHost {
  const data = options.get('data');
  const [, given, file] = /^([^=]+)=(.+)$/.exec(data ?? '') ?? [];
  if (data !== undefined && given === undefined)
    throw badValue('data', 'NAME=FILE, such as digits=data/digits.npz', data);
  const loaded = new Set<string>();
  return {
    given: file === undefined ? [] : [{ name: '--data', path: file }],
    async load(name) {
      loaded.add(name);
      const from = given === name ? file! : join(dirname(path), `${name}.npz`);
      try {
        const entries = numerics.decodeNpz(await readFile(from), { subject: from });
        return Object.fromEntries([...entries].filter(([, content]) => typeof content !== 'string')) as never;
      } catch (error) {
        throw dataUnreadable(name, from, error as Error);
      }
    },
    complaint() {
      if (given === undefined || loaded.has(given)) return undefined;
      const others = loaded.size === 0 ? 'it loaded none' : `it loaded ${[...loaded].join(', ')}`;
      return `--data ${data}: the model did not load '${given}'; ${others}`;
    },
  };
}
