/** @file The reference backend passes the suite that every backend must pass, to the last bit. */
import { describeBackend } from '@ndl/testing';
import { referenceEntry } from './index.ts';

describeBackend('reference', () => referenceEntry, { bits: true });
