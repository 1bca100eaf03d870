/** @file Every engine that runs in Node passes the suite that every backend must pass, in both ways of running maps. */
import { describeBackend } from '@ndl/testing';
import { entryOf } from './program-fixtures.test-helper.ts';
import { tfjs } from './index.ts';

describeBackend('tfjs on wasm', entryOf(tfjs({ engine: 'wasm' })));
describeBackend('tfjs on cpu', entryOf(tfjs({ engine: 'cpu' })));
describeBackend('tfjs on cpu, as on a GPU', entryOf(tfjs({ engine: 'cpu', maps: 'operations' })));
