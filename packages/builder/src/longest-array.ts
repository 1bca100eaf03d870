/** @file How long an array of a build may be. */

/** Numbers in one array: 4 GiB in float64, which is the most that every engine allows. */
export const LONGEST_ARRAY: number = 2 ** 29;
