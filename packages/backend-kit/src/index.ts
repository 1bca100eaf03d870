/** @file The public names of `@ndl/backend-kit`: what a backend is made of, and how. */
export { createBackend, type BackendDescription } from './backend.ts';
export type {
  Block,
  BlockFunction,
  EmittedSection,
  Engine,
  Frame,
  Memory,
  Place,
  Sample,
  StoreShape,
} from './engine.ts';
