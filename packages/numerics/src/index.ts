/** @file The public names of `@ndl/numerics`: arrays, random numbers, linear algebra, special functions, array files. */
export * from './nd-array.ts';
export * from './ndl-error.ts';
