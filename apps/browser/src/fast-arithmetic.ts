/** @file What fast arithmetic gives in a page, beside the exact one: how far numbers are apart, and whether the engine was given what fuses. */
import { THREAD_NETWORKS } from './thread-networks.ts';

/** What came of networks in fast arithmetic. */
export interface FastReport {
  /** What the backend says that each network ran on. */
  readonly descriptions: readonly string[];
  /** Fused instructions in the modules, by arithmetic. */
  readonly instructions: Readonly<Record<'exact' | 'fast', number>>;
  /** By network and array: the root of the mean square of differences, beside that of the numbers. */
  readonly differences: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Runs the networks that are large enough for threads, in both arithmetics. */
export async function reportFastArithmetic(): Promise<FastReport> {
  const descriptions: string[] = [];
  const differences: Record<string, Record<string, number>> = {};
  const instructions = { exact: 0, fast: 0 };
  for (const [name, compute] of Object.entries(THREAD_NETWORKS)) {
    const computed = async (arithmetic: 'exact' | 'fast') => {
      using watch = watchModules();
      const made = await compute({ sessionConfig: { intra_op_parallelism_threads: 1, arithmetic } });
      instructions[arithmetic] += watch.fused();
      return made;
    };
    const [exact, fast] = [await computed('exact'), await computed('fast')];
    descriptions.push(fast.description);
    differences[name] = {};
    for (const [array, { data }] of Object.entries(exact.arrays)) {
      const others = fast.arrays[array]!.data;
      const apart = Float64Array.from(data, (value, index) => value - others[index]!);
      differences[name][array] = rootMeanSquare(apart) / rootMeanSquare(data);
    }
  }
  return { descriptions, instructions, differences };
}

function rootMeanSquare(numbers: ArrayLike<number>): number {
  return Math.sqrt(Array.from(numbers).reduce((sum, value) => sum + value * value, 0) / numbers.length);
}

/** Looks at modules as they are compiled, until it is disposed of. Codes of fused instructions are fd, and a number from 105 to 108 (hexadecimal). */
function watchModules(): Disposable & { fused(): number } {
  const { compile } = WebAssembly;
  let count = 0;
  WebAssembly.compile = (source) => {
    const bytes = source as Uint8Array;
    for (let at = 0; at + 2 < bytes.length; at++)
      if (bytes[at] === 0xfd && bytes[at + 1]! >= 0x85 && bytes[at + 1]! <= 0x88 && bytes[at + 2] === 2) count++;
    return compile(source);
  };
  return {
    fused: () => count,
    [Symbol.dispose]: () => void (WebAssembly.compile = compile),
  };
}
