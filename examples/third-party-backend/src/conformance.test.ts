/** @file The backend under ndl's conformance suite, bit by bit. */
import { describeBackend } from '@ndl/testing';
import { countingEntry, Tally } from './index.ts';

describeBackend('counting', countingEntry(new Tally()), { bits: true });
