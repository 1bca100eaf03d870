/** @file How long the suites wait: whoever calls them has vitest's own limits, which are too short for a slow machine or backend. */

/** Milliseconds for each test and hook. */
export const PATIENCE: number = 60_000;
