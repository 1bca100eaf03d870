/** @file The command line of the golden replay: what it says, or what is wrong with it. */
import { parseArgs } from 'node:util';

export const USAGE = 'npm run golden -- DIR [--backend reference|wasm|tfjs] [--dtype float64|float32] [--only NAME]';

/** Precisions of each backend, the default first. */
const PRECISIONS = { reference: ['float64', 'float32'], wasm: ['float64', 'float32'], tfjs: ['float32'] };

/**
 * `{ directory, backend, dtype, only }` of the arguments, or `{ problem }`: a sentence for a person.
 * @param {readonly string[]} args
 */
export function readOptions(args) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        backend: { type: 'string', default: 'reference' },
        dtype: { type: 'string' },
        only: { type: 'string' },
      },
    });
    const { backend, only } = values;
    if (positionals.length !== 1) return { problem: `Expected one directory, got ${positionals.length}.` };
    if (!Object.hasOwn(PRECISIONS, backend)) {
      return { problem: `There is no backend '${backend}'. Known: ${Object.keys(PRECISIONS).join(', ')}.` };
    }
    const known = PRECISIONS[backend];
    const dtype = values.dtype ?? known[0];
    if (!known.includes(dtype)) {
      return { problem: `The ${backend} backend has no dtype '${dtype}'. Known: ${known.join(', ')}.` };
    }
    return { directory: positionals[0], backend, dtype, only };
  } catch (error) {
    return { problem: error.message };
  }
}
