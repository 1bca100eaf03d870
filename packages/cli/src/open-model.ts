/** @file Models from files, and the data that they ask for. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { importModel, lineOfModel, type ModelHost, type ReadModel } from '@ndl/model-source';
import * as model from '@ndl/model';
import * as networks from '@ndl/networks';
import * as numerics from '@ndl/numerics';
import * as plots from '@ndl/plots';
import * as core from '@ndl/core';
import * as ndl from 'ndl';
import { dataUnreadable, modelFailed, modelUnreadable } from './errors.ts';

/** What models may import. */
const PACKAGES = {
  ndl,
  '@ndl/core': core,
  '@ndl/model': model,
  '@ndl/networks': networks,
  '@ndl/numerics': numerics,
  '@ndl/plots': plots,
};

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
    return await importModel(source, { packages: PACKAGES, file });
  } catch (error) {
    throw modelFailed(path, lineOfModel(error, file), error);
  }
}

/** Loads `NAME.npz` from beside the model, or from the file of `--data NAME=FILE`. */
export function hostOf(path: string, data: string | undefined): ModelHost {
  const [, given, file] = /^([^=]+)=(.+)$/.exec(data ?? '') ?? [];
  return {
    async load(name) {
      const from = given === name ? file! : join(dirname(path), `${name}.npz`);
      try {
        const entries = numerics.decodeNpz(await readFile(from), { subject: from });
        return Object.fromEntries([...entries].filter(([, content]) => typeof content !== 'string')) as never;
      } catch (error) {
        throw dataUnreadable(name, from, error as Error);
      }
    },
  };
}
