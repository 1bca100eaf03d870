/** @file The programs of `tools/bench/native`: compiled, and run, where this machine has what they need. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCES = fileURLToPath(new URL('../../../tools/bench/native', import.meta.url));
const PROCESS = fileURLToPath(new URL('native-process.js', import.meta.url));
/** So that NumPy computes on one thread, as all else does, whichever library it multiplies with. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
const BASELINE = ['-O3', '-march=native'];

/** What a process prints, as JSON: its figure, and what shows that it computed the same. */
export interface Measured {
  readonly figure: number;
  /** Of layers: spikes per neuron and second. */
  readonly rate?: number;
  /** Of products: of all elements. */
  readonly sum?: number;
}

/** A process to measure in: on the files and numbers in `args`. */
export type Measure = (...args: readonly string[]) => Promise<Measured>;

/** What can be measured here, and what cannot. */
export interface NativePrograms extends Disposable {
  /** For files of tables and what is built. */
  readonly folder: string;
  /** Absent where there is no g++. */
  readonly layer?: Measure;
  /** Absent where there is no g++. */
  readonly product?: Measure;
  /** Absent where there is no NumPy. */
  readonly numpy?: Measure;
  readonly ndl: Measure;
  /** A sentence for each of what is absent. */
  readonly missing: readonly string[];
}

/** Builds in a temporary folder, which is removed with the result. Where g++ is found but fails, its complaint is thrown. */
export async function nativePrograms(): Promise<NativePrograms> {
  const folder = mkdtempSync(join(tmpdir(), 'ndl-bench-'));
  const rest = { folder, ndl: run(process.execPath, PROCESS), [Symbol.dispose]: remove };
  function remove(): void {
    rmSync(folder, { recursive: true, force: true });
  }
  try {
    const missing: string[] = [];
    const has = async (command: string, args: readonly string[], sentence: string): Promise<boolean> => {
      const found = await promisify(execFile)(command, args).then(
        () => true,
        () => false,
      );
      if (!found) missing.push(sentence);
      return found;
    };
    const [cpp, numpy] = [
      await has('g++', ['--version'], 'There is no g++ to compile with: nothing is measured beside C++.'),
      await has('python3', ['-c', 'import numpy'], 'There is no python3 with numpy: nothing is measured beside NumPy.'),
    ];
    return {
      ...rest,
      ...(cpp && {
        layer: await compiled(folder, 'layer', BASELINE),
        product: await compiled(folder, 'product', [
          ...BASELINE,
          '-mprefer-vector-width=128',
          '-ffp-contract=off',
        ]).catch(() => compiled(folder, 'product', [...BASELINE, '-ffp-contract=off'])),
      }),
      ...(numpy && { numpy: run('python3', join(SOURCES, 'layer.py')) }),
      missing,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function compiled(folder: string, name: string, flags: readonly string[]): Promise<Measure> {
  const program = join(folder, name);
  await promisify(execFile)('g++', [...flags, '-o', program, join(SOURCES, `${name}.cpp`)]);
  return run(program);
}

function run(command: string, ...first: readonly string[]): Measure {
  return async (...args) => {
    const { stdout } = await promisify(execFile)(command, [...first, ...args], {
      env: { ...process.env, ...ONE_THREAD },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
  };
}
