/** @file How vectors lie along matrices. */
import type { SignalView, Spread } from '@ndl/core';

/** A vector with an element for each row of a matrix. */
export const ROW = (view: SignalView): Spread => ({ view, along: [0] });

/** A vector with an element for each column of a matrix. */
export const COLUMN = (view: SignalView): Spread => ({ view, along: [1] });
