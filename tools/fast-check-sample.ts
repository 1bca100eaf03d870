/**
 * @file What tests find under the name `fast-check`: the library, which draws the same sample each time, so that who did not break a law is
 * not stopped by it. With `npm run check` (`NDL_CHECK=full`) each run draws cases of its own.
 */
import fc from '../node_modules/fast-check/lib/fast-check.js';

if (process.env['NDL_CHECK'] !== 'full') fc.configureGlobal({ seed: 1 });

export * from '../node_modules/fast-check/lib/fast-check.js';
// oxlint-disable-next-line import/no-default-export -- the library has one
export default fc;
