/** @file The options of the plugin. */

/** An engine of tfjs; `auto` is wasm, or cpu where wasm does not start. GPUs are used when asked for by name. */
export type TfjsEngine = 'auto' | 'wasm' | 'cpu' | 'webgl' | 'webgpu';

/** Options of the plugin. */
export interface TfjsOptions {
  /** Default: `auto`. `sessionConfig: { engine }` outranks it. */
  readonly engine?: TfjsEngine;
  /**
   * How scalar kernels run: `fused`, in one pass over typed arrays, or as tfjs `operations`, one per node. Default: fused on
   * wasm and cpu, operations on GPUs.
   */
  readonly maps?: 'fused' | 'operations';
  /**
   * Where pages find the .wasm files of `@tensorflow/tfjs-backend-wasm`: the URL of a folder, or of each file by name. Default: pages
   * take the one that this package carries, which has SIMD and one thread; Node has the files beside the module.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
}
