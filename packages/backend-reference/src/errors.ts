/** @file What `@ndl/backend-reference` alone says; what all executables say is `executableErrors` of `@ndl/core`. */

/** A number format that this backend does not have. */
export function dtypeUnsupported(dtype: string, known: readonly string[]): string {
  return `dtype ${dtype} is not one of ${known.join(', ')}`;
}
