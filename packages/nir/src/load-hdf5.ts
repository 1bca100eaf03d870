/** @file HDF5 as WebAssembly, fetched and compiled when a file is first read or written. */
import type * as Hdf5 from 'h5wasm';

/** The library, and the file system in memory where its files are. */
export interface Hdf5Library {
  readonly hdf5: typeof Hdf5;
  readonly files: {
    writeFile(path: string, bytes: Uint8Array): void;
    readFile(path: string): Uint8Array;
    unlink(path: string): void;
  };
}

let loading: Promise<Hdf5Library> | undefined;
let count = 0;

/** The library, which is loaded once. */
export function loadHdf5(): Promise<Hdf5Library> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Hdf5Library> {
  try {
    const hdf5 = await import('h5wasm');
    const module = await hdf5.ready;
    // Errors of HDF5 are then thrown, and not printed.
    module.activate_throwing_error_handler();
    return { hdf5, files: module.FS as unknown as Hdf5Library['files'] };
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** A name for a file in memory that no other has. */
export function freshPath(): string {
  count += 1;
  return `/graph-${count}.nir`;
}
